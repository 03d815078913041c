"""How much the projector folds at once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from events.envelope import SealedEvent, StoredEvent
from events.log import Append, Identity
from events.memory_log import MemoryLog
from events.types import StatementRecorded, TimelineOpened
from projections import projector
from tests.histories import IDENTITY, said
from tests.unit.projections.test_projector import projecting, sealed


class Counted(MemoryLog):
    """A log that tells behind which positions it was read, and how many entries at most."""

    def __init__(self, clock: Callable[[], int], identity: Identity) -> None:
        super().__init__(clock, identity)
        self.reads: list[tuple[int, int]] = []

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        self.reads.append((after, limit))
        return await super().read(partition, after, limit)


async def test_behind_a_busy_batch_events_gather_until_somebody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind many events at once the fold lets more gather, and goes on at once where somebody
    waits for one of them."""
    monkeypatch.setattr(projector, "_GATHER", 3_600)
    log = MemoryLog(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, tmp_path) as (running, _):
        opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
        await log.append(Append("kursk", (opened,), {}))
        await running.wait_for("kursk", 1)
        await log.append(Append("kursk", tuple(statements(2, 21)), {}))
        await running.wait_for("kursk", 21)
        await log.append(Append("kursk", tuple(statements(22, 23)), {}))
        for _ in range(50):
            await asyncio.sleep(0)  # noqa: TID251 - gives the fold turns enough to go wrong
        assert running.checkpoint(0) == 21
        await running.wait_for("kursk", 23)


def statements(first: int, last: int) -> list[SealedEvent]:
    """Statements that are recorded at these revisions."""
    return [
        sealed(f"e{n}", f"statements/s{n}", StatementRecorded(statement=said(f"s{n}")))
        for n in range(first, last + 1)
    ]


async def test_a_fold_that_has_fallen_behind_catches_up_in_large_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where more comes at once than is committed at once while following, it is read anew from
    the checkpoint, as at the start, and then followed again."""
    monkeypatch.setattr(projector, "_SLICE", 5)
    log = Counted(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, tmp_path) as (running, _):
        opened = sealed("e1", "timeline", TimelineOpened(title="Kursk"))
        await log.append(Append("kursk", (opened, *statements(2, 11)), {}))
        await running.wait_for("kursk", 11)
        await log.append(Append("kursk", tuple(statements(12, 12)), {}))
        await running.wait_for("kursk", 12)
        assert (11, projector._CATCH_UP) in log.reads
