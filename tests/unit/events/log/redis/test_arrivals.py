"""Waiting for entries, without a server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from events.log.redis import arrivals
from events.log.redis.arrivals import Arrivals


class Quiet:
    """A driver of a server in which nothing happens: how long each read would block."""

    clustered = False

    def __init__(self) -> None:
        self.blocked: list[int] = []

    async def wait(self, *command: Any) -> None:
        self.blocked.append(command[command.index("BLOCK") + 1])


async def test_no_read_blocks_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the shared read is just over: the server takes 0 for ever."""
    monkeypatch.setattr(arrivals, "BLOCK", 0)
    driver: Any = Quiet()
    waited = Arrivals(driver)
    found = await asyncio.gather(waited.wait("s", b"1-0"), waited.wait("s", b"2-0"))
    await waited.close()
    assert not any(found)
    assert driver.blocked == [1]
