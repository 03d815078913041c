"""All workers decide by a change before it is answered."""

from __future__ import annotations

import asyncio

from service.granting.agreement import agreed
from service.tally import POLICY, Tally


async def test_it_waits_for_the_last_worker() -> None:
    """While one worker still decides by the policy before, the wait goes on."""
    tally = Tally(3)
    tally.row(0).set(POLICY, 7)
    tally.row(1).set(POLICY, 6)
    waiting = asyncio.create_task(agreed(tally, 7))
    await asyncio.sleep(0)  # noqa: TID251 - gives it its turn
    assert not waiting.done()
    tally.row(1).set(POLICY, 8)
    assert await waiting


async def test_a_worker_that_has_no_policy_is_not_waited_for() -> None:
    """Rows of other processes, and of a worker that is starting, keep nobody waiting."""
    tally = Tally(2)
    tally.row(0).set(POLICY, 7)
    assert await agreed(tally, 7)


async def test_a_worker_that_hangs_does_not_keep_the_answer_for_ever() -> None:
    """After a second the wait is over, and says that not all have it."""
    tally = Tally(1)
    tally.row(0).set(POLICY, 1)
    assert not await asyncio.wait_for(agreed(tally, 2), 30)
