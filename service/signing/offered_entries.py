"""The entries that the projector has read, offered to the examiner, so that nothing is read twice
while both are up to date.

They are buffered until the examiner takes them, a moment later. While nothing comes, the projector
says so. If the examiner lags further, or is offered nothing, it reads the log itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from typing import Final

from events.event.envelope import StoredEvent
from events.log.contract import FOLLOWED, Log

__all__ = ["OfferedEntries"]

_MOST: Final = 25_000
"""The most entries that are buffered: more than the projector reports at once."""
_MOST_BYTES: Final = 32 * 1024 * 1024
"""The most bytes of their data. Beyond either limit, the entries are read from the log later."""
_PATIENCE: Final = 3.0
"""Seconds without an offer after which the log is read; the projector says every two seconds that
nothing came."""
_WAITS: Final = 6
"""The waits that make up the patience. A batch that is folded holds the event loop, on a busy
machine for seconds, and then only one of them has passed."""


class OfferedEntries:
    """The new entries of one partition. `offer` is called on the event loop of the task that
    follows; while nobody follows, nothing is buffered."""

    def __init__(self, log: Log, partition: int) -> None:
        self._log = log
        self._partition = partition
        self._entries: list[StoredEvent] = []
        self._bytes = 0
        self._came = asyncio.Event()
        self._is_followed = False
        self._is_offered = False
        """Whether somebody makes offers."""
        self._must_read = False
        """Whether the log must be read, because it may have more than the buffer."""
        self._end: int | None = None
        """The log's last position, if nothing came since it was reported."""

    def offer(self, entries: Sequence[StoredEvent]) -> None:
        """Offer entries of the log, in order, that were just read for another purpose."""
        self._is_offered = True
        if not self._is_followed:
            return
        self._end = None
        self._entries += entries
        self._bytes += sum(len(entry.data or b"") for entry in entries)
        if len(self._entries) > _MOST or self._bytes > _MOST_BYTES:
            self._drain()
            self._must_read = True
        self._came.set()

    def end_at(self, position: int) -> None:
        """Note that the log was just asked, and has nothing after this position."""
        self._is_offered = True
        if self._is_followed:
            self._end = position
            self._came.set()

    async def follow(self, after: int) -> AsyncGenerator[Sequence[StoredEvent]]:
        """Yields what `Log.follow` yields, except that a batch of offered entries has as many as
        were offered. Raises what `Log.follow` raises. One task at a time may follow, and must close
        the generator when done."""
        self._is_followed = True
        try:
            async with aclosing(self._before_offers(after)) as batches:
                async for batch in batches:
                    after = batch[-1].position if batch else after
                    yield batch
            while True:
                batch = await self._next(after)
                after = batch[-1].position if batch else after
                yield batch
        finally:
            self._is_followed = False
            self._drain()

    async def _before_offers(self, after: int) -> AsyncGenerator[Sequence[StoredEvent]]:
        async for batch in self._log.follow(self._partition, after):
            yield batch
            if self._is_offered:
                return

    async def _next(self, after: int) -> Sequence[StoredEvent]:
        """The next entries after this position, once some are offered; empty if there are none."""
        while await self._is_told() and not self._must_read:
            end, self._end = self._end, None
            new = [entry for entry in self._drain() if entry.position > after]
            if new and new[0].position == after + 1:
                return new
            if end == after:
                return []
            self._must_read = bool(new) or end is not None  # some entries between were not offered
        found = await self._log.read(self._partition, after, FOLLOWED)
        self._must_read = len(found) == FOLLOWED
        return found

    async def _is_told(self) -> bool:
        """Wait for a reason to look. Returns whether one came; False if nothing came for a
        while."""
        if self._must_read:
            return True
        for _ in range(_WAITS):
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE / _WAITS):
                    await self._came.wait()
                self._came.clear()
                return True
        return False

    def _drain(self) -> list[StoredEvent]:
        entries, self._entries, self._bytes = self._entries, [], 0
        return entries
