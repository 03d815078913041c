"""The writer of the ledger: adds every event's leaf to it soon after the event was recorded.

The projector offers it the entries that it has read, so that nothing is read twice while both are
up to date. The writer has its own position; if it falls behind, or lost something in a crash, it
reads the log itself. If the file proves to be damaged, it starts a new one; if the leaves of one
timeline are inconsistent, it reads that timeline from the log again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Final

import structlog

from events.errors import Damaged, LogError, ReadModelError
from events.event.envelope import StoredEvent
from events.log.contract import Log, partition_of
from events.log.lookup import still_holds
from projections.attempts import Attempts, Outage
from projections.ledger.file import ASIDE
from projections.ledger.ledger import Ledger
from projections.ledger.reading import LedgerReading
from projections.storage.database import TROUBLE

__all__ = ["LedgerWriter"]

_CATCH_UP: Final = 5_000
"""The number of events that one call reads while catching up."""
_SLICE: Final = 1_500
"""The number of events that are added without a pause, as many as the projector folds at once: some
milliseconds of work, and one wait for the disk."""
_WAITING: Final = 25_000
"""The most offered headers that may wait, more than the projector reports at once; any more are
read from the log later."""

_QUIET: Final = 600.0
"""The least seconds between two repairs of the same timeline."""

_log = structlog.get_logger(__name__)


class _Offers:
    """The entries of one partition that were offered and not added yet. `must_read`: the log
    must be read. `wanted` counts the requests to compare the whole partition, `done` the completed
    ones."""

    def __init__(self) -> None:
        self.entries: list[StoredEvent] = []
        self.must_read = False
        self.wanted = 0
        self.done = 0
        self.came = asyncio.Event()

    def take(self) -> list[StoredEvent]:
        entries, self.entries = self.entries, []
        return entries


class LedgerWriter:
    """Keeps `ledger` up to date with `log`. `run` is one task's work; `offer` is called on the same
    event loop."""

    def __init__(self, log: Log, ledger: Ledger) -> None:
        self._log = log
        self._ledger = ledger
        self._offers = [_Offers() for _ in range(log.identity.partitions)]
        self.caught_up = [asyncio.Event() for _ in self._offers]
        """By partition: set once the ledger has everything that the log held at one time."""
        self.taken = asyncio.Condition()
        """Notified whenever leaves were committed, and when the whole log was compared."""
        self._damaged = asyncio.Event()
        self._outage = Outage(_report)
        self._mended_at: dict[str, float] = {}
        ledger.tables.on_damage = self._damaged.set
        if ledger.tables.is_damaged or ledger.tables.suspects:
            self._damaged.set()

    def offer(self, partition: int, entries: Sequence[StoredEvent]) -> None:
        """Offer entries of the log, in order, that somebody has just read for another purpose."""
        offers = self._offers[partition]
        if len(offers.entries) + len(entries) > _WAITING:
            offers.entries.clear()
            offers.must_read = True
        else:
            offers.entries += [StoredEvent(e.position, e.header, None, None) for e in entries]
        offers.came.set()

    def restart(self) -> None:
        """Compare the whole log with the ledger, because the log may have been replaced. Otherwise
        only the last read event is checked again."""
        for partition in range(len(self._offers)):
            self._read_again(partition)

    async def run(self) -> None:
        """Catch up and follow, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for partition in range(len(self._offers)):
                tasks.create_task(self._keep_reading(partition), name=f"ledger-{partition}")
            tasks.create_task(self._keep_mending(), name="ledger-mending")

    def _read_again(self, partition: int) -> None:
        """Read the partition from its first event on."""
        offers = self._offers[partition]
        offers.wanted += 1
        offers.must_read = True
        offers.came.set()

    async def _keep_mending(self) -> None:
        def report(error: Exception) -> None:
            _log.error("the ledger cannot be made again yet", reason=str(error))

        async def attempt() -> None:
            await self._damaged.wait()
            self._damaged.clear()
            try:
                self._mend()
            except BaseException:
                self._damaged.set()
                raise

        await Attempts((LogError, OSError, ReadModelError, *TROUBLE), report).forever(attempt)

    def _mend(self) -> None:
        """Drop what is damaged and read it from the log again. A timeline is repaired again only
        after a while: if it is damaged again at once, there is another cause."""
        if self._ledger.tables.is_damaged:
            _log.error("the ledger is damaged: it is built from the log again", kept=ASIDE)
            self._ledger.renew()
            for offers in self._offers:
                offers.must_read = True
                offers.came.set()
            return
        now = monotonic()
        for timeline in list(self._ledger.tables.suspects):
            if now - self._mended_at.get(timeline, -_QUIET) >= _QUIET:
                _log.error("the ledger is damaged: it is built again", timeline=timeline)
                self._mended_at[timeline] = now
                self._ledger.forget(timeline)
                self._read_again(partition_of(timeline, len(self._offers)))
            self._ledger.tables.suspects.discard(timeline)

    async def _keep_reading(self, partition: int) -> None:
        attempts = Attempts((Damaged, LogError, *TROUBLE), self._outage)
        await attempts.forever(lambda: self._read(partition, attempts))

    async def _read(self, partition: int, attempts: Attempts) -> None:
        """Add everything that the log holds, then the offered entries as long as they continue
        it."""
        offers = self._offers[partition]
        offers.entries.clear()
        offers.must_read = False
        wanted = offers.wanted
        reading = await self._begin(partition)
        reading.finish(await self._catch_up(partition, reading))
        offers.done = wanted
        self.caught_up[partition].set()
        async with self.taken:
            self.taken.notify_all()
        attempts.succeeded()
        while not offers.must_read:
            await offers.came.wait()
            offers.came.clear()
            if not await self._go_on(reading, offers.take()):
                return

    async def _catch_up(self, partition: int, reading: LedgerReading) -> bytes:
        """Add everything that the log holds. Returns the last header, empty if nothing was new."""
        header = b""
        while entries := await self._log.read(partition, reading.position, _CATCH_UP):
            await self._take(reading, entries)
            header = entries[-1].header
        return header

    async def _begin(self, partition: int) -> LedgerReading:
        """A reading that continues where the last one ended; from the first event if that is
        requested or the log is another one."""
        position, digest = self._ledger.position(partition)
        same = await still_holds(self._log, partition, position, digest)
        if not same:
            _log.error("the log is not the one that the ledger has read", partition=partition)
        offers = self._offers[partition]
        whole = offers.wanted > offers.done or not same
        if not self.caught_up[partition].is_set():
            whole = whole or self._ledger.divergences.exist_in(partition)
        return LedgerReading(self._ledger, partition, len(self._offers), whole=whole)

    async def _go_on(self, reading: LedgerReading, entries: Sequence[StoredEvent]) -> bool:
        """Add the entries that were not added yet. Returns False if earlier entries are missing."""
        new: list[StoredEvent] = []
        due = reading.position + 1
        for entry in entries:
            if entry.position > due:
                return False
            if entry.position == due:
                new.append(entry)
                due += 1
        await self._take(reading, new)
        return True

    async def _take(self, reading: LedgerReading, entries: Sequence[StoredEvent]) -> None:
        for start in range(0, len(entries), _SLICE):
            reading.take(entries[start : start + _SLICE])
            async with self.taken:
                self.taken.notify_all()
            await asyncio.sleep(0)  # noqa: TID251 - waits for nothing: the other tasks have a turn


def _report(error: Exception) -> None:
    if not isinstance(error, Damaged):
        _log.warning("the ledger cannot follow the log", reason=str(error))
