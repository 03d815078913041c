"""The loop of a worker's server, which has nothing to look for."""

from __future__ import annotations

import asyncio
from typing import Any

from service.processes.server import Server


async def test_it_ends_when_it_is_told() -> None:
    """It writes the date of answers, then waits, and ends without looking at the clock again."""
    nothing: Any = None
    server = Server(nothing, lambda: None, nothing)
    serving = asyncio.create_task(server.main_loop())
    await _turns()
    assert [name for name, _ in server.server_state.default_headers] == [b"date"]
    assert not serving.done()
    server.stop()
    await _turns()
    assert serving.done()


async def _turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)  # noqa: TID251 - counts turns, waits for no time
