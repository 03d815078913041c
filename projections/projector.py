"""The projector: reads the log, folds it and tells those who wait.

Each partition is read from its checkpoint, a batch at a time; rows and checkpoint are committed
together, so a crash at any point leaves a model that is true of its checkpoint. Folding happens
on the event loop in slices of a few milliseconds, between which others take their turns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import NamedTuple

import structlog

from events.codec import Codec
from events.envelope import StoredEvent
from events.errors import Lagging, LogError, Stalled
from events.log import Log
from projections.contents import forget_texts
from projections.database import TROUBLE
from projections.fold import Stall
from projections.folding import Folding
from projections.store import Store
from projections.timeline_queries import timeline_at
from projections.waiters import Waiters

__all__ = ["Lag", "Projector"]

_CATCH_UP = 5_000
"""Events that are read, and committed, at once while catching up."""

_SLICE = 400
"""Events that are committed at once while following: a few turns of the fold."""

_BUSY, _GATHER = 16, 0.1
"""Behind so many events that came at once, more are given that many seconds to gather, unless
somebody waits for one: what a transaction costs is shared by all that it holds."""

_FIRST_DELAY, _MOST_DELAY = 0.1, 5.0
"""Seconds between two tries to reach the log."""

_log = structlog.get_logger(__name__)


class Lag(NamedTuple):
    """How many events of a partition are not folded yet, and for how long there have been some,
    in seconds."""

    partition: int
    events: int
    seconds: float


class Projector:
    """Keeps `store` up to `log`. `run` is one task's work; everything else may be asked by any
    task of the same event loop."""

    def __init__(self, log: Log, codec: Codec, store: Store) -> None:
        self._log = log
        self._store = store
        self._folding = Folding(log, codec, store)
        self._waiters = Waiters()
        self._partitions = range(log.identity.partitions)
        self._at_head: dict[int, float] = {}
        self._away: set[int] = set(self._partitions)
        self.caught_up = asyncio.Event()
        """Set once everything that the log held at one time is folded."""
        self.on_folded: list[Callable[[Mapping[str, int]], None]] = []
        """Called with the timelines and revisions that can be asked about from now on. Unlike who
        waits for a revision, it makes nobody hurry."""
        self.on_read: list[Callable[[int, Sequence[StoredEvent]], None]] = []
        """Called with a partition's entries, once they are folded."""
        self.on_reset: list[Callable[[], None]] = []
        """Called when the answers have turned to another history."""

    @property
    def connected(self) -> bool:
        """Whether every partition is being read."""
        return not self._away

    @property
    def rebuilding(self) -> bool:
        """Whether answers are of a history that the log no longer holds."""
        return self._store.rebuilding

    async def run(self) -> None:
        """Catch up, follow and reconnect, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for partition in self._partitions:
                tasks.create_task(self._keep_reading(partition), name=f"projector-{partition}")

    async def wait_for(self, timeline: str, revision: int, limit: float = 5.0) -> None:
        """Return once the timeline is folded up to `revision`.

        Raises Lagging after `limit` seconds, and Stalled at once where it cannot get there.
        """
        if self.revision(timeline) >= revision:
            return
        ref = timeline_at(self._store.reader, timeline)
        if ref is not None and ref.stalled_at is not None:
            raise Stalled(timeline, ref.stalled_at, ref.reason or "unknown")
        if not await self._waiters.wait(timeline, revision, limit):
            raise Lagging(self.revision(timeline), revision)

    async def purge(self) -> None:
        """Leave nothing in the read model's file of what was dropped from it; the fold waits
        meanwhile, answers go on."""
        await self._folding.purge()
        forget_texts()

    def revision(self, timeline: str) -> int:
        """The timeline's last revision that is folded and can be asked about; 0 for none."""
        ref = timeline_at(self._store.reader, timeline)
        return ref.revision if ref else 0

    def checkpoint(self, partition: int) -> int:
        """The last position that is folded; 0 for none."""
        return self._store.checkpoint(partition).position

    async def lag(self) -> list[Lag]:
        """How far each partition is behind. Raises LogUnavailable."""
        lags = []
        for partition in self._partitions:
            behind = max(0, await self._log.head(partition) - self.checkpoint(partition))
            seconds = monotonic() - self._at_head.get(partition, self._folding.since)
            lags.append(Lag(partition, behind, seconds if behind else 0.0))
        return lags

    def stalls(self) -> list[Stall]:
        """Where folding has stopped, as the answers know it."""
        return self._folding.stalls()

    async def _keep_reading(self, partition: int) -> None:
        delay = _FIRST_DELAY
        while True:
            try:
                await self._read(partition)
                delay = _FIRST_DELAY
            except (LogError, *TROUBLE) as error:
                if partition not in self._away or delay == _FIRST_DELAY:
                    _log.warning("projector lost the log", partition=partition, reason=str(error))
                self._away.add(partition)
                await asyncio.sleep(delay)  # noqa: TID251 - waits for what has no event: a server's return
                delay = min(2 * delay, _MOST_DELAY)

    async def _read(self, partition: int) -> None:
        """Read until the log fails, or the history turns out to be another one."""
        history = await self._verify(partition)
        await self._folding.recover(partition)
        while entries := await self._log.read(partition, self.checkpoint(partition), _CATCH_UP):
            if not await self._commit(partition, history, entries):
                return
        if await self._arrive(partition, history):
            await self._follow(partition, history)

    async def _follow(self, partition: int, history: int) -> None:
        async for entries in self._log.follow(partition, self.checkpoint(partition)):
            for start in range(0, len(entries), _SLICE):
                if not await self._commit(partition, history, entries[start : start + _SLICE]):
                    return
            if history != self._folding.history:
                return
            if not entries and not await self._is_same(partition):
                return  # Replaced under an open connection: read again from the start.
            if len(entries) > _SLICE:
                return  # Fallen behind: catch up in large batches, then follow again.
            self._at_head[partition] = monotonic()
            if len(entries) >= _BUSY:
                await self._waiters.asked(_GATHER)

    async def _verify(self, partition: int) -> int:
        """Hold the checkpoint against the log; start over where it is another history."""
        history = self._folding.history
        if not await self._is_same(partition) and history == self._folding.history:
            _log.error(
                "the log is another history: the read model is folded anew",
                partition=partition,
                position=self.checkpoint(partition),
            )
            await self._folding.start_over()
            self._at_head.clear()
        self._away.discard(partition)
        return self._folding.history

    async def _is_same(self, partition: int) -> bool:
        """Whether the log still holds, at the checkpoint, the entry that was folded."""
        checkpoint = self._store.checkpoint(partition)
        if not checkpoint.position:
            return True
        found = await self._log.fetch(partition, [checkpoint.position])
        return bool(found) and checkpoint.matches(found[0].header)

    async def _commit(self, partition: int, history: int, entries: Sequence[StoredEvent]) -> bool:
        folded = await self._folding.commit(partition, history, entries)
        if folded is None:
            return False
        for take in self.on_read:
            take(partition, entries)
        if not self._store.rebuilding:
            for timeline, revision in folded.items():
                self._waiters.pass_(timeline, revision)
            for tell in self.on_folded:
                tell(folded)
        return True

    async def _arrive(self, partition: int, history: int) -> bool:
        """The partition's head is folded; once all are, the answers are of this history."""
        if history != self._folding.history:
            return False
        self._at_head[partition] = monotonic()
        if len(self._at_head) == len(self._partitions):
            if await self._folding.take_over():
                self._waiters.look_again(self.revision)
                for reset in self.on_reset:
                    reset()
            self.caught_up.set()
            self._store.remove_others()
        return True
