"""The keeper of the ledger: has every event's leaf added soon after it was recorded.

It is offered what the projector has read, so that nothing is read twice while both follow. It has
a position of its own: where it lags behind, or lost something in a crash, it reads the log itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import structlog

from events.envelope import StoredEvent
from events.errors import LogError
from events.log import Log
from projections.database import TROUBLE
from projections.ledger import Ledger
from projections.ledger_reading import LedgerReading
from projections.loop_share import LoopShare

__all__ = ["LedgerKeeper"]

_CATCH_UP: Final = 5_000
"""Events that are read at once while catching up."""
_SLICE: Final = 500
"""Events that are taken without a break: some milliseconds of work."""
_WAITING: Final = 5_000
"""Headers that may wait to be taken; beyond it they are read from the log again."""
_FIRST_DELAY, _MOST_DELAY = 0.1, 5.0
"""Seconds between two tries where the log is away or the disk is full."""

_log = structlog.get_logger(__name__)


class _Offers:
    """What was offered of one partition and not taken yet; `look` says to look at the log. Of
    `wanted` times that all of it should be compared, `done` are over."""

    def __init__(self, wanted: int) -> None:
        self.entries: list[StoredEvent] = []
        self.look = False
        self.wanted = wanted
        self.done = 0
        self.came = asyncio.Event()


class LedgerKeeper:
    """Keeps `ledger` up to `log`. `run` is one task's work; `offer` is called on the same event
    loop."""

    def __init__(self, log: Log, ledger: Ledger) -> None:
        self._log = log
        self._ledger = ledger
        self._offers = [
            _Offers(wanted=ledger.is_wrong(partition))
            for partition in range(log.identity.partitions)
        ]
        self._shares = [LoopShare() for _ in self._offers]
        self.caught_up = [asyncio.Event() for _ in self._offers]
        """By partition: set once all is taken that the log held at one time."""
        self.taken = asyncio.Condition()
        """Told whenever leaves were committed."""

    def offer(self, partition: int, entries: Sequence[StoredEvent]) -> None:
        """Entries of the log, in order, as somebody has just read them."""
        offers = self._offers[partition]
        if len(offers.entries) + len(entries) > _WAITING:
            offers.entries.clear()
            offers.look = True
        else:
            offers.entries += [StoredEvent(e.position, e.header, None, None) for e in entries]
        offers.came.set()

    def look_again(self) -> None:
        """Hold the whole log against the ledger, as it may be another than the one that was read:
        but for this, only the last event that was read is looked at again."""
        for offers in self._offers:
            offers.wanted += 1
            offers.look = True
            offers.came.set()

    async def run(self) -> None:
        """Catch up and follow, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for partition in range(len(self._offers)):
                tasks.create_task(self._keep_reading(partition), name=f"ledger-{partition}")

    async def _keep_reading(self, partition: int) -> None:
        delay = _FIRST_DELAY
        while True:
            try:
                await self._read(partition)
                delay = _FIRST_DELAY
            except (LogError, *TROUBLE) as error:
                if delay == _FIRST_DELAY:
                    _log.warning("the ledger waits", partition=partition, reason=str(error))
                await asyncio.sleep(delay)  # noqa: TID251 - waits for what has no event: a server's return
                delay = min(2 * delay, _MOST_DELAY)

    async def _read(self, partition: int) -> None:
        """Take all that the log holds, then what is offered, until that does not go on from it."""
        offers = self._offers[partition]
        offers.entries.clear()
        offers.look = False
        wanted = offers.wanted
        reading = await self._begin(partition)
        header = b""
        while entries := await self._log.read(partition, reading.position, _CATCH_UP):
            await self._take(reading, entries)
            header = entries[-1].header
        reading.finish(header)
        offers.done = wanted
        self.caught_up[partition].set()
        while not offers.look:
            await offers.came.wait()
            offers.came.clear()
            entries, offers.entries = offers.entries, []
            if not await self._go_on(reading, entries):
                return

    async def _begin(self, partition: int) -> LedgerReading:
        """A reading that goes on where the last one ended; anew where that is wanted, or the log
        is another."""
        position, digest = self._ledger.position(partition)
        same = True
        if position:
            found = await self._log.fetch(partition, [position])
            same = bool(found) and sha256(found[0].header).digest() == digest
        if not same:
            _log.error("the log is not what the ledger has read", partition=partition)
        offers = self._offers[partition]
        anew = offers.wanted > offers.done or not same
        return LedgerReading(self._ledger, partition, len(self._offers), anew=anew)

    async def _go_on(self, reading: LedgerReading, entries: Sequence[StoredEvent]) -> bool:
        """Take those entries that were not read yet; False where some before them are missing."""
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
            await self._shares[reading.partition].give()
