"""Writers keep pace with the fold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from events.event.types import StatementRetracted
from projections.progress import Progress
from service.writing.execution import pace
from service.writing.execution.command import Caller, Command, RecordStatements
from service.writing.execution.pace import Pace
from tests.many_commands import together
from tests.writers import Writer, said

MOST, FOR_ONE, FOREVER = 3, 6, 3_600.0


@pytest.fixture
async def unfolded(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> Writer:
    """A writer that has answered an array of four statements, more than arrays wait for, and whose
    fold has ended before that."""
    monkeypatch.setattr(pace, "_MOST", MOST)
    monkeypatch.setattr(pace, "_FOR_ONE", FOR_ONE)
    monkeypatch.setattr(pace, "_STANDSTILL", FOREVER)
    monkeypatch.setattr(pace, "_LONGEST", FOREVER)
    await writer.projector.progress.wait_for("kursk", 3)
    writer.fold.cancel()
    await asyncio.wait({writer.fold})
    await writer.record(*map(said, "cdef"))
    return writer


@asynccontextmanager
async def folding(writer: Writer) -> AsyncIterator[None]:
    """Fold while the block lasts."""
    fold = asyncio.create_task(writer.projector.run())
    yield
    fold.cancel()
    await asyncio.wait({fold})


async def begun(work: Awaitable[Any]) -> asyncio.Future[Any]:
    """The work after so many turns that it is done, or waits for what does not happen."""
    task = asyncio.ensure_future(work)
    for _ in range(50):
        await asyncio.sleep(0)  # noqa: TID251 - counts turns, waits for no time
    return task


RETRACTIONS = [Command(id_, StatementRetracted(reason="It was denied.")) for id_ in "ab"]


@pytest.mark.parametrize("kind", ["statements", "commands"])
async def test_an_array_waits_until_what_was_answered_is_folded(
    unfolded: Writer, kind: str
) -> None:
    """It is appended once enough is folded, and not before."""
    folded: list[int] = []

    async def look() -> None:
        folded.append(unfolded.projector.progress.revision("kursk"))

    unfolded.log.before.append(look)
    statements = kind == "statements"
    array = unfolded.record(said("g"), said("h")) if statements else together(unfolded, RETRACTIONS)
    waiting = await begun(array)
    assert not waiting.done()
    assert not folded
    async with folding(unfolded):
        assert (await waiting).revision == 9
    assert folded == [7]


async def test_one_statement_waits_later_than_an_array(unfolded: Writer) -> None:
    """While arrays wait, single writes go on, until twice as much is not folded."""
    for n in range(FOR_ONE - 4 + 1):
        assert (await begun(unfolded.record(said(f"one-{n}")))).done()
    waiting = await begun(unfolded.record(said("late")))
    assert not waiting.done()
    async with folding(unfolded):
        assert (await waiting).revision == 11


async def test_a_dry_run_neither_waits_nor_counts(unfolded: Writer) -> None:
    """It records nothing, so there is nothing to fold."""
    dry, many = Caller("desk", dry_run=True), RecordStatements([said(), said()])
    for _ in range(9):
        assert (await begun(unfolded.commands.execute("kursk", many, dry))).done()
        assert (await begun(together(unfolded, RETRACTIONS, dry_run=True))).done()
    assert (await begun(unfolded.record(said("one")))).done()


async def test_what_was_recorded_before_does_not_count(unfolded: Writer) -> None:
    """A repetition adds nothing that is to be folded: after many, one statement does not wait."""
    for _ in range(FOR_ONE):
        assert (await begun(unfolded.record(said("b")))).done()
    assert (await begun(unfolded.record(said("new")))).done()


async def test_nobody_waits_for_a_fold_that_stands_still(
    unfolded: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever finds the fold away goes on, later arrays do not wait at all, and all wait again once
    something was folded."""
    monkeypatch.setattr(pace, "_STANDSTILL", 0.0)
    await unfolded.record(said("g"), said("h"))
    monkeypatch.setattr(pace, "_STANDSTILL", FOREVER)
    assert (await begun(unfolded.record(said("i"), said("j")))).done()
    unfolded.projector.progress.advance({"elsewhere": 1})
    waiting = await begun(unfolded.record(said("k"), said("l")))
    assert not waiting.done()
    waiting.cancel()


async def test_a_partition_that_makes_no_progress_is_given_up(
    unfolded: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the longest wait what the partition has to fold no longer counts, as where a timeline's
    fold has stopped."""
    monkeypatch.setattr(pace, "_LONGEST", 0.0)
    await unfolded.record(said("g"), said("h"))
    monkeypatch.setattr(pace, "_LONGEST", FOREVER)
    assert (await begun(unfolded.record(said("i"), said("j")))).done()


async def test_another_history_is_not_waited_for(unfolded: Writer) -> None:
    """Where another history takes over, who waits for the old one goes on."""
    waiting = await begun(unfolded.record(said("g"), said("h")))
    for reset in unfolded.projector.progress.on_reset:
        reset(0)
    assert (await begun(waiting)).done()


async def test_a_write_waits_for_its_own_partition_alone(unfolded: Writer) -> None:
    """Where nothing of the partition is to be folded, a write goes on at once, however much is to
    be folded elsewhere."""
    kept = Pace(unfolded.projector.progress, {"here": 0, "there": 1}.__getitem__)
    kept.note("there", 9, 9)
    assert (await begun(kept.wait("here", 2))).done()
    kept.note("here", 1, 1)
    waiting = await begun(kept.wait("here", 2))
    assert not waiting.done()
    unfolded.projector.progress.advance({"here": 1})
    assert (await begun(waiting)).done()


class Folded(Progress):
    """Progress without a read model."""

    def __init__(self) -> None:
        self.on_folded, self.on_reset = [], []


class Counting(RuleBasedStateMachine):
    """Writes of six timelines in two partitions, and their fold, beside a plain list of what is not
    folded."""

    timelines = st.sampled_from("abcdef")

    def __init__(self) -> None:
        super().__init__()
        self.heads: dict[str, int] = {}
        self.reached: dict[str, int] = {}
        self.left: list[tuple[str, int, int]] = []
        self.progress = Folded()
        self.pace = Pace(self.progress, lambda timeline: ord(timeline) % 2)

    @rule(timeline=timelines, events=st.integers(1, 9))
    def write(self, timeline: str, events: int) -> None:
        revision = self.heads[timeline] = self.heads.get(timeline, 0) + events
        self.pace.note(timeline, revision, events)
        if revision > self.reached.get(timeline, 0):
            self.left.append((timeline, revision, events))

    @rule(timeline=timelines, revision=st.integers(1, 40))
    def fold(self, timeline: str, revision: int) -> None:
        self.reached[timeline] = reached = max(self.reached.get(timeline, 0), revision)
        self.left = [one for one in self.left if one[0] != timeline or one[1] > reached]
        self.progress.on_folded[0]({timeline: reached})

    @rule(partition=st.integers(0, 1))
    def reset(self, partition: int) -> None:
        self.left = [one for one in self.left if ord(one[0]) % 2 != partition]
        self.progress.on_reset[0](partition)

    @invariant()
    def is_counted(self) -> None:
        assert self.pace.lag == sum(events for *_, events in self.left)


TestCounting = Counting.TestCase
