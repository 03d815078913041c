"""Writers keep pace with the fold: what a process has answered can soon be read.

The log takes events faster than they are folded. Who sends statements as fast as they are answered
would leave readers, and redactions, further and further behind.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Final

from projections.progress import Progress

__all__ = ["Pace"]

_MOST: Final = 2_000
"""Events that one process has answered and that are not folded, beyond which arrays wait."""

_FOR_ONE: Final = 2 * _MOST
"""The same for writes of one event, so that loads of arrays hold up nobody else."""

_STANDSTILL: Final = 3.0
"""Seconds after which a fold that has not moved is not waited for: it may be away."""

_LONGEST: Final = 10.0
"""The most seconds that a write waits."""

_KNOWN: Final = 10_000
"""The most timelines whose folded revisions are remembered, for writes that are folded before they
are noted."""

_Answered = deque[tuple[int, int]]
"""The revision after each write, and the number of its events, ascending."""


class Pace:
    """Counts what this process has answered and what of it is folded, for one event loop."""

    def __init__(self, progress: Progress, partition_of: Callable[[str], int]) -> None:
        self._partition_of = partition_of
        self._answered: defaultdict[int, dict[str, _Answered]] = defaultdict(dict)
        self.lag = 0
        """Events that this process has answered and that are not folded yet."""
        self._reached: dict[str, int] = {}
        self._is_moving = True
        self._moved = asyncio.Event()
        progress.on_folded.append(self._note_folded)
        progress.on_reset.append(self._forget)

    async def wait(self, timeline: str, events: int) -> None:
        """Wait before a write of so many events while too much of what was answered before is not
        folded, the timeline's partition is among it, and the fold moves."""
        most = _MOST if events > 1 else _FOR_ONE
        if self.lag <= most:
            return
        partition = self._partition_of(timeline)
        try:
            async with asyncio.timeout(_LONGEST):
                while self.lag > most and partition in self._answered and self._is_moving:
                    await self._movement()
        except TimeoutError:
            self._forget(partition)

    def note(self, timeline: str, revision: int, events: int) -> None:
        """Count a write of so many new events, after which the timeline had this revision."""
        if events and revision > self._reached.get(timeline, 0):
            of_partition = self._answered[self._partition_of(timeline)]
            of_partition.setdefault(timeline, deque()).append((revision, events))
            self.lag += events

    async def _movement(self) -> None:
        """Wait until something was folded; note if that takes so long that the fold may be away."""
        self._moved.clear()
        try:
            async with asyncio.timeout(_STANDSTILL):
                await self._moved.wait()
        except TimeoutError:
            self._is_moving = False

    def _note_folded(self, folded: Mapping[str, int]) -> None:
        self._keep(folded)
        for timeline, revision in folded.items():
            self._drop(timeline, revision)
        self._is_moving = True
        self._moved.set()

    def _keep(self, reached: Mapping[str, int]) -> None:
        if len(self._reached) > _KNOWN:
            self._reached.clear()
        self._reached.update(reached)

    def _drop(self, timeline: str, revision: int) -> None:
        """Drop what is folded."""
        partition = self._partition_of(timeline)
        of_partition = self._answered.get(partition)
        answered = None if of_partition is None else of_partition.get(timeline)
        if of_partition is None or answered is None:
            return
        while answered and answered[0][0] <= revision:
            self.lag -= answered.popleft()[1]
        if not answered:
            del of_partition[timeline]
        if not of_partition:
            del self._answered[partition]

    def _forget(self, partition: int) -> None:
        """Wait no longer for what this partition has to fold."""
        for answered in self._answered.pop(partition, {}).values():
            self.lag -= sum(events for _, events in answered)
        self._moved.set()
