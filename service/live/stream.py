"""One subscriber: a cursor on each of its timelines, and the connection that it reads from."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NamedTuple

import structlog

from events.errors import LogError, QueryTooLong
from service.live.counts import Cause, Counts
from service.live.event_filter import EventFilter, Matcher
from service.live.frames import KEEP_ALIVE, RETRY, Frame, marked, numbered
from service.live.tap import News, Tap
from service.wire import Wire, chunk_of

__all__ = ["Leg", "Pace", "Stream"]

_FIRST, _MOST = 8, 256
"""Events that are read at once for who is behind: at first, and at most."""
_WEIGHT: Final = 1 << 16
"""Bytes that one reading should bring: what a subscriber holds who does not take it."""
_RETRY: Final = 1.0
"""Seconds between two tries to read a log that is away."""

_log = structlog.get_logger("onrecord.live")


class Pace(NamedTuple):
    """Seconds: of `silence` before a sign of life; in which a connection that is full must take
    something (`sending`); in which it must take all at the `end`."""

    silence: float = 15.0
    sending: float = 15.0
    end: float = 3.0


class Leg:
    """A stream's cursor on one timeline: everything up to `revision` was handed over; `told` is
    the last revision that its client knows of as its position."""

    def __init__(self, stream: Stream, tap: Tap, filter_: EventFilter, after: int) -> None:
        self.stream = stream
        self.tap = tap
        self.matcher = Matcher(filter_)
        self.revision = after
        self.told = after
        self._count = _FIRST

    @property
    def behind(self) -> int:
        """How many events of what is folded were not looked at yet."""
        return max(0, self.tap.revision - self.revision)

    def tell(self, news: News) -> None:
        """Hand the news over, if they are what comes next and the connection takes them; else
        the stream reads them when it can."""
        stream = self.stream
        if not stream.following or self.revision >= news.upto:
            return
        if self.revision != news.after or stream.wire.full:
            stream.fall_behind()
            return
        if news.frames:
            stream.hand_over(self, news.frames, news.at, news.chunk)
        self.revision = news.upto

    async def read_on(self, at: float) -> None:
        """Hand over a stretch of what lies behind. Raises LogError, QueryTooLong."""
        stretch = await self.tap.read(self.matcher, self.revision, self._count)
        if stretch.frames:
            self.stream.hand_over(self, stretch.frames, at)
            weight = sum(len(frame.rest) for frame in stretch.frames)
            self._count = max(1, min(_MOST, 4 * self._count, self._count * _WEIGHT // weight))
        self.revision = max(self.revision, stretch.upto)


class Stream:
    """Runs until its end, whose cause it returns. `named`: positions are those of several
    timelines, with their names."""

    def __init__(self, wire: Wire, counts: Counts, pace: Pace, log: str, *, named: bool) -> None:
        self.wire = wire
        self.following = False
        self.cause: Cause | None = None
        self.legs: list[Leg] = []
        self._counts = counts
        self._pace = pace
        self._log = log
        self._named = named
        self._told = False
        self._begun = False
        self._last = asyncio.get_running_loop().time()
        self._signal = asyncio.Event()

    def end(self, cause: Cause) -> None:
        """Have the stream end; the first cause counts."""
        self.cause = self.cause or cause
        self._signal.set()

    def fall_behind(self) -> None:
        """Read for oneself from now on, until the head is reached again."""
        self.following = False
        self._signal.set()

    async def run(self) -> Cause:
        """Hand over everything behind the cursors, then what comes. What it writes are whole
        frames, so that whatever ends it ends behind one."""
        loop = asyncio.get_running_loop()
        self.wire.begin(self._signal.set)
        while self.cause is None and not self.wire.lost:
            if self.wire.full:
                await self._wait_until_taken()
            elif any(leg.behind for leg in self.legs):
                await self._read_on()
            elif not self.following:
                self._arrive()
            elif loop.time() >= self._due:
                self._give_sign_of_life()
            else:
                await self._wait(self._due)
        self.following = False
        return self.cause or "left"

    async def finish(self, last: bytes = b"") -> None:
        """Write where the stream stands, then `last`, and wait until all of it is on its way;
        who does not take it in time is cut off."""
        if self.wire.lost:
            return
        if not last and self._begun and any(leg.revision > leg.told for leg in self.legs):
            last = self._mark("checkpoint")
        if last and not self.wire.full:
            self._write(last)
        until = asyncio.get_running_loop().time() + self._pace.end
        while self.wire.full and not self.wire.lost:
            if asyncio.get_running_loop().time() >= until:
                self.wire.abort()
                return
            await self._wait(until)

    def hand_over(self, leg: Leg, frames: Sequence[Frame], at: float, chunk: bytes = b"") -> None:
        """Write events of one leg, which are at least one; `chunk` is what they are for a stream
        of one timeline, where it is known."""
        if self._named or not chunk:
            content = self._composed(leg, frames) if self._named else numbered(frames)
            self._write(content)
        else:
            self.wire.write(chunk)
        leg.told = frames[-1].revision
        self._last = at
        self._counts.frames += len(frames)

    async def _read_on(self) -> None:
        loop = asyncio.get_running_loop()
        leg = next(leg for leg in self.legs if leg.behind)
        try:
            await leg.read_on(loop.time())
        except (LogError, QueryTooLong) as error:
            _log.info("a subscriber waits", timeline=leg.tap.timeline, reason=str(error))
            await self._wait(loop.time() + _RETRY)
        if loop.time() >= self._due and not self.wire.full:
            self._give_sign_of_life()

    def _arrive(self) -> None:
        """All is handed over: from now on the taps tell."""
        self.following = True
        if not self._told:
            self._told = True
            self._write(self._mark("caught-up", log=self._log))

    def _give_sign_of_life(self) -> None:
        if any(leg.revision > leg.told for leg in self.legs):
            self._write(self._mark("checkpoint"))
        else:
            self.wire.write(chunk_of(KEEP_ALIVE))
        self._last = asyncio.get_running_loop().time()

    async def _wait_until_taken(self) -> None:
        """Wait until the connection takes more; cut it off where it takes nothing in time."""
        loop = asyncio.get_running_loop()
        self.following = False
        self._counts.stalls += 1
        unsent, until = self.wire.unsent, loop.time() + self._pace.sending
        while self.wire.full and not self.wire.lost and self.cause is None:
            await self._wait(until)
            if loop.time() >= until:
                if self.wire.unsent >= unsent:
                    self.end("stalled")
                    self.wire.abort()
                    return
                unsent, until = self.wire.unsent, loop.time() + self._pace.sending

    async def _wait(self, until: float) -> None:
        """Until something changes, or it is that late by the loop's clock."""
        self._signal.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._signal.wait()

    @property
    def _due(self) -> float:
        return self._last + self._pace.silence

    def _write(self, content: bytes) -> None:
        if not self._begun:
            self._begun = True
            content = RETRY + content
        self.wire.write(chunk_of(content))

    def _composed(self, leg: Leg, frames: Sequence[Frame]) -> bytes:
        """The frames, each with where the stream stands on all of its timelines."""
        start, end = self._around(leg)
        return b"".join(
            [b"id: %b%d%b\n%b" % (start, frame.revision, end, frame.rest) for frame in frames]
        )

    def _around(self, leg: Leg) -> tuple[bytes, bytes]:
        """What stands before and behind the leg's own revision in the stream's id."""
        place = self.legs.index(leg)
        before = [f"{other.tap.timeline}:{other.revision}," for other in self.legs[:place]]
        behind = [f",{other.tap.timeline}:{other.revision}" for other in self.legs[place + 1 :]]
        return "".join([*before, leg.tap.timeline, ":"]).encode(), "".join(behind).encode()

    def _mark(self, event: str, **facts: object) -> bytes:
        """A frame that tells where the stream stands."""
        for leg in self.legs:
            leg.told = leg.revision
        if not self._named:
            [leg] = self.legs
            return marked(event, str(leg.revision), {"revision": leg.revision, **facts})
        revisions = {leg.tap.timeline: leg.revision for leg in self.legs}
        id_ = ",".join(f"{name}:{revision}" for name, revision in revisions.items())
        return marked(event, id_, {"revisions": revisions, **facts})
