"""The writer of a partition's read model: it folds events in batches, each in a transaction with
the checkpoint, and finds the event at fault where a batch does not fold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate
from typing import NamedTuple

import structlog

from events.errors import CorruptEvent
from events.event.codec import Codec
from events.event.envelope import StoredEvent
from events.log.contract import Log
from events.log.lookup import fetch_recorded
from projections.attempts import Attempts
from projections.fold.fold import Fold, Stall
from projections.fold.meaning import RedactionMet
from projections.storage.database import TROUBLE
from projections.storage.store import Store

__all__ = ["REBUILDING", "SERVING", "BatchSize", "ModelWriter"]


class BatchSize(NamedTuple):
    """The most events, and about the most bytes, of one transaction; as many are read at once."""

    events: int
    bytes: int


SERVING = BatchSize(1_500, 4 << 20)
"""Less than a tenth of a second, during which the process does nothing else."""
REBUILDING = BatchSize(5_000, 16 << 20)
"""Where nobody waits: the more events a transaction has, the fewer pages are written for each."""

_CHUNK = 1_500
"""Events that are fetched at once when a timeline is folded again."""

_STALLS = """
SELECT name, ?1, stalled_position, stalled_at, reason FROM timelines
WHERE stalled_at IS NOT NULL
UNION ALL SELECT '', partition, position, 0, reason FROM unreadable
"""

_log = structlog.get_logger(__name__)


class ModelWriter:
    """Folds one partition into its store, one batch at a time. `Fold` changes the rows; the writer
    keeps the transaction, the checkpoint and the store's files."""

    def __init__(
        self, log: Log, codec: Codec, store: Store, batch: BatchSize | None = None
    ) -> None:
        self._batch = batch or SERVING
        self._log = log
        self._codec = codec
        self._store = store
        self._partition = store.partition
        self._turn = asyncio.Lock()
        self._is_recovered = False
        self._made: Fold | None = None

    @property
    def _fold(self) -> Fold:
        """Made with the first event, since a partition without events needs no file."""
        if self._made is None:
            partitions = self._log.identity.partitions
            self._made = Fold(self._store.writer, self._codec, partitions)
        return self._made

    async def commit(self, entries: Sequence[StoredEvent]) -> dict[str, int]:
        """Fold entries after the checkpoint and commit them with it. Returns the timelines and
        revisions that were reached."""
        reached: dict[str, int] = {}
        while entries:
            async with self._turn:
                done = await self._commit_some(self._first_of(entries))
                reached |= self._gathered()
            entries = entries[done:]
            await asyncio.sleep(0)  # noqa: TID251 - waits for nothing: another partition has its turn
        return reached

    async def catch_up(
        self,
    ) -> AsyncGenerator[tuple[Sequence[StoredEvent], Mapping[str, int], bool]]:
        """Fold everything that the log holds now. Yields each batch of entries once it is
        committed, with the timelines and revisions that were reached, and whether it is the last
        one. Raises LogError."""
        last = await self._log.head(self._partition)
        while (done := self._store.checkpoint().position) < last:
            entries = await self._log.read(self._partition, done, self._batch.events)
            if not entries:
                return  # The log has lost its end: the task that follows it notices.
            reached, position = await self.commit(entries), entries[-1].position
            if position >= last:
                last = await self._log.head(self._partition)
            yield entries, reached, position >= last

    async def start_over(self) -> None:
        """Fold into an empty store from now on."""
        async with self._turn:
            self._store.start_over()
            self._is_recovered = False
            self._made = None

    async def mend(self) -> None:
        """Fold into an empty store in place of a damaged one, as soon as one can be made."""

        def report(error: Exception) -> None:
            _log.error("the read model cannot be made again yet", reason=str(error))

        await Attempts((OSError, *TROUBLE), report).until_done(self.start_over)

    async def purge(self) -> None:
        """Remove from the partition's files all traces of what was deleted from its tables."""
        async with self._turn:
            purge = self._store.purge()
            work = asyncio.create_task(asyncio.to_thread(purge.run), name="purge")
            try:
                await asyncio.wait({work})
            finally:
                # Also a cancelled task waits for the thread, so that nobody else writes meanwhile.
                purge.stop()
                await asyncio.wait({work})
            work.result()
            self._store.remove_redacted_columns()  # a worker may have made some meanwhile

    async def take_over(self) -> bool:
        """Serve queries from the file that was folded. Returns whether another file served them
        until now."""
        async with self._turn:
            if not self._store.rebuilding:
                return False
            self._store.take_over()
            self._made = None
            return True

    async def recover(self) -> None:
        """Once after each start: fold stalled timelines again if their event can be opened now. A
        file that is being filled has no stalls."""
        if self._is_recovered or self._store.rebuilding:
            return
        for stall in self.stalls():
            if stall.timeline and await self._is_mended(stall):
                async with self._turn:
                    await self._fold_again(stall.timeline)
                    self._gathered()
        self._is_recovered = True

    def stalls(self) -> list[Stall]:
        """Where folding has stopped, as queries see it."""
        if not self._store.file.exists:
            return []
        return [Stall(*row) for row in self._store.reader.all(_STALLS, (self._partition,))]

    async def _commit_some(self, entries: Sequence[StoredEvent]) -> int:
        """Commit the entries, or only those before the first redaction of a folded statement.
        Returns how many."""
        try:
            self._commit_all(entries, careful=False)
        except RedactionMet as redaction:
            done = [stored.position for stored in entries].index(redaction.position)
            if done:
                return await self._commit_some(entries[:done])
            await self._fold_again(redaction.timeline, redaction)
            self._store.remove_redacted_columns()
            return 0
        except (*TROUBLE, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - raised again, and reported, when they are folded one by one
            _log.debug("a batch did not fold whole", partition=self._partition, error=repr(error))
            self._commit_all(entries, careful=True)
        return len(entries)

    def _commit_all(self, entries: Sequence[StoredEvent], *, careful: bool) -> None:
        with self._transaction():
            if careful:
                for stored in entries:
                    self._fold.fold_carefully(self._partition, stored)
            else:
                self._fold.fold(self._partition, entries)
            last = entries[-1]
            self._store.save_checkpoint(last.position, last.header)

    async def _fold_again(self, timeline: str, redaction: RedactionMet | None = None) -> None:
        """Fold the timeline again from its first event, in one transaction, without the statement
        that a redaction names. Further redactions that are found meanwhile are applied too."""
        partition = self._partition
        redactions = [] if redaction is None else [redaction]
        while True:
            try:
                with self._transaction():
                    positions = self._fold.restart(partition, timeline)
                    for known in redactions:
                        self._fold.redact(partition, known)
                    for start in range(0, len(positions), _CHUNK):
                        chunk = positions[start : start + _CHUNK]
                        self._fold.fold_again(partition, await self._log.fetch(partition, chunk))
                return
            except RedactionMet as another:
                redactions.append(another)

    async def _is_mended(self, stall: Stall) -> bool:
        """Whether the event that stopped the fold can be opened now, and is the one that was
        due."""
        place = (stall.revision, stall.position)
        try:
            [(header, stored)] = await fetch_recorded(self._log, stall.timeline, [place])
            self._codec.open(stored, header)
        except CorruptEvent:
            return False
        return True

    def _first_of(self, entries: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        """The first entries, at most as many as one transaction should have, but at least one."""
        most = self._batch
        sizes = accumulate(len(stored.data or b"") for stored in entries[: most.events])
        return entries[: max(1, sum(size <= most.bytes for size in sizes))]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self._store.transaction():
                yield
        except BaseException:
            self._fold.forget()
            raise

    def _gathered(self) -> dict[str, int]:
        """After a commit: log the stalls, and return the timelines and revisions that were
        reached."""
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
        self._fold.forget_reported()
        return folded
