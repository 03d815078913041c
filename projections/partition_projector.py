"""One partition's way from the log into its file: catching up, following, reconnecting.

The partition is read from its checkpoint, a batch at a time. Rows and checkpoint are committed
together, so after a crash the file matches its checkpoint. If the log proves to be another history,
or the file to be damaged, this partition is folded again from its first event; the others are not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from time import monotonic
from typing import Final

import structlog

from events.errors import Damaged, LogError
from events.event.codec import Codec
from events.event.envelope import StoredEvent
from events.log.contract import FOLLOWED, Log
from events.log.lookup import still_holds
from projections.attempts import Attempts, Outage
from projections.fold.fold import Stall
from projections.fold.model_writer import ModelWriter
from projections.storage.database import DAMAGE, TROUBLE
from projections.storage.store import Store

__all__ = ["PartitionProjector"]

_BUSY: Final = 500
"""Events a second: once as many more than this rate have come, the next ones are sure to come
soon."""
_GATHERING: Final = 0.1
"""Seconds to wait for them, to fold them together."""

_MOST_UNREPORTED: Final = 10_000
_MOST_BYTES: Final = 12 << 20
_LATEST: Final = 2.0
"""While more is to be folded, so many committed entries, with so many bytes of data, wait for so
many seconds until they are reported."""

_log = structlog.get_logger(__name__)


class _Unreported:
    """Entries that were committed, but not reported yet."""

    def __init__(self) -> None:
        self._entries: list[StoredEvent] = []
        self._bytes = 0
        self._since = 0.0

    def add(self, entries: Sequence[StoredEvent]) -> None:
        if not self._entries:
            self._since = monotonic()
        self._entries += entries
        self._bytes += sum(len(entry.data or b"") for entry in entries)

    @property
    def are_due(self) -> bool:
        """Whether they must not wait any longer."""
        is_long = len(self._entries) >= _MOST_UNREPORTED or self._bytes >= _MOST_BYTES
        return is_long or monotonic() - self._since >= _LATEST

    def take(self) -> list[StoredEvent]:
        entries, self._entries, self._bytes = self._entries, [], 0
        return entries


class PartitionProjector:
    """Keeps `store` up to date with its partition of `log`, in one task that runs `run`. All
    partitions share `outage`."""

    def __init__(self, log: Log, codec: Codec, store: Store, outage: Outage) -> None:
        self.store = store
        self.partition = store.partition
        self.is_away = True
        """Whether the log cannot be read."""
        self.has_arrived = False
        """Whether the log's head was folded since the start, or since folding started over."""
        self.is_replaced = False
        """Whether another history is being folded beside the one that answers queries."""
        self.on_commit: Callable[[Mapping[str, int]], None]
        """Called with the timelines and revisions that committed entries reached."""
        self.on_read: Callable[[Sequence[StoredEvent]], None]
        """Called with all entries that were committed since the last call. While more are to be
        folded it is called seldom, so that readers need not wait for the work of others."""
        self.on_arrival: Callable[[bool], None]
        """Called when the log's head is folded, with whether another file answers queries now."""
        self.on_quiet: Callable[[int], None]
        """Called every few seconds without events, with the log's last position."""
        self._log = log
        self._outage = outage
        self._model = ModelWriter(log, codec, store)
        self._unreported = _Unreported()
        self._damaged = asyncio.Event()
        self._hurried = asyncio.Event()

    async def run(self) -> None:
        """Catch up, follow and reconnect, until cancelled. If the file proves to be damaged, fold
        it again from the log."""
        loop = asyncio.get_running_loop()

        def damaged() -> None:
            loop.call_soon_threadsafe(self._damaged.set)

        self.store.on_damage = damaged
        while True:
            async with asyncio.TaskGroup() as tasks:
                name = f"projector-{self.partition}"
                reading = tasks.create_task(self._keep_reading(), name=name)
                await self._damaged.wait()
                reading.cancel()
            self._report()
            self._damaged.clear()
            _log.error(
                "the read model is damaged: it is folded from the log again",
                partition=self.partition,
            )
            await self._model.mend()
            self.has_arrived = False

    def hurry(self) -> None:
        """Fold new events at once, because somebody waits for them."""
        self._hurried.set()

    async def purge(self) -> None:
        """Remove all traces of deleted rows from the file. The fold of this partition waits
        meanwhile; queries go on."""
        await self._model.purge()
        self.store.reader.memory.forget()

    def checkpoint(self) -> int:
        """The last folded position; 0 for none."""
        return self.store.checkpoint().position

    def stalls(self) -> list[Stall]:
        """Where folding has stopped, as queries see it; empty if the file is damaged."""
        try:
            return self._model.stalls()
        except Damaged:
            return []

    async def _keep_reading(self) -> None:
        attempts = Attempts((LogError, *TROUBLE), self._outage)

        async def attempt() -> None:
            try:
                await self._read(attempts)
            except (Damaged, *DAMAGE):
                self._damaged.set()
                await asyncio.Future()  # until this reading is cancelled
            except (LogError, *TROUBLE):
                self.is_away = True
                self._report()
                raise

        await attempts.forever(attempt)

    async def _read(self, attempts: Attempts) -> None:
        """Read until the log fails, or proves to be another history."""
        await self._verify()
        await self._catch_up()
        turned = await self._model.take_over()
        self.has_arrived = True
        self.on_arrival(turned)
        attempts.succeeded()
        await self._follow()

    async def _catch_up(self) -> None:
        await self._model.recover()
        async with aclosing(self._model.catch_up()) as batches:
            async for entries, reached, is_last in batches:
                self._committed(entries, reached, is_last=is_last)

    async def _follow(self) -> None:
        now = asyncio.get_running_loop().time
        before, position, spare = now(), self.checkpoint(), float(_BUSY)
        async for entries in self._log.follow(self.partition, position):
            self._hurried.clear()  # earlier waiters wait for events in these entries
            came = now()
            if entries:
                reached = await self._model.commit(entries)
                self._committed(entries, reached, is_last=len(entries) < FOLLOWED)
                position = entries[-1].position
            elif not await self._is_same():
                return  # Replaced under an open connection: read again from the start.
            else:
                self.on_quiet(position)
            if len(entries) >= FOLLOWED:
                return  # Fallen behind: catch up in large batches, then follow again.
            spare = min(_BUSY, spare + _BUSY * (came - before)) - len(entries)
            if spare < 0:
                spare = 0.0
                await self._gather()
            before = came

    def _committed(
        self, entries: Sequence[StoredEvent], reached: Mapping[str, int], *, is_last: bool
    ) -> None:
        self.on_commit(reached)
        self._unreported.add(entries)
        if is_last or self._unreported.are_due:
            self._report()

    def _report(self) -> None:
        entries = self._unreported.take()
        if entries:
            self.on_read(entries)

    async def _gather(self) -> None:
        """Let events gather, unless somebody waits: in a batch of 256 an event takes half of the
        time that it takes in a batch of 32 (docs/performance.md)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_GATHERING):
                await self._hurried.wait()

    async def _verify(self) -> None:
        """Compare the checkpoint with the log; start over if the log is another history."""
        if not await self._is_same():
            _log.error(
                "the log is another history: the read model is rebuilt",
                partition=self.partition,
                position=self.checkpoint(),
            )
            self._report()
            self.is_replaced = True
            self.has_arrived = False
            await self._model.start_over()
        self.is_away = False

    async def _is_same(self) -> bool:
        """Whether the log still holds the folded entry at the checkpoint."""
        return await still_holds(self._log, self.partition, *self.store.checkpoint())
