"""SubjectLocks of commands on the same subjects."""

from __future__ import annotations

import asyncio
import gc

from hypothesis import given
from hypothesis import strategies as st

from events.event.envelope import Subject
from service.writing.execution.subject_locks import SubjectLocks

TURNS = 200
"""SubjectLocks of the loop in which eight commands, one after another, have long been through."""
SUBJECTS = st.lists(st.sampled_from([Subject("a"), Subject("b"), Subject("c")]), max_size=3)


@given(st.lists(SUBJECTS, max_size=8))
def test_nobody_shares_a_subject_and_nobody_waits_for_ever(wanted: list[list[Subject]]) -> None:
    """Whatever is taken together, in whatever order, each subject has one holder at a time and
    all come to their turn; afterwards nothing is kept."""
    held: set[Subject] = set()
    locks = SubjectLocks()

    async def use(subjects: list[Subject]) -> None:
        async with locks.hold("kursk", subjects):
            assert not held & set(subjects)
            held.update(subjects)
            await asyncio.sleep(0)  # noqa: TID251 - lets the others run, waits for no time
            held.difference_update(subjects)

    async def run() -> None:
        tasks = [asyncio.create_task(use(subjects)) for subjects in wanted]
        for _ in range(TURNS):
            await asyncio.sleep(0)  # noqa: TID251 - counts turns, waits for no time
        assert all(task.done() for task in tasks)
        await asyncio.gather(*tasks)

    asyncio.run(run())
    if len(locks):  # what holds itself is kept until it is looked for
        gc.collect()
    assert len(locks) == 0


async def test_timelines_do_not_wait_for_each_other() -> None:
    """The same subject on another timeline is another subject."""
    locks = SubjectLocks()
    one, other = locks.hold("a", [Subject("actors")]), locks.hold("b", [Subject("actors")])
    async with asyncio.timeout(30), one, other:
        assert len(locks) == 2
