"""The progress of the fold, for tasks that ask for it, wait for it or follow it.

In the process that folds, the projector advances it; in every other process, that process's
messages do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from events.errors import Lagging, Stalled
from projections.queries.timelines import revisions, timeline_at
from projections.storage.read_model import ReadModel
from projections.waiters import Waiters

__all__ = ["Progress"]


class Progress:
    """What can be read of `read_model` now. Any task of one event loop may use it."""

    def __init__(self, read_model: ReadModel) -> None:
        self._read_model = read_model
        self._waiters = Waiters()
        self.caught_up = asyncio.Event()
        """Set once everything that the log held at one time is folded."""
        self.on_folded: list[Callable[[Mapping[str, int]], None]] = []
        """Called with the timelines and revisions that queries can see from now on."""
        self.on_wait: list[Callable[[str], None]] = []
        """Called with a timeline when somebody begins to wait for a revision of it."""
        self.on_reset: list[Callable[[int], None]] = []
        """Called with a partition whose queries see another history from now on."""

    def revision(self, timeline: str) -> int:
        """The timeline's last revision that is folded and that queries can see; 0 for none."""
        ref = timeline_at(self._read_model.reader_of(timeline), timeline)
        return ref.revision if ref else 0

    async def wait_for(self, timeline: str, revision: int, limit: float = 5.0) -> None:
        """Return once the timeline is folded up to `revision`.

        Raises Lagging after `limit` seconds, and Stalled at once if the timeline's fold has
        stopped.
        """
        if self.revision(timeline) >= revision:
            return
        ref = timeline_at(self._read_model.reader_of(timeline), timeline)
        if ref is not None and ref.stalled_at is not None:
            raise Stalled(timeline, ref.stalled_at, ref.reason or "unknown")
        for tell in self.on_wait:
            tell(timeline)
        if not await self._waiters.wait(timeline, revision, limit):
            raise Lagging(self.revision(timeline), revision)

    def advance(self, folded: Mapping[str, int]) -> None:
        """Tell waiters and followers that these timelines are folded up to these revisions."""
        for timeline, revision in folded.items():
            self._waiters.pass_(timeline, revision)
        for tell in self.on_folded:
            tell(folded)

    def turn(self, partition: int, *, replaced: bool) -> None:
        """Tell waiters and followers that another file answers queries about a partition: of
        another history if `replaced`, else of the same history, perhaps with more events folded."""
        self._waiters.wake_reached(self.revision)
        if replaced:
            for reset in self.on_reset:
                reset(partition)
            return
        folded = revisions(self._read_model.files[partition].reader)
        for tell in self.on_folded:
            tell(folded)
