"""The projector: reads the log, folds it and reports its progress, each partition by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import structlog

from events.event.codec import Codec
from events.event.envelope import StoredEvent
from events.log.contract import Log, partition_of
from projections.attempts import Outage
from projections.fold.contents import forget_texts
from projections.fold.fold import Stall
from projections.lag import Lag, lag_of
from projections.partition_projector import PartitionProjector
from projections.progress import Progress
from projections.storage.stores import Stores

__all__ = ["Projector"]

_log = structlog.get_logger(__name__)


class Projector:
    """Keeps `stores` up to date with `log`. `run` is one task's work; any task of the same event
    loop may use the rest."""

    def __init__(self, log: Log, codec: Codec, stores: Stores) -> None:
        self._log = log
        self._stores = stores
        outage = Outage(lambda error: _log.warning("projector lost the log", reason=str(error)))
        self._each = [PartitionProjector(log, codec, store, outage) for store in stores.each]
        for each in self._each:
            each.on_commit = partial(self._committed, each)
            each.on_read = partial(self._was_read, each.partition)
            each.on_arrival = partial(self._arrived, each)
            each.on_quiet = partial(self._was_quiet, each.partition)
        self.progress = Progress(stores.read_model)
        self.progress.on_wait.append(self.hurry)
        self.on_turn: list[Callable[[int, bool], None]] = []
        """Called when another file answers queries about a partition, with whether it has another
        history; before `progress` is told."""
        self.on_read: list[Callable[[int, Sequence[StoredEvent]], None]] = []
        """Called with a partition's entries soon after they are folded."""
        self.on_quiet: list[Callable[[int, int], None]] = []
        """Called with a partition and its last position, every few seconds without events."""

    @property
    def connected(self) -> bool:
        """Whether every partition is being read."""
        return not any(each.is_away for each in self._each)

    @property
    def rebuilding(self) -> bool:
        """Whether some queries see a history that the log no longer holds, or a damaged file."""
        return self._stores.rebuilding

    @property
    def mending(self) -> bool:
        """Whether a damaged file is being rebuilt from the log."""
        return any(each.store.rebuilding and not each.is_replaced for each in self._each)

    async def run(self) -> None:
        """Catch up, follow and reconnect, until cancelled. If a file proves to be damaged, fold it
        again from the log."""
        async with asyncio.TaskGroup() as tasks:
            for each in self._each:
                tasks.create_task(each.run(), name=f"partition-{each.partition}")

    def hurry(self, timeline: str) -> None:
        """Fold the timeline's new events at once, because somebody waits for them."""
        self._each[partition_of(timeline, len(self._each))].hurry()

    async def purge(self, timelines: Iterable[str]) -> None:
        """Remove all traces of deleted rows from the files of these timelines. The fold of their
        partitions waits meanwhile; queries go on."""
        for partition in sorted({partition_of(name, len(self._each)) for name in timelines}):
            await self._each[partition].purge()
        forget_texts()

    def checkpoint(self, partition: int) -> int:
        """The last folded position; 0 for none."""
        return self._each[partition].checkpoint()

    async def lag(self) -> list[Lag]:
        """The lag of each partition. Raises LogUnavailable."""
        return [await lag_of(self._log, each.partition, each.checkpoint()) for each in self._each]

    def stalls(self) -> list[Stall]:
        """Where folding has stopped, as queries see it; a damaged file adds nothing."""
        return [stall for each in self._each for stall in each.stalls()]

    def _committed(self, each: PartitionProjector, folded: Mapping[str, int]) -> None:
        if not each.store.rebuilding:
            self.progress.advance(folded)

    def _was_read(self, partition: int, entries: Sequence[StoredEvent]) -> None:
        for take in self.on_read:
            take(partition, entries)

    def _was_quiet(self, partition: int, position: int) -> None:
        for tell in self.on_quiet:
            tell(partition, position)

    def _arrived(self, each: PartitionProjector, turned: bool) -> None:
        """Called when a partition's head is folded; once all are, the files of other versions are
        removed."""
        if turned:
            replaced, each.is_replaced = each.is_replaced, False
            for tell in self.on_turn:
                tell(each.partition, replaced)
            self.progress.turn(each.partition, replaced=replaced)
        if all(other.has_arrived for other in self._each):
            self.progress.caught_up.set()
            self._stores.remove_others()
