"""Where frames come from: places from the read model, so that nobody hears of an event that a
query cannot see yet; bytes from the log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

from events.log import Log
from projections.event_queries import positions_of
from projections.store import Store
from projections.timeline_queries import TimelineRef, timeline_at
from projections.touched_queries import Touched, touched_at
from service.event_lines import events_at
from service.streaming.frame import EventFrame, frame_of

__all__ = ["Portion", "Read", "Source"]

_FIRST, _MOST = 8, 256
"""Events that are read at once: when nobody knows how large they are, and at most."""
_WINDOW: Final = 20_000
"""Revisions that are looked through at once for the types and subjects that are asked for."""
_NOTHING: Final = Touched(frozenset(), frozenset(), frozenset())
_STATEMENT: Final = "statements/"


class Read(NamedTuple):
    """Frames in their order; all that was asked for up to `reached` is among them."""

    frames: Sequence[EventFrame]
    reached: int


class Portion:
    """How many `events` to read at once, so that they weigh about `weight` bytes: as those did
    that were read before. Large events come in small numbers, however many there are."""

    __slots__ = ("_weight", "events")

    def __init__(self, weight: int) -> None:
        self.events = _FIRST
        self._weight = weight

    def learn(self, frames: Sequence[EventFrame]) -> None:
        """These came."""
        came = sum(len(frame.tail) for frame in frames)
        if came:
            fitting = len(frames) * self._weight // came
            self.events = max(1, min(_MOST, 4 * self.events, fitting))


class Source:
    """Reads the events of timelines as frames."""

    def __init__(self, log: Log, store: Store) -> None:
        self._log = log
        self._store = store

    @property
    def log_id(self) -> str:
        """The log's identity."""
        return self._log.identity.id

    def timeline(self, name: str) -> TimelineRef | None:
        """The timeline as far as it is folded."""
        return timeline_at(self._store.reader, name)

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
        portion: Portion,
    ) -> Read:
        """The first events of (`after`, `upto`], of any of the subjects and types where some are
        given: no more than the portion, which learns from them, and none where the first window
        of revisions has none. Raises LogUnavailable and CorruptEvent."""
        ref = self.timeline(name)
        if ref is None:
            return Read((), upto)
        limit = portion.events
        upto = min(upto, after + _WINDOW)
        places = positions_of(
            self._store.reader,
            ref,
            subjects=subjects,
            types=types,
            after=after,
            upto=upto,
            limit=limit,
        )
        if not places:
            await asyncio.sleep(0)  # noqa: TID251 - waits for nothing: gives others a turn
            return Read((), upto)
        found = await events_at(self._log, name, places)
        frames = [frame_of(header, stored) for header, stored in found]
        portion.learn(frames)
        return Read(frames, upto if len(places) < limit else places[-1][0])

    def touched(self, name: str, frame: EventFrame) -> Touched:
        """What the statements that the event touches were at its revision."""
        ids = [
            subject.removeprefix(_STATEMENT)
            for subject in (frame.subject, frame.target)
            if subject is not None and subject.startswith(_STATEMENT)
        ]
        ref = self.timeline(name) if ids else None
        if ref is None:
            return _NOTHING
        return touched_at(self._store.reader, ref.tl, ids, frame.revision)
