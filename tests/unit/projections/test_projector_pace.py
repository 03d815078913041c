"""How much the projector folds at once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from events.errors import LogUnavailable
from events.event.envelope import TIMELINE, StoredEvent
from events.event.types import TimelineOpened
from events.log.contract import FOLLOWED, Append, Identity, partition_of
from events.log.memory import MemoryLog
from projections import partition_projector
from projections.fold import model_writer
from projections.lag import Lag
from tests.histories import CODEC, IDENTITY
from tests.unit.projections.scripted import projecting, sealed, statements


async def test_a_fold_that_has_fallen_behind_catches_up_in_large_batches(
    tmp_path: Path,
) -> None:
    """Where a full batch comes while following, the rest is read and committed in large batches,
    without a pause and though nobody asks for it; then the log is followed again."""
    log = MemoryLog(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, tmp_path) as (running, _):
        reached: list[int] = []
        running.progress.on_folded.append(lambda folded: reached.append(folded["kursk"]))
        last = 3 * FOLLOWED
        opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
        await log.append(Append("kursk", (opened, *statements(2, last)), {}))
        await running.progress.wait_for("kursk", last)
        assert reached == [FOLLOWED, last]
        await log.append(Append("kursk", tuple(statements(last + 1, last + 1)), {}))
        await running.progress.wait_for("kursk", last + 1)
        assert reached[2:] == [last + 1]


async def test_readers_come_before_those_who_work_on_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While more is to be folded, readers learn of each batch, and the entries are passed on once
    the head is reached."""
    monkeypatch.setattr(model_writer, "SERVING", model_writer.SERVING._replace(events=FOLLOWED))
    log = MemoryLog(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, tmp_path) as (running, _):
        seen: list[tuple[str, int]] = []
        running.progress.on_folded.append(lambda folded: seen.append(("readers", folded["kursk"])))
        running.on_read.append(lambda _, entries: seen.append(("entries", len(entries))))
        last = 3 * FOLLOWED
        opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
        await log.append(Append("kursk", (opened, *statements(2, last)), {}))
        await running.progress.wait_for("kursk", last)
        readers = [("readers", number * FOLLOWED) for number in (1, 2, 3)]
        assert seen == [*readers, ("entries", last)]


@pytest.mark.parametrize("bound", ["_MOST_UNREPORTED", "_MOST_BYTES", "_LATEST"])
async def test_what_was_read_is_passed_on_before_it_is_much_or_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    """However long the fold is behind, entries wait in a bounded number, for a bounded time."""
    monkeypatch.setattr(model_writer, "SERVING", model_writer.SERVING._replace(events=FOLLOWED))
    monkeypatch.setattr(partition_projector, bound, 0)
    log = MemoryLog(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, tmp_path) as (running, _):
        sizes: list[int] = []
        running.on_read.append(lambda _, entries: sizes.append(len(entries)))
        opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
        await log.append(Append("kursk", (opened, *statements(2, 3 * FOLLOWED)), {}))
        await running.progress.wait_for("kursk", 3 * FOLLOWED)
        assert sizes == [FOLLOWED] * 3


async def test_what_was_read_is_passed_on_when_the_log_goes_away(tmp_path: Path) -> None:
    """Entries that wait for the head do not wait for a log that is away."""
    log = Away(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, tmp_path) as (running, _):
        sizes: asyncio.Queue[int] = asyncio.Queue()
        running.on_read.append(lambda _, entries: sizes.put_nowait(len(entries)))
        opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
        await log.append(Append("kursk", (opened, *statements(2, 3 * FOLLOWED)), {}))
        assert await sizes.get() == FOLLOWED
        assert running.progress.revision("kursk") == FOLLOWED


async def test_what_was_read_is_passed_on_before_a_damaged_file_is_folded_again(
    tmp_path: Path,
) -> None:
    """Entries that wait for the head are not mixed with the same ones of the next fold: an examiner
    would take the second ones for events that nobody recorded."""
    log = Damaging(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, tmp_path) as (running, store):
        passed: list[list[int]] = []
        running.on_read.append(lambda _, entries: passed.append([e.position for e in entries]))
        log.damage = store.damaged
        opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
        last = 3 * FOLLOWED
        await log.append(Append("kursk", (opened, *statements(2, last)), {}))
        await running.progress.wait_for("kursk", last)
        assert passed == [[*range(1, FOLLOWED + 1)], [*range(1, last + 1)]]


async def test_a_partition_that_catches_up_delays_another_by_a_batch_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is recorded in one partition is folded behind the batch that is being committed, however
    many batches of the other partition wait."""
    monkeypatch.setattr(model_writer, "SERVING", model_writer.SERVING._replace(events=FOLLOWED))
    log = MemoryLog(itertools.count(1).__next__, Identity("two", 2))
    other = next(name for name in "abcdef" if partition_of(name, 2) != partition_of("kursk", 2))
    async with projecting(log, tmp_path) as (running, _):
        committed: list[int] = []
        running.on_read.append(lambda partition, _: committed.append(partition))
        opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
        last = 10 * FOLLOWED
        await log.append(Append("kursk", (opened, *statements(2, last)), {}))
        opened = CODEC.seal(other, "e1", TIMELINE, TimelineOpened(title="B"), "desk", bytes(16))
        await log.append(Append(other, (opened,), {}))
        await running.progress.wait_for("kursk", last)
        assert committed.index(partition_of(other, 2)) <= 2


class Away(MemoryLog):
    """A log that cannot be read in large batches."""

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        if after:
            raise LogUnavailable("away")
        return await super().read(partition, after, limit)


class Damaging(MemoryLog):
    """A log during whose first reading in large batches the file proves to be damaged."""

    damage: Callable[[], None] | None = None

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        if after and self.damage is not None:
            damage, self.damage = self.damage, None
            damage()
            await asyncio.Future()
        return await super().read(partition, after, limit)


class Growing(MemoryLog):
    """A log to which something is appended whenever it is read: it never has a quiet moment."""

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        last = await self.head(partition)
        if last < 10 * FOLLOWED:
            await self.append(Append("kursk", tuple(statements(last + 1, last + 2)), {}))
        return await super().read(partition, after, limit)


async def test_a_fold_catches_up_with_a_log_that_never_rests(tmp_path: Path) -> None:
    """Events that are recorded while the fold catches up do not keep it from having caught up with
    what was there when it began."""
    log = Growing(itertools.count(1).__next__, IDENTITY)
    opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
    await log.append(Append("kursk", (opened, *statements(2, 100)), {}))
    async with projecting(log, tmp_path) as (running, _):
        assert running.checkpoint(0) < 2 * FOLLOWED


async def test_lag_is_a_distance(tmp_path: Path) -> None:
    """Of what is not folded, the oldest event's recorded time is reported, however much was folded
    a moment before; where all is folded, there is none."""
    log = MemoryLog(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, tmp_path) as (running, store):
        opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
        await log.append(Append("kursk", (opened, *statements(2, 5)), {}))
        await running.progress.wait_for("kursk", 5)
        assert await running.lag() == [Lag(0, 0, None)]
        store.writer.execute("PRAGMA query_only = ON")
        recorded = await log.append(Append("kursk", tuple(statements(6, 7)), {}))
        await log.append(Append("kursk", tuple(statements(8, 9)), {}))
        assert recorded.revision == 7
        assert await running.lag() == [Lag(0, 4, 2)]
