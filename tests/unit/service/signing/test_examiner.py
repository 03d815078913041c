"""Whether what is altered while the service runs is found by reading the log again."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from structlog.testing import capture_logs

from events.audit.examination import Examination, Finding
from events.errors import LogUnavailable
from events.event.envelope import StoredEvent
from events.log.contract import Identity, partition_of
from events.log.memory import ALONE, MemoryLog
from events.tlog.merkle import TreeHead
from projections.ledger.ledger import Ledger
from service.signing import examiner, offered_entries
from service.signing.examiner import Examiner
from tests.seals import CODEC, append_of, retracted

COUNT = 6
STEP = 2
"""Events that a scrub reads at once here."""


class Altered(MemoryLog):
    """A log whose events somebody can alter behind everybody's back. `steps` are the positions
    behind which a scrub read; the first time that it comes to `fails_at`, or where it is `cut`
    while it is followed, the log is away, and what is `spoiled` comes back as another event. What
    comes next stands `skip` positions too far behind."""

    def __init__(self, identity: Identity = ALONE) -> None:
        super().__init__(itertools.count(1).__next__, identity)
        self.order: list[int] = []
        self.steps: list[int] = []
        self.fails_at = -1
        self.spoiled = 0
        self.skip = 0
        self.cut = False
        self.reads = 0

    def alter(self, position: int) -> None:
        entries = self._entries[0]
        entries[position - 1] = entries[position - 1]._replace(data=b'{"reason":"other"}')

    async def follow(self, partition: int, after: int) -> AsyncIterator[Sequence[StoredEvent]]:
        async for batch in super().follow(partition, after):
            if self.cut:
                self.cut = False
                self._spoil()
                raise LogUnavailable("It is away.")
            skip, self.skip = self.skip, 0
            yield [stored._replace(position=stored.position + skip) for stored in batch]

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        self.reads += 1
        if limit == STEP:
            self.order.append(partition)
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
    """An examiner at work; `judged` is set whenever findings came to `seen`."""

    examiner: Examiner
    judged: asyncio.Condition
    seen: list[dict[str, Finding]]


@asynccontextmanager
async def examining(
    folder: Path, log: Altered, scrub_interval: float = 0.01
) -> AsyncIterator[Scene]:
    for n in range(COUNT):
        await log.append(append_of(retracted(f"e{n}")))
    ledger = Ledger.open(folder, log.identity)
    signed: dict[str, TreeHead] = {}

    async def judge(examination: Examination) -> None:
        async with scene.judged:
            scene.seen.append(dict(examination.findings))
            scene.judged.notify_all()

    made = Examiner(log, CODEC, ledger, lambda: signed, judge, scrub_interval)
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


async def test_what_a_reading_finds_amiss_is_looked_at_at_once(tmp_path: Path) -> None:
    """An examiner that hears of an event that is not what it was reads the whole log, long before
    the hour is over; asked again, it reads it again, but not before a rest."""
    log = Altered()
    async with examining(tmp_path, log, scrub_interval=3600) as scene:
        await scene.judged.wait_for(lambda: scene.examiner.is_whole)
        assert log.steps == []
        log.alter(4)
        scene.examiner.suspect("kursk")
        await scene.judged.wait_for(lambda: any(scene.seen))
        assert [finding["kursk"].revision for finding in scene.seen if finding] == [4]
        steps = len(log.steps)
        scene.examiner.suspect("kursk")
        scene.judged.release()
        for _ in range(100):
            await asyncio.to_thread(lambda: None)
        await scene.judged.acquire()
        assert len(log.steps) == steps


async def test_the_partition_that_is_suspected_is_looked_at_first(tmp_path: Path) -> None:
    """The others follow: whoever altered one event may have altered more."""
    log = Altered(Identity(ALONE.id, 8))
    partition = partition_of("kursk", 8)
    assert partition != 0
    async with examining(tmp_path, log, scrub_interval=3600) as scene:
        await scene.judged.wait_for(lambda: scene.examiner.is_whole)
        log.order.clear()
        scene.examiner.suspect("kursk")
        await scene.judged.wait_for(lambda: len(set(log.order)) == 8)
    order = list(dict.fromkeys(log.order))
    assert order == [partition, *(n for n in range(8) if n != partition)]


async def test_following_begins_again_on_another_history(tmp_path: Path) -> None:
    """Where what comes does not stand behind what was looked at last, or that is another event
    when the log comes back, all of it is looked at again: what was altered meanwhile is found."""
    for gap in (True, False):
        log = Altered()
        folder = tmp_path / str(gap)
        folder.mkdir()
        async with examining(folder, log, scrub_interval=3600) as scene:
            await scene.judged.wait_for(lambda: scene.examiner.is_whole)
            log.alter(2)
            if gap:
                log.skip = 1
            else:
                log.spoiled = COUNT
                log.cut = True
            await log.append(append_of(retracted("late")))
            await scene.judged.wait_for(lambda: any(scene.seen))
        assert next(filter(None, scene.seen))["kursk"].revision == 2


async def test_each_outage_is_reported(tmp_path: Path) -> None:
    """An examiner that follows the log for days reports the second outage like the first one."""
    log = Altered()
    with capture_logs() as logs:
        async with examining(tmp_path, log, 3600.0) as scene:
            await scene.judged.wait_for(lambda: scene.seen)
            for n in range(2):
                count = len(scene.seen)
                log.cut = True
                await log.append(append_of(retracted(f"cut{n}")))
                await scene.judged.wait_for(lambda: len(scene.seen) > count)  # noqa: B023 - awaited here
    reasons = [entry["reason"] for entry in logs if entry["log_level"] == "warning"]
    assert reasons == ["It is away.", "It is away."]


async def test_what_is_folded_in_one_turn_is_examined_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An examiner that is offered in each turn what the projector folds in one does not fall
    behind: it never reads again what it was offered."""
    folded = 15 * STEP
    monkeypatch.setattr(examiner, "_FOLDED", folded, raising=False)
    monkeypatch.setattr(offered_entries, "_MOST", 3 * folded)
    log = Altered()
    async with examining(tmp_path, log, scrub_interval=3600) as scene:
        await scene.judged.wait_for(lambda: scene.examiner.is_whole)
        scene.examiner.offer(0, ())  # from now on it waits for offers
        await log.append(append_of(retracted("first"), retracted("second")))
        await scene.judged.wait_for(lambda: _position(scene) == COUNT + 2)
        for n in range(10 * folded):
            await log.append(append_of(retracted(f"n{n}")))
        entries, reads = await log.read(0, COUNT + 2, 10 * folded), log.reads
        scene.judged.release()
        for start in range(0, len(entries), folded):
            scene.examiner.offer(0, entries[start : start + folded])
            for _ in range(5):
                await asyncio.sleep(0)  # noqa: TID251 - the examiner's turn
        await scene.judged.acquire()
        await scene.judged.wait_for(lambda: _position(scene) == entries[-1].position)
    assert log.reads == reads


def _position(scene: Scene) -> int:
    found = scene.examiner.examination(0)
    return 0 if found is None else found.position
