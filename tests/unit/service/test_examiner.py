"""Whether what is altered while the service runs is found by reading the log again."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from events.envelope import StoredEvent
from events.errors import LogUnavailable
from events.examination import Examination, Finding, Head
from events.memory_log import ALONE, MemoryLog
from projections.ledger import Ledger
from service import examiner
from service.examiner import Examiner
from tests.seals import CODEC, append_of, retracted

COUNT = 6
STEP = 2
"""Events that a scrub reads at once here."""


class Altered(MemoryLog):
    """A log whose events somebody can alter behind everybody's back. `steps` are the positions
    behind which a scrub read; the first time that it comes to `fails_at`, the log is away, and
    what is `spoiled` comes back as another event."""

    def __init__(self) -> None:
        super().__init__(itertools.count(1).__next__)
        self.steps: list[int] = []
        self.fails_at = -1
        self.spoiled = 0

    def alter(self, position: int) -> None:
        entries = self._entries[0]
        entries[position - 1] = entries[position - 1]._replace(data=b'{"reason":"other"}')

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        if limit == STEP:
            self.steps.append(after)
            if after == self.fails_at:
                self.fails_at = -1
                self._spoil()
                raise LogUnavailable("It is away.")
        return await super().read(partition, after, limit)

    def _spoil(self) -> None:
        if self.spoiled:
            stored = self._entries[0][self.spoiled - 1]
            other = stored._replace(header=stored.header.replace(b"desk", b"dusk"))
            self._entries[0][self.spoiled - 1] = other


class Scene(NamedTuple):
    """An examiner at work; `judged` is told whenever findings came to `seen`."""

    examiner: Examiner
    judged: asyncio.Condition
    seen: list[dict[str, Finding]]


@asynccontextmanager
async def examining(folder: Path, log: Altered) -> AsyncIterator[Scene]:
    for n in range(COUNT):
        await log.append(append_of(retracted(f"e{n}")))
    ledger = Ledger.open(folder, ALONE)
    signed: dict[str, Head] = {}

    async def judge(examination: Examination) -> None:
        async with scene.judged:
            scene.seen.append(dict(examination.findings))
            scene.judged.notify_all()

    made = Examiner(log, CODEC, ledger, lambda: signed, judge, 0.01)
    scene = Scene(made, asyncio.Condition(), [])
    task = asyncio.create_task(made.run())
    try:
        async with asyncio.timeout(10), scene.judged:
            yield scene
    finally:
        task.cancel()
        await asyncio.wait({task})
        ledger.close()


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examiner, "_SLICE", STEP)


async def test_reading_again_finds_what_was_altered(tmp_path: Path) -> None:
    """An event that was right at the start and altered later, while nothing is appended, is found
    without a restart."""
    log = Altered()
    async with examining(tmp_path, log) as scene:
        await scene.judged.wait_for(lambda: scene.examiner.is_whole and len(scene.seen) > 1)
        assert not any(scene.seen)
        log.alter(4)
        await scene.judged.wait_for(lambda: any(scene.seen))
    reason = "does not have the digest of its data"
    assert next(filter(None, scene.seen)) == {"kursk": Finding("kursk", 4, reason)}


async def test_reading_again_is_taken_up_where_it_stopped(tmp_path: Path) -> None:
    """Where the log is away for a while, what was looked at before is not looked at again."""
    log = Altered()
    log.fails_at = 4
    async with examining(tmp_path, log) as scene:
        await scene.judged.wait_for(lambda: log.steps[-1:] == [COUNT])
    assert log.steps[:5] == [0, 2, 4, 4, COUNT]


async def test_reading_again_begins_anew_on_another_history(tmp_path: Path) -> None:
    """Where the log comes back with another event at the place that was looked at last, all of it
    is looked at, that event too."""
    log = Altered()
    log.fails_at = log.spoiled = 4
    async with examining(tmp_path, log) as scene:
        await scene.judged.wait_for(lambda: any(scene.seen))
    assert log.steps[:4] == [0, 2, 4, 0]
    reason = "does not carry this service's seal"
    assert next(filter(None, scene.seen)) == {"kursk": Finding("kursk", 4, reason)}
