"""Turns: commands of this process that read the same subjects go one after another.

The log's expected revisions keep commands apart that run in several processes; taking turns only
spares them deciding again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary

from events.envelope import Subject

__all__ = ["Turns"]


class Turns:
    """A lock for each subject of a timeline, kept while somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[tuple[str, Subject], asyncio.Lock] = WeakValueDictionary()

    def __len__(self) -> int:
        """How many subjects are held or waited for."""
        return len(self._locks)

    @asynccontextmanager
    async def take(self, timeline: str, subjects: Iterable[Subject]) -> AsyncIterator[None]:
        """Hold all the subjects; they are taken in order, so that no two wait for each other."""
        async with AsyncExitStack() as held:
            for subject in sorted(set(subjects)):
                lock = self._locks.setdefault((timeline, subject), asyncio.Lock())
                await held.enter_async_context(lock)
            yield
