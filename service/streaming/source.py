"""The source of frames. It takes the positions of events from the read model and their bytes from
the log. So no subscriber receives an event before queries show it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

from events.log.contract import Log, partition_of
from events.log.fetch_size import FetchSize
from events.log.mismatch import MismatchReports
from projections.queries.events import positions_of
from projections.queries.timelines import TimelineRef, timeline_at
from projections.queries.touched import Touched, touched_at
from projections.storage.read_model import ReadModel
from service.reading.event_lines import events_at
from service.streaming.frame import EventFrame, frame_of

__all__ = ["FrameSource", "ReadFrames"]

_WINDOW: Final = 20_000
"""The number of revisions that are searched at once for the wanted types and subjects."""
_NOTHING: Final = Touched(frozenset(), frozenset(), frozenset())
_STATEMENT: Final = "statements/"


class ReadFrames(NamedTuple):
    """Frames in order: all the wanted ones up to `reached`."""

    frames: Sequence[EventFrame]
    reached: int


class FrameSource:
    """Reads the events of timelines as frames. `mismatches` reports timelines whose events in the
    log differ from what was recorded."""

    def __init__(self, log: Log, read_model: ReadModel) -> None:
        self.mismatches = MismatchReports()
        self._log = log
        self._read_model = read_model

    @property
    def log_id(self) -> str:
        """The log's identity."""
        return self._log.identity.id

    def partition(self, name: str) -> int:
        """The partition of the timeline."""
        return partition_of(name, self._log.identity.partitions)

    def timeline(self, name: str) -> TimelineRef | None:
        """The timeline as far as it is folded."""
        return timeline_at(self._read_model.reader_of(name), name)

    async def head(self, name: str) -> int:
        """The timeline's last revision in the log. Raises LogUnavailable."""
        return await self._log.revision(name)

    async def read(
        self,
        name: str,
        after: int,
        upto: int,
        *,
        subjects: Sequence[str] = (),
        types: Sequence[str] = (),
        fetch_size: FetchSize,
    ) -> ReadFrames:
        """The first events of (`after`, `upto`] with any of the subjects and types; an empty list
        means all. At most as many as the fetch size, which learns from them; empty if the first
        window of revisions has none. Raises LogUnavailable and CorruptEvent."""
        ref = self.timeline(name)
        if ref is None:
            return ReadFrames((), upto)
        limit = fetch_size.events
        upto = min(upto, after + _WINDOW)
        positions = positions_of(
            self._read_model.reader_of(name),
            ref,
            subjects=subjects,
            types=types,
            after=after,
            upto=upto,
            limit=limit,
        )
        if not positions:
            await asyncio.sleep(0)  # noqa: TID251 - waits for nothing: gives others a turn
            return ReadFrames((), upto)
        with self.mismatches.reported(name):
            found = await events_at(self._log, name, positions)
        frames = [frame_of(header, stored) for header, stored in found]
        fetch_size.learn(len(frames), sum(len(frame.tail) for frame in frames))
        return ReadFrames(frames, upto if len(positions) < limit else positions[-1][0])

    def touched(self, name: str, frame: EventFrame) -> Touched:
        """The statements that the event touches, as they were at its revision."""
        ids = [
            subject.removeprefix(_STATEMENT)
            for subject in (frame.subject, frame.target)
            if subject is not None and subject.startswith(_STATEMENT)
        ]
        ref = self.timeline(name) if ids else None
        if ref is None:
            return _NOTHING
        return touched_at(self._read_model.reader_of(name), ref.tl, ids, frame.revision)
