"""Turns: commands of this process that read the same subjects go one after another.

Between processes, the expected revisions of the log prevent conflicts. Taking turns only saves the
commands of one process from being decided again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from events.event.envelope import Subject

__all__ = ["Turns"]


class _Turn:
    """The lock of one subject, and how many commands hold it or wait for it."""

    __slots__ = ("commands", "lock")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.commands = 0


class Turns:
    """A lock for each subject of a timeline, which exists while commands hold it or wait for it."""

    def __init__(self) -> None:
        self._turns: dict[tuple[str, Subject], _Turn] = {}

    def __len__(self) -> int:
        """How many subjects are held or waited for."""
        return len(self._turns)

    @asynccontextmanager
    async def take(self, timeline: str, subjects: Iterable[Subject]) -> AsyncIterator[None]:
        """Hold all the subjects. They are locked in order, so that no two commands wait for each
        other."""
        wanted = [(timeline, subject) for subject in sorted(set(subjects))]
        held: list[asyncio.Lock] = []
        waited: list[tuple[str, Subject]] = []
        try:
            for key in wanted:
                turn = self._turns.get(key)
                if turn is None:
                    turn = self._turns[key] = _Turn()
                turn.commands += 1
                waited.append(key)
                await turn.lock.acquire()
                held.append(turn.lock)
            yield
        finally:
            for lock in held:
                lock.release()
            for key in waited:
                turn = self._turns[key]
                turn.commands -= 1
                if not turn.commands:
                    del self._turns[key]
