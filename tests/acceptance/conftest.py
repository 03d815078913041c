"""One service for all of these tests, and a timeline of its own for each."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.serving import Service, Timeline, running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for many tests: each takes a timeline of its own."""
    with running(tmp_path_factory.mktemp("service"), "--workers", "2") as service:
        yield service


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The same with one worker, where a test should not meet two."""
    with running(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture
async def client(server: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with server.async_client() as client:
        yield client


@pytest.fixture
async def timeline(client: httpx.AsyncClient) -> Timeline:
    """An open timeline that no other test knows; it is at revision 1."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    opened = await client.put(f"/v1/timelines/{name}", json={"title": "Kursk"})
    assert opened.status_code == 201, opened.text
    return Timeline(client, name)
