"""Locks of subjects: commands of this process that read the same subjects go one after another.

Between processes, the expected revisions of the log prevent conflicts. The locks only save the
commands of one process from being decided again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from events.event.envelope import Subject

__all__ = ["SubjectLocks"]


class _SubjectLock:
    """The lock of one subject, and how many commands hold it or wait for it."""

    __slots__ = ("commands", "lock")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.commands = 0


class SubjectLocks:
    """A lock for each subject of a timeline, which exists while commands hold it or wait for it."""

    def __init__(self) -> None:
        self._locks: dict[tuple[str, Subject], _SubjectLock] = {}

    def __len__(self) -> int:
        """How many subjects are held or waited for."""
        return len(self._locks)

    @asynccontextmanager
    async def hold(self, timeline: str, subjects: Iterable[Subject]) -> AsyncIterator[None]:
        """Hold all the subjects. They are locked in order, so that no two commands wait for each
        other."""
        wanted = [(timeline, subject) for subject in sorted(set(subjects))]
        held: list[asyncio.Lock] = []
        waited: list[tuple[str, Subject]] = []
        try:
            for key in wanted:
                shared = self._locks.get(key)
                if shared is None:
                    shared = self._locks[key] = _SubjectLock()
                shared.commands += 1
                waited.append(key)
                await shared.lock.acquire()
                held.append(shared.lock)
            yield
        finally:
            for lock in held:
                lock.release()
            for key in waited:
                shared = self._locks[key]
                shared.commands -= 1
                if not shared.commands:
                    del self._locks[key]
