from __future__ import annotations

import asyncio
from collections.abc import Iterable

from projections.waiters import Waiters


async def turns() -> None:
    """Give every task as many turns as it needs, but no time to give up."""
    for _ in range(10):
        await asyncio.sleep(0)  # noqa: TID251 - counts turns, waits for no time


def woken(tasks: Iterable[asyncio.Task[bool]]) -> bool:
    """Whether each of them waits no more, and what it waited for came."""
    return all(task.done() and task.result() for task in tasks)


async def test_each_is_woken_by_its_own_revision() -> None:
    """Passing a revision wakes those who wait for it or an earlier one of that timeline, and no
    one else."""
    waiters = Waiters()
    tasks = {
        (timeline, revision): asyncio.create_task(waiters.wait(timeline, revision, 30))
        for timeline in ("a", "b")
        for revision in (1, 2, 3)
    }
    await turns()
    waiters.pass_("a", 2)
    await turns()
    assert woken([tasks["a", 1], tasks["a", 2]])
    assert not any(task.done() for (name, n), task in tasks.items() if name == "b" or n == 3)
    waiters.wake_reached({"a": 3, "b": 3}.__getitem__)
    await turns()
    assert woken(tasks.values())
    assert not waiters._gates


async def test_who_gives_up_leaves_nothing_behind() -> None:
    """Neither a limit nor a cancellation keeps a gate that nobody waits at; another waiter at the
    same gate goes on waiting."""
    waiters = Waiters()
    patient = asyncio.create_task(waiters.wait("a", 1, 30))
    cancelled = asyncio.create_task(waiters.wait("a", 1, 30))
    await turns()
    assert not await waiters.wait("a", 1, 0)
    cancelled.cancel()
    await turns()
    assert cancelled.cancelled()
    assert not patient.done()
    waiters.pass_("a", 1)
    await turns()
    assert woken([patient])
    assert not await waiters.wait("a", 2, 0)
    assert not waiters._gates
