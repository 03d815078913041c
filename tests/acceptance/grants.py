"""What the tests of keys and grants share: how each is made, taken and used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.serving import Service, key_headers, running


def issue(owner: httpx.Client, name: str, **fields: Any) -> dict[str, Any]:
    answer = owner.post("/v1/keys", json={"name": name} | fields)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def give(owner: httpx.Client, to: str, role: str, timelines: str) -> dict[str, Any]:
    answer = owner.post("/v1/grants", json={"to": to, "role": role, "timelines": timelines})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def take(owner: httpx.Client, grant: dict[str, Any]) -> None:
    answer = owner.delete(f"/v1/grants/{grant['id']}", params={"reason": "over"})
    assert answer.is_success, answer.text


def asking(service: Service, key: str) -> httpx.Client:
    return service.stranger(headers=key_headers(key))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("granting"), "--workers", "2") as started:
        yield started


@pytest.fixture
def owner(service: Service) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client
