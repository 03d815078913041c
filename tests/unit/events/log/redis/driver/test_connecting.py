"""Drivers are made for the URLs of servers."""

from __future__ import annotations

import importlib.metadata

import pytest

from events.log.redis.driver.connecting import connect


@pytest.mark.parametrize(
    "url",
    [
        "redis://host:1",
        "unix:///path",
        "redis+sentinel://host:1/service",
        "redis+cluster://host:1",
    ],
)
def test_a_driver_is_made_without_reading_the_installation(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """What the server is told of the driver's version is known from the start on: no client reads
    the metadata of its package for it."""

    def read(package: str) -> str:
        raise AssertionError(package)

    monkeypatch.setattr(importlib.metadata, "version", read)
    connect(url)
