from __future__ import annotations

import asyncio

from projections.waiters import Waiters


async def test_each_is_woken_by_its_own_revision() -> None:
    """Passing a revision wakes those who wait for it or an earlier one of that timeline, and no
    one else."""
    waiters = Waiters()
    tasks = {
        (timeline, revision): asyncio.create_task(waiters.wait(timeline, revision, 30))
        for timeline in ("a", "b")
        for revision in (1, 2, 3)
    }
    await asyncio.sleep(0)  # noqa: TID251 - lets the tasks begin to wait
    waiters.pass_("a", 2)
    assert await tasks["a", 1]
    assert await tasks["a", 2]
    assert not any(task.done() for (name, n), task in tasks.items() if name == "b" or n == 3)
    waiters.look_again({"a": 3, "b": 3}.__getitem__)
    assert all(await asyncio.gather(*tasks.values()))
    assert not waiters._gates


async def test_who_gives_up_leaves_nothing_behind() -> None:
    """Neither a limit nor a cancellation keeps a gate that nobody waits at; another waiter at the
    same gate goes on waiting."""
    waiters = Waiters()
    patient = asyncio.create_task(waiters.wait("a", 1, 30))
    cancelled = asyncio.create_task(waiters.wait("a", 1, 30))
    await asyncio.sleep(0)  # noqa: TID251 - lets the tasks begin to wait
    assert not await waiters.wait("a", 1, 0)
    cancelled.cancel()
    await asyncio.wait({cancelled})
    assert not patient.done()
    waiters.pass_("a", 1)
    assert await patient
    assert not await waiters.wait("a", 2, 0)
    assert not waiters._gates
