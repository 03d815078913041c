"""Folding into a store: batches in transactions, and what to do where a batch will not fold."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

import structlog

from events.codec import Codec
from events.envelope import StoredEvent
from events.errors import CorruptEvent
from events.log import Log
from projections.database import TROUBLE
from projections.fold import Fold, Stall
from projections.loop_share import LoopShare
from projections.meaning import Redaction
from projections.store import Store

__all__ = ["Folding"]

_SLICE = 100
"""Events that are folded without a break: some milliseconds."""

_CHUNK = 500
"""Events that are fetched at once when a timeline is folded again."""

_STALLS = """
SELECT name, tl % ?1, stalled_position, stalled_at, reason FROM timelines
WHERE stalled_at IS NOT NULL
UNION ALL SELECT '', partition, position, 0, reason FROM unreadable
"""

_log = structlog.get_logger(__name__)


class Folding:
    """The fold of every partition into one store, one batch at a time.

    `history` counts how often it was started over: what was read for one history is not folded
    into another. `since` is when folding began, by the monotonic clock.
    """

    def __init__(self, log: Log, codec: Codec, store: Store) -> None:
        self._source = log
        self._codec = codec
        self._store = store
        self._partitions = log.identity.partitions
        self._turn = asyncio.Lock()
        self._share = LoopShare()
        self._recovered: set[int] = set()
        self._fold = Fold(store.writer, codec, self._partitions)
        self.history = 0
        self.since = monotonic()

    async def commit(
        self, partition: int, history: int, entries: Sequence[StoredEvent]
    ) -> dict[str, int] | None:
        """Fold entries behind the checkpoint and commit them with it; the timelines and revisions
        that were reached are returned, or None where `history` is over."""
        async with self._turn:
            if history != self.history:
                return None
            reached: dict[str, int] = {}
            while entries:
                done = await self._commit_some(partition, entries)
                reached |= self._tell()
                entries = entries[done:]
            return reached

    async def start_over(self) -> None:
        """Fold an empty store from now on."""
        async with self._turn:
            self.history += 1
            self._store.start_over()
            self._recovered.clear()
            self._renew()

    async def purge(self) -> None:
        """Leave nothing in the read model's file of what was dropped from it."""
        async with self._turn:
            await asyncio.to_thread(self._store.purge)

    async def take_over(self) -> bool:
        """Answer from what is folded; whether that was another store until now."""
        async with self._turn:
            if not self._store.rebuilding:
                return False
            self._store.take_over()
            self._renew()
            return True

    async def recover(self, partition: int) -> None:
        """Once for each start: fold the stalled timelines again whose event can be opened now."""
        if partition in self._recovered:
            return
        for stall in self.stalls():
            if stall.partition == partition and stall.timeline and await self._is_mended(stall):
                async with self._turn:
                    await self._fold_again(stall.timeline, partition)
                    self._tell()
        self._recovered.add(partition)

    def stalls(self) -> list[Stall]:
        """Where folding has stopped, as the answers know it."""
        return [Stall(*row) for row in self._store.reader.all(_STALLS, (self._partitions,))]

    async def _commit_some(self, partition: int, entries: Sequence[StoredEvent]) -> int:
        """Commit the entries, or those up to the first redaction of what is folded; how many."""
        try:
            await self._commit_all(partition, entries, careful=False)
        except Redaction as redaction:
            positions = [stored.position for stored in entries]
            done = positions.index(redaction.position)
            if done:
                return await self._commit_some(partition, entries[:done])
            await self._fold_again(redaction.timeline, partition, redaction)
            return 0
        except (*TROUBLE, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - found again, and told, when taken one by one
            _log.debug("a batch did not fold whole", partition=partition, error=repr(error))
            await self._commit_all(partition, entries, careful=True)
        return len(entries)

    async def _commit_all(
        self, partition: int, entries: Sequence[StoredEvent], *, careful: bool
    ) -> None:
        with self._transaction():
            for start in range(0, len(entries), _SLICE):
                if start:
                    await self._share.give()
                part = entries[start : start + _SLICE]
                if careful:
                    for stored in part:
                        self._fold.fold_carefully(partition, stored)
                else:
                    self._fold.take(partition, part)
            for _ in self._fold.finish():
                await self._share.give()
            last = entries[-1]
            self._store.save_checkpoint(partition, last.position, last.header)

    async def _fold_again(
        self, timeline: str, partition: int, redaction: Redaction | None = None
    ) -> None:
        """Fold the timeline from its first event, in one transaction: without what a redaction
        names, and without what others name that are found on the way."""
        redactions = [] if redaction is None else [redaction]
        while True:
            try:
                with self._transaction():
                    positions = self._fold.restart(partition, timeline)
                    for known in redactions:
                        self._fold.redact(partition, known)
                    for start in range(0, len(positions), _CHUNK):
                        chunk = positions[start : start + _CHUNK]
                        for stored in await self._source.fetch(partition, chunk):
                            self._fold.fold_carefully(partition, stored)
                return
            except Redaction as another:
                redactions.append(another)

    async def _is_mended(self, stall: Stall) -> bool:
        """Whether the event that stopped the fold can be opened by now, and was the one due."""
        for stored in await self._source.fetch(stall.partition, [stall.position]):
            try:
                header = self._codec.open(stored).header
            except CorruptEvent:
                return False
            return (header.timeline, header.revision) == (stall.timeline, stall.revision)
        return False

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self._store.transaction():
                yield
        except BaseException:
            self._fold.forget()
            raise

    def _renew(self) -> None:
        self._fold = Fold(self._store.writer, self._codec, self._partitions)

    def _tell(self) -> dict[str, int]:
        """After a commit: say what has stopped, and return what was reached."""
        for stall, error in self._fold.stalls:
            _log.error(
                "a timeline stopped" if stall.timeline else "an entry cannot be read",
                timeline=stall.timeline or None,
                partition=stall.partition,
                position=stall.position,
                revision=stall.revision or None,
                reason=stall.reason,
                exc_info=error,
            )
        folded = dict(self._fold.folded)
        self._fold.forget_told()
        return folded
