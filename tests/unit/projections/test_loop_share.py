"""The fold's share of the event loop."""

from __future__ import annotations

import asyncio

import pytest

from projections import loop_share
from projections.loop_share import LoopShare


async def test_a_turn_is_as_long_as_that_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others that took 10 ms get their next turn 10 ms later, and not before; others that took a
    second wait 25 ms at most."""
    now = 0.0
    turns = 0

    def others(seconds: float) -> None:
        nonlocal now, turns
        now += seconds
        turns += 1

    monkeypatch.setattr(loop_share, "monotonic", lambda: now)
    share = LoopShare()
    loop = asyncio.get_running_loop()
    loop.call_soon(others, 0.010)
    await share.give()
    assert turns == 1
    now += 0.009
    loop.call_soon(others, 1.0)
    await share.give()
    assert turns == 1
    now += 0.002
    await share.give()
    assert turns == 2
    now += 0.026
    loop.call_soon(others, 0.0)
    await share.give()
    assert turns == 3
