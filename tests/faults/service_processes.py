"""The processes of a running service, as health shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx

from tests.program import LIMIT


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
