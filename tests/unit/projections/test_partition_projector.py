"""What happens in one partition leaves the files of the others alone."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from events.errors import Damaged
from events.log import memory as memory_log
from events.log.contract import Identity, partition_of
from events.log.memory import MemoryLog
from projections import attempts
from projections.projector import Projector
from projections.storage.stores import Stores
from tests.histories import History
from tests.unit.projections.scripted import WatchedLog, projecting, projecting_all

TWO = Identity("two", 2)
NAMES = [next(n for n in "abcdef" if partition_of(n, 2) == p) for p in (0, 1)]
"""A timeline of each partition."""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "_FIRST_DELAY", 0.001)
    monkeypatch.setattr(memory_log, "HEARTBEAT", 0.001)


def holding(*counts: int) -> MemoryLog:
    """A log with a timeline of so many statements in each partition."""
    log = MemoryLog(itertools.count(1).__next__, TWO)
    log._entries = [filled(name, count).entries for name, count in zip(NAMES, counts, strict=True)]
    return log


def filled(name: str, count: int) -> History:
    history = History(name)
    history.open()
    for number in range(count):
        history.record(f"s{number}", text="words " * 50)
    return history


async def test_what_was_caught_up_with_is_not_kept(tmp_path: Path) -> None:
    """Once all is folded, and the log is followed, nobody has the entries that were read before."""
    log = WatchedLog(filled("a", 3).entries)
    async with projecting(log, tmp_path) as (running, _), asyncio.timeout(10):
        await running.progress.wait_for("a", 4)
        await log.until_let_go()


def files_of(stores: Stores) -> list[int]:
    """Which file is each partition's now."""
    return [store.file.path.stat().st_ino for store in stores.each]


def turned(running: Projector) -> list[object]:
    """What is reported to those who follow, from now on."""
    told: list[object] = []
    running.on_turn.append(lambda partition, replaced: told.append((partition, replaced)))
    running.progress.on_reset.append(told.append)
    return told


async def test_another_history_of_a_partition_replaces_its_file_alone(tmp_path: Path) -> None:
    """Where one partition of the log has lost its end, it is folded again beside its old file, and
    only its followers hear of it; the other one goes on in the file that it has."""
    log = holding(3, 3)
    async with projecting_all(log, tmp_path) as (running, stores):
        before, told, done = files_of(stores), turned(running), asyncio.Event()
        running.progress.on_reset.append(lambda _: done.set())
        del log._entries[1][-1]
        await done.wait()
        assert told == [(1, True), 1]
        assert [running.progress.revision(name) for name in NAMES] == [4, 3]
        after = files_of(stores)
        assert (after[0] == before[0], after[1] == before[1]) == (True, False)
        assert not running.rebuilding


async def test_a_damaged_file_is_folded_again_alone(tmp_path: Path) -> None:
    """The other partition's answers are never those of a file that is not whole."""
    async with projecting_all(holding(30, 3), tmp_path) as (running, stores):
        before, told, done = files_of(stores), turned(running), asyncio.Event()
        running.on_turn.append(lambda *_: done.set())
        path = stores.each[0].file.path
        stores.each[0].writer.wal_checkpoint()
        path.write_bytes(path.read_bytes()[:4096] + b"damaged " * 20_000)
        with pytest.raises(Damaged):
            stores.each[0].reader.all("SELECT * FROM contents")
        assert running.progress.revision(NAMES[1]) == 4
        await done.wait()
        assert told == [(0, False)]
        assert [running.progress.revision(name) for name in NAMES] == [31, 4]
        after = files_of(stores)
        assert (after[0] == before[0], after[1] == before[1]) == (False, True)


async def test_a_purge_rewrites_the_file_of_its_timelines_alone(tmp_path: Path) -> None:
    """What was redacted in one timeline costs the other partitions nothing."""
    async with projecting_all(holding(3, 3), tmp_path) as (running, stores):
        for store in stores.each:
            store.writer.wal_checkpoint()
        before = [store.file.path.read_bytes() for store in stores.each]
        await running.purge([NAMES[1]])
        after = [store.file.path.read_bytes() for store in stores.each]
        assert (after[0] == before[0], after[1] == before[1]) == (True, False)


async def test_a_partition_without_events_has_no_file(tmp_path: Path) -> None:
    """Until its first event comes, which is then folded as ever."""
    log = holding(3, 0)
    log._entries[1] = []
    async with projecting_all(log, tmp_path) as (running, stores):
        assert [store.file.exists for store in stores.each] == [True, False]
        assert running.stalls() == []
        assert running.progress.revision(NAMES[1]) == 0
        log._entries[1] = filled(NAMES[1], 1).entries
        log._wake()
        await running.progress.wait_for(NAMES[1], 2)
        assert [store.file.exists for store in stores.each] == [True, True]
