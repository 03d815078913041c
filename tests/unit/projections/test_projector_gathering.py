"""When the projector lets events gather, to fold them together."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from events.event.types import TimelineOpened
from events.log.contract import Append
from events.log.memory import MemoryLog
from projections import partition_projector
from projections.projector import Projector
from tests.histories import IDENTITY
from tests.unit.projections.scripted import projecting, sealed, statements


class Gathering(NamedTuple):
    """A projector that waits for a long time where it waits, how much it folds at once, and what is
    set when something is folded."""

    log: MemoryLog
    running: Projector
    sizes: list[int]
    folded: asyncio.Event

    async def record(self, first: int, last: int) -> None:
        """Record statements at these revisions."""
        await self.log.append(Append("kursk", tuple(statements(first, last)), {}))


@asynccontextmanager
async def gathering(
    folder: Path, patch: pytest.MonkeyPatch, busy: int = partition_projector._BUSY
) -> AsyncIterator[Gathering]:
    """The same with a timeline; it is busy from so many events a second on."""
    patch.setattr(partition_projector, "_GATHERING", 1_000)
    patch.setattr(partition_projector, "_BUSY", busy)
    log = MemoryLog(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, folder) as (running, _):
        fold = Gathering(log, running, [], asyncio.Event())
        running.on_read.append(lambda _, entries: fold.sizes.append(len(entries)))
        running.progress.on_folded.append(lambda _: fold.folded.set())
        opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
        await log.append(Append("kursk", (opened,), {}))
        await fold.folded.wait()
        yield fold


async def test_events_gather_while_many_come_until_somebody_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes while many events come is folded together with what follows it, and at once when
    somebody waits for it; while few come, at once too."""
    async with gathering(tmp_path, monkeypatch, busy=0) as fold:
        for revision in (2, 3, 4):
            await fold.record(revision, revision)
            for _ in range(50):
                await asyncio.sleep(0)  # noqa: TID251 - many turns of the loop, in which it could be folded
        assert fold.sizes == [1]
        await fold.running.progress.wait_for("kursk", 4)
        assert fold.sizes == [1, 3]
        monkeypatch.setattr(partition_projector, "_BUSY", 1_000_000_000)
        await fold.record(5, 5)
        await fold.running.progress.wait_for("kursk", 5)
        fold.folded.clear()
        await fold.record(6, 6)
        await fold.folded.wait()
        assert fold.sizes == [1, 3, 1, 1]


async def test_a_caller_who_records_one_after_another_waits_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However quickly some events follow each other, each is folded at once."""
    async with gathering(tmp_path, monkeypatch) as fold, asyncio.timeout(60):
        for revision in range(2, 30):
            fold.folded.clear()
            await fold.record(revision, revision)
            await fold.folded.wait()
            assert fold.sizes == [1] * revision


async def test_what_gathers_in_a_busy_moment_is_folded_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as come in a tenth of a second of single writes are one transaction."""
    async with gathering(tmp_path, monkeypatch, busy=0) as fold:
        await fold.record(2, 501)
        await fold.running.progress.wait_for("kursk", 501)
        assert fold.sizes == [1, 500]
