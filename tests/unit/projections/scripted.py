"""A log that holds what a test gives it, and the projector that folds it."""

from __future__ import annotations

import asyncio
import itertools
import weakref
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from events.errors import LogUnavailable
from events.event.envelope import SealedEvent, StoredEvent, Subject
from events.event.types import Event, StatementRecorded
from events.log.memory import MemoryLog
from projections import queries
from projections.projector import Projector
from projections.storage.store import Store
from projections.storage.stores import Stores
from tests.histories import CODEC, IDENTITY, History, said
from tests.looks import looked_again


class Scripted(MemoryLog):
    """A log that holds just the entries it is given, and is away when a test wants it."""

    def __init__(self, history: History) -> None:
        super().__init__(itertools.count(1).__next__, IDENTITY)
        self._entries = [history.entries]
        self.away = False
        self.tried = asyncio.Event()
        self.reads: list[int] = []

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        self.reads.append(after)
        return await super().read(partition, after, limit)

    def grow(self) -> None:
        """Wake those who follow: entries were added."""
        self._wake()

    def replace(self, history: History) -> None:
        """Become another history, and drop every connection."""
        self._entries = [history.entries]
        self.away = True
        self._wake()

    async def check(self) -> None:
        self.tried.set()
        if self.away:
            raise LogUnavailable("away")


class Batch(list[StoredEvent]):
    """Read entries, of which it can be seen whether anybody still has them."""


class WatchedLog(MemoryLog):
    """A log that holds just these entries, and knows the batches that it has given to readers."""

    def __init__(self, entries: Sequence[StoredEvent]) -> None:
        super().__init__(itertools.count(1).__next__, IDENTITY)
        self._entries = [[*entries]]
        self._given: list[weakref.ref[Batch]] = []

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        batch = Batch(await super().read(partition, after, limit))
        if batch:
            self._given.append(weakref.ref(batch))
        return batch

    async def until_let_go(self) -> None:
        """Return once it has given some, and nobody has any of them."""
        while not self._given or any(batch() is not None for batch in self._given):
            await looked_again()


@asynccontextmanager
async def projecting(log: MemoryLog, folder: Path) -> AsyncIterator[tuple[Projector, Store]]:
    """A projector at work, which has caught up once, with its first partition; half a minute at
    most."""
    async with projecting_all(log, folder) as (running, stores):
        yield running, stores.each[0]


@asynccontextmanager
async def projecting_all(log: MemoryLog, folder: Path) -> AsyncIterator[tuple[Projector, Stores]]:
    """The same, with all partitions."""
    stores = Stores.open(folder, log.identity)
    running = Projector(log, CODEC, stores)
    task = asyncio.create_task(running.run())
    try:
        async with asyncio.timeout(30):
            await running.progress.caught_up.wait()
            yield running, stores
    finally:
        task.cancel()
        await asyncio.wait({task})
        stores.close()


def short() -> History:
    """A timeline with two statements, one disputing the other: revisions 1 to 4."""
    history = History()
    history.open()
    history.record("a")
    history.record("b", "Syrskyi")
    history.relate("b", "disputes", "a")
    return history


def standing_of(store: Store, id_: str) -> str | None:
    """A statement's standing now; None where it is not there."""
    ref = queries.timeline_at(store.reader, "kursk")
    shown = ref and queries.show_statement(store.reader, ref, id_, ref.revision)
    return None if not shown else shown.json.split(b'"standing":"')[1].split(b'"')[0].decode()


def sealed(id_: str, subject: str, event: Event) -> SealedEvent:
    return CODEC.seal("kursk", id_, Subject(subject), event, "desk", bytes(16))


def statements(first: int, last: int) -> list[SealedEvent]:
    """Statements that are recorded at these revisions."""
    return [
        sealed(f"e{n}", f"statements/s{n}", StatementRecorded(statement=said(f"s{n}")))
        for n in range(first, last + 1)
    ]
