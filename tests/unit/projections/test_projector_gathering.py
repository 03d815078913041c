"""When the projector lets events gather, to fold them together."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from events.event.types import TimelineOpened
from events.log.contract import Append
from events.log.memory import MemoryLog
from projections import partition_projector
from tests.histories import IDENTITY
from tests.unit.projections.scripted import projecting, sealed, statements


async def test_events_gather_while_many_come_until_somebody_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes while many events come is folded together with what follows it, and at once when
    somebody waits for it; while few come, at once too."""
    monkeypatch.setattr(partition_projector, "_GATHERING", 1_000)
    log = MemoryLog(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, tmp_path) as (running, _):
        sizes: list[int] = []
        running.on_read.append(lambda _, entries: sizes.append(len(entries)))
        folded = asyncio.Event()
        running.progress.on_folded.append(lambda _: folded.set())
        monkeypatch.setattr(partition_projector, "_BUSY", 0)
        opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
        await log.append(Append("kursk", (opened,), {}))
        await folded.wait()
        for revision in (2, 3, 4):
            await log.append(Append("kursk", tuple(statements(revision, revision)), {}))
            for _ in range(50):
                await asyncio.sleep(0)  # noqa: TID251 - many turns of the loop, in which it could be folded
        assert sizes == [1]
        await running.progress.wait_for("kursk", 4)
        assert sizes == [1, 3]
        monkeypatch.setattr(partition_projector, "_BUSY", 1_000_000_000)
        await log.append(Append("kursk", tuple(statements(5, 5)), {}))
        await running.progress.wait_for("kursk", 5)
        folded.clear()
        await log.append(Append("kursk", tuple(statements(6, 6)), {}))
        await folded.wait()
        assert sizes == [1, 3, 1, 1]


async def test_a_caller_who_records_one_after_another_waits_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However quickly some events follow each other, each is folded at once."""
    monkeypatch.setattr(partition_projector, "_GATHERING", 1_000)
    log = MemoryLog(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, tmp_path) as (running, _), asyncio.timeout(60):
        folded = asyncio.Event()
        running.progress.on_folded.append(lambda _: folded.set())
        opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
        await log.append(Append("kursk", (opened,), {}))
        for revision in range(2, 30):
            await folded.wait()
            folded.clear()
            await log.append(Append("kursk", tuple(statements(revision, revision)), {}))
        await folded.wait()


async def test_what_gathers_in_a_busy_moment_is_folded_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as come in a tenth of a second of single writes are one transaction."""
    monkeypatch.setattr(partition_projector, "_GATHERING", 1_000)
    monkeypatch.setattr(partition_projector, "_BUSY", 0)
    log = MemoryLog(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, tmp_path) as (running, _):
        sizes: list[int] = []
        running.on_read.append(lambda _, entries: sizes.append(len(entries)))
        folded = asyncio.Event()
        running.progress.on_folded.append(lambda _: folded.set())
        opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
        await log.append(Append("kursk", (opened,), {}))
        await folded.wait()
        await log.append(Append("kursk", tuple(statements(2, 501)), {}))
        await running.progress.wait_for("kursk", 501)
        assert sizes == [1, 500]
