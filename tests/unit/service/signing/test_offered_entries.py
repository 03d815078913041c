"""Whether what is offered is taken in place of reading the log, and nothing is missed."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import NamedTuple

import pytest

from events.event.envelope import StoredEvent
from events.log.contract import FOLLOWED
from events.log.memory import MemoryLog
from service.signing import offered_entries
from service.signing.offered_entries import OfferedEntries
from tests.seals import append_of, retracted


class Counted(MemoryLog):
    """A log that counts how often it is read."""

    reads = 0

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        self.reads += 1
        return await super().read(partition, after, limit)


class Following(NamedTuple):
    """Somebody who follows a log in which events are recorded, and who has one that was offered."""

    log: Counted
    offered: OfferedEntries
    batches: AsyncIterator[Sequence[StoredEvent]]

    async def record(self, count: int) -> Sequence[StoredEvent]:
        """The entries of so many more events."""
        before = await self.log.head(0)
        for number in range(before, before + count):
            await self.log.append(append_of(retracted(f"e{number}")))
        return await self.log.read(0, before, count)

    async def positions(self, last: int) -> list[int]:
        """The positions that come next, up to this one."""
        found: list[int] = []
        async for batch in self.batches:
            found += [entry.position for entry in batch]
            if found and found[-1] >= last:
                return found
        raise AssertionError


@asynccontextmanager
async def following() -> AsyncIterator[Following]:
    log = Counted(itertools.count(1).__next__)
    offered = OfferedEntries(log, 0)
    async with asyncio.timeout(10), aclosing(offered.follow(0)) as batches:
        scene = Following(log, offered, batches)
        first = await scene.record(1)
        assert await scene.positions(1) == [1]
        offered.offer(first)
        yield scene


async def test_what_is_offered_is_not_read_again() -> None:
    """Batches that continue what is known come as they were offered, and the log is not asked;
    what is known already does not come again."""
    async with following() as scene:
        entries = await scene.record(5)
        before = scene.log.reads
        scene.offered.offer(entries[:2])
        assert await anext(scene.batches) == entries[:2]
        scene.offered.offer(entries[1:3])
        scene.offered.offer(entries[3:])
        assert await anext(scene.batches) == entries[2:]
        assert scene.log.reads == before


async def test_what_was_not_offered_is_read() -> None:
    """Where an entry is missing in front of the offered ones, all are read from the log, however
    many they are."""
    async with following() as scene:
        entries = await scene.record(FOLLOWED + 10)
        scene.offered.offer(entries[-1:])
        assert await scene.positions(FOLLOWED + 11) == [*range(2, FOLLOWED + 12)]


async def test_a_long_wait_without_an_offer_ends_with_a_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If whoever offers has stopped, events are read from the log all the same."""
    monkeypatch.setattr(offered_entries, "_PATIENCE", 0.01)
    async with following() as scene:
        await scene.record(3)
        assert await scene.positions(4) == [2, 3, 4]


async def test_a_batch_that_holds_the_loop_for_long_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever offers may be at work for longer than the patience: what comes of it is not read."""
    monkeypatch.setattr(offered_entries, "_PATIENCE", 0.3)
    async with following() as scene:
        entries, reads = await scene.record(3), scene.log.reads
        loop = asyncio.get_running_loop()
        clock = loop.time

        async def fold() -> None:
            monkeypatch.setattr(loop, "time", lambda: clock() + 0.4)  # so long it held the loop
            for _ in range(3):
                await asyncio.sleep(0)  # noqa: TID251 - the turns that a commit gives
            scene.offered.offer(entries)

        folding = asyncio.create_task(fold())
        assert await anext(scene.batches) == entries
        assert scene.log.reads == reads
        await folding


async def test_the_log_is_not_read_where_nothing_is_behind_what_is_known() -> None:
    """Whoever offers says that nothing came; it is a batch without entries, and no look."""
    async with following() as scene:
        before = scene.log.reads
        for _ in range(3):
            scene.offered.end_at(1)
            assert await anext(scene.batches) == []
        assert scene.log.reads == before
        entries = await scene.record(1)
        scene.offered.end_at(1)
        scene.offered.offer(entries)
        assert await anext(scene.batches) == entries


@pytest.mark.parametrize("offered", [0, 2])
async def test_the_log_is_read_where_it_ends_elsewhere(
    offered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the log has more than was offered, or less than is known, it is read at once."""
    monkeypatch.setattr(offered_entries, "_PATIENCE", 60.0)
    async with following() as scene:
        await scene.record(offered)
        before = scene.log.reads
        scene.offered.end_at(1 + offered if offered else 0)
        found = await anext(scene.batches)
        assert [entry.position for entry in found] == [*range(2, 2 + offered)]
        assert scene.log.reads == before + 1


@pytest.mark.parametrize("bound", ["_MOST", "_MOST_BYTES"])
async def test_no_more_is_held_than_may_be(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is offered beyond the bound is dropped, and is read from the log at once."""
    monkeypatch.setattr(offered_entries, bound, 3)
    monkeypatch.setattr(offered_entries, "_PATIENCE", 60.0)
    async with following() as scene:
        entries = await scene.record(8)
        for entry in entries:
            scene.offered.offer([entry])
            assert len(scene.offered._entries) <= 3
        assert await scene.positions(9) == [*range(2, 10)]


async def test_nothing_is_held_for_nobody() -> None:
    """Before somebody follows, and after, the text of what is offered is not kept."""
    async with following() as scene:
        entries = await scene.record(1)
        scene.offered.offer(entries)
    assert scene.offered._entries == []
    scene.offered.offer(entries)
    assert scene.offered._entries == []
