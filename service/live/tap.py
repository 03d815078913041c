"""A tap follows one timeline for everyone who hears it: each event is read and encoded once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

import structlog

from events.errors import LogError, QueryTooLong
from events.log import Log
from projections.event_queries import positions_of
from projections.loop_share import LoopShare
from projections.projector import Projector
from projections.reader import Reader
from projections.timeline_queries import TimelineRef, timeline_at
from service.event_lines import EventLine, EventQuestion, event_lines, lines_at
from service.live.event_filter import EventFilter, Matcher, Touches
from service.live.frames import Frame, frame_of, numbered
from service.live.ring import Ring
from service.wire import chunk_of

__all__ = ["Follower", "News", "Source", "Stretch", "Tap"]

_BATCH: Final = 1 << 18
"""Bytes of lines that are told at once."""
_TURN: Final = 64
"""Followers who are told without a break."""
_WINDOW: Final = 20_000
"""Revisions that are looked through at once for those behind."""
_FIRST_DELAY, _MOST_DELAY = 0.1, 5.0
"""Seconds between two tries to read a log that is away."""

_log = structlog.get_logger("onrecord.live")


class Source(NamedTuple):
    """What events are read from."""

    log: Log
    reader: Reader
    projector: Projector


class News(NamedTuple):
    """What is told to a follower: the frames in (`after`, `upto`] that it wants, and the same as
    a chunk for those who hear one timeline; `at` is the loop's time."""

    after: int
    upto: int
    frames: Sequence[Frame]
    chunk: bytes
    at: float


class Stretch(NamedTuple):
    """Frames that a subscriber wants, and the revision up to which there are no others."""

    frames: Sequence[Frame]
    upto: int


class Follower(Protocol):
    """Who stands at the head, or did; decides itself whether the news is the next for it."""

    def tell(self, news: News) -> None: ...


class _Group:
    """All followers with one filter."""

    def __init__(self, filter_: EventFilter) -> None:
        self.matcher = Matcher(filter_)
        self.followers: dict[Follower, None] = {}


class Tap:
    """One timeline, told up to `revision`. `run` is one task's work; `room` says how many bytes
    may be kept for those a little behind."""

    def __init__(self, timeline: str, source: Source, room: Callable[[], int]) -> None:
        self.timeline = timeline
        self.revision = source.projector.revision(timeline)
        self._source = source
        self._room = room
        self._ring = Ring(self.revision)
        self._groups: dict[EventFilter, _Group] = {}
        self._share = LoopShare()

    def join(self, follower: Follower, filter_: EventFilter) -> None:
        """Tell the follower what comes."""
        self._groups.setdefault(filter_, _Group(filter_)).followers[follower] = None

    def leave(self, follower: Follower, filter_: EventFilter) -> bool:
        """Tell it no more; whether nobody is left."""
        followers = self._groups[filter_].followers
        del followers[follower]
        if not followers:
            del self._groups[filter_]
        return not self._groups

    def forget(self) -> None:
        """Keep no event's bytes: the next reader takes them from the log."""
        self._ring.clear(self.revision)

    async def run(self) -> None:
        """Tell all followers every event once it is folded, until cancelled."""
        delay = _FIRST_DELAY
        while True:
            try:
                await self._source.projector.passed(self.timeline, self.revision)
                await self._tell_folded()
                delay = _FIRST_DELAY
            except (LogError, QueryTooLong) as error:
                _log.warning("live events wait", timeline=self.timeline, reason=str(error))
                await asyncio.sleep(delay)  # noqa: TID251 - waits for what has no event: a server's return
                delay = min(2 * delay, _MOST_DELAY)

    async def read(self, matcher: Matcher, after: int, count: int) -> Stretch:
        """What a subscriber at `after` hears next, from up to `count` events; at least some
        revisions further, where there are any. Raises LogError, QueryTooLong."""
        recent = self._ring.behind(after, _BATCH // 4)
        source = self._source
        ref = timeline_at(source.reader, self.timeline)
        if ref is None:
            return Stretch((), after)
        if recent is not None:
            upto = recent[-1].revision if recent else self.revision
            return Stretch(matcher.chosen(recent, Touches(source.reader, ref.tl)), upto)
        upto = min(self.revision, after + _WINDOW)
        places = positions_of(
            source.reader,
            ref,
            subjects=matcher.filter.subjects,
            types=matcher.filter.types,
            after=after,
            upto=upto,
            limit=count,
        )
        lines = await lines_at(source.log, ref, places) if places else []
        if len(places) == count:
            upto = places[-1][0]
        frames = [frame_of(line) for line in lines]
        return Stretch(matcher.chosen(frames, Touches(source.reader, ref.tl)), upto)

    async def _tell_folded(self) -> None:
        ref = timeline_at(self._source.reader, self.timeline)
        if ref is None:
            return
        lines: list[EventLine] = []
        weight = 0
        question = EventQuestion(ref.revision, self.revision)
        async for more in event_lines(self._source.log, self._source.reader, ref, question):
            lines += more
            weight += sum(len(line.line) for line in more)
            if weight >= _BATCH:
                await self._tell(ref, lines)
                lines, weight = [], 0
        if lines:
            await self._tell(ref, lines)

    async def _tell(self, ref: TimelineRef, lines: Sequence[EventLine]) -> None:
        """From the first line on, who joins finds these in the ring."""
        frames = [frame_of(line) for line in lines]
        after, self.revision = self.revision, frames[-1].revision
        if any(frame.type == "statement.redacted" for frame in frames):
            self._ring.clear(self.revision)
        else:
            self._ring.add(frames, self._room())
        touches = Touches(self._source.reader, ref.tl)
        for group in list(self._groups.values()):
            chosen = group.matcher.chosen(frames, touches)
            chunk = chunk_of(numbered(chosen)) if chosen else b""
            followers = list(group.followers)
            for start in range(0, len(followers), _TURN):
                at = asyncio.get_running_loop().time()
                news = News(after, self.revision, chosen, chunk, at)
                for follower in followers[start : start + _TURN]:
                    follower.tell(news)
                await self._share.give()
