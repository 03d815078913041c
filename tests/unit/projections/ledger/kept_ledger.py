"""A history, a log that holds it, and a ledger that is kept while the log is followed."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from events.event.envelope import StoredEvent
from events.log.memory import MemoryLog
from events.tlog.merkle import leaf_hash
from events.tlog.tile import FULL
from projections.ledger.ledger import Ledger
from projections.ledger.writer import LedgerWriter
from tests.histories import IDENTITY, History


class Held(MemoryLog):
    """A log that holds just the entries it is given, and counts how often it was read."""

    def __init__(self, entries: Sequence[StoredEvent]) -> None:
        super().__init__(itertools.count(1).__next__, IDENTITY)
        self._entries = [renumbered(entries)]
        self.reads = 0

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        self.reads += 1
        return await super().read(partition, after, limit)

    def grow(self, entries: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        """Add entries, and give them back as they stand in the log."""
        before = len(self._entries[0])
        self._entries[0] = renumbered([*self._entries[0], *entries])
        return self._entries[0][before:]


def renumbered(entries: Sequence[StoredEvent]) -> list[StoredEvent]:
    return [entry._replace(position=n) for n, entry in enumerate(entries, 1)]


def history(count: int, seed: int = 1) -> list[StoredEvent]:
    """Events of three timelines, one by one or in runs."""
    made = History()
    chance = random.Random(seed)
    while len(made.entries) < count:
        made.timeline = chance.choice(("a", "b", "c"))
        for _ in range(chance.randint(1, 4)):
            made.open()
    return made.entries[:count]


def of(timeline: str, entries: Sequence[StoredEvent]) -> list[StoredEvent]:
    return [e for e in entries if b'"timeline":"%b"' % timeline.encode() in e.header]


def is_true(ledger: Ledger, entries: Sequence[StoredEvent]) -> bool:
    """Whether the ledger is that of these entries and of no others, made at once."""
    if ledger.position(0)[0] != len(entries):
        return False
    for name in ("a", "b", "c"):
        wanted = b"".join(leaf_hash(entry.header) for entry in of(name, entries))
        found = b"".join(ledger.leaves(name, n + 1) for n in range(0, ledger.size(name), FULL))
        if found != wanted:
            return False
    return True


@asynccontextmanager
async def keeping(
    log: MemoryLog, ledger: Ledger, *, whole: bool = False
) -> AsyncIterator[LedgerWriter]:
    """A writer at work, which has caught up once; ten seconds at most."""
    writer = LedgerWriter(log, ledger)
    if whole:
        writer.restart()
    task = asyncio.create_task(writer.run())
    try:
        async with asyncio.timeout(10):
            await writer.caught_up[0].wait()
            yield writer
    finally:
        task.cancel()
        await asyncio.wait({task})


async def kept(log: MemoryLog, ledger: Ledger, *, whole: bool = False) -> None:
    """The ledger takes what the log holds, and with `whole` compares all of it."""
    async with keeping(log, ledger, whole=whole):
        pass


async def until(writer: LedgerWriter, reached: Callable[[], bool]) -> None:
    async with writer.taken:
        await writer.taken.wait_for(reached)
