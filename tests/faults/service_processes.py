"""The processes of a running service, as health shows them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.program import LIMIT
from tests.serving import Service, running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service with two workers, which each test of the module leaves at work."""
    with running(tmp_path_factory.mktemp("service"), "--workers", "2") as started:
        yield started


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with service.async_client(timeout=LIMIT) as opened:
        yield opened


async def health(client: httpx.AsyncClient) -> dict[str, Any]:
    return dict((await client.get("/health/ready")).json())


async def pids(client: httpx.AsyncClient, role: str) -> set[int]:
    """The processes of that role."""
    found = (await health(client))["processes"]
    return {process["pid"] for process in found if process["role"] == role}


async def until(is_so: Callable[[], bool]) -> None:
    """Look again and again, giving others their turn."""
    async with asyncio.timeout(LIMIT):
        while not is_so():  # noqa: ASYNC110 - the kernel tells of a process's end its parent alone
            await asyncio.sleep(0.001)  # noqa: TID251 - and callers set no event
