"""The loop of a worker's server, which has nothing to look for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from service.http.listener import CannotListen, begin_listening, bind
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


async def test_an_address_that_another_one_took_is_named() -> None:
    """Two services that start at the same time can both bind it; the second to listen says what to
    do."""
    nothing: Any = None
    first = bind("127.0.0.1", 0)
    with first, bind("127.0.0.1", port := first.getsockname()[1]) as second:
        begin_listening(first, 1)
        with pytest.raises(CannotListen, match=f"127.0.0.1 port {port}: address already in use"):
            await Server(nothing, lambda: None, nothing).startup([second])


async def _turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)  # noqa: TID251 - counts turns, waits for no time
