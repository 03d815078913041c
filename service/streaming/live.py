"""All live streams of a service: who is subscribed, to which taps, and when something is due."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Final, NamedTuple

import structlog

from events.errors import OnrecordError
from projections.projector import Projector
from service.streaming import frame as frames
from service.streaming.live_filter import LiveFilter
from service.streaming.source import Source
from service.streaming.subscriber import Cause, Subscriber
from service.streaming.tap import Tap

__all__ = ["MOST_STREAMS", "SILENCE", "Live", "LiveState", "TooManyStreams"]

MOST_STREAMS: Final = 10_000
"""Streams that are open at once; a further one is refused."""
SILENCE: Final = 15.0
"""Seconds after which a stream that was sent nothing is sent a sign that it lives."""
_TICK: Final = 1.0
"""Seconds between two looks at who is due."""

_HELD_BY_ONE, _HELD_BY_ALL = 1 << 20, 64 << 20
"""Bytes of the latest frames that are held of one timeline, and of all together."""

_REPLACED: Final = "The log behind this stream was replaced, or has lost events."

_log = structlog.get_logger("onrecord.live")


class TooManyStreams(OnrecordError):
    """As many streams are open as the service keeps."""


class LiveState(NamedTuple):
    """What is counted: streams that are open, the greatest number of events that one of them is
    behind, events that were sent, and streams that have ended, by cause."""

    subscribers: int
    behind: int
    events: int
    ended: Mapping[Cause, int]


class _Tapped(NamedTuple):
    tap: Tap
    pump: asyncio.Task[None]
    subscribers: set[Subscriber]


class Live:
    """Hands out subscribers and wakes them. All on one event loop; `run` is one task's work."""

    def __init__(
        self, source: Source, projector: Projector, clock: Callable[[], float] = monotonic
    ) -> None:
        self.source = source
        self._clock = clock
        self._taps: dict[str, _Tapped] = {}
        self._subscribers: dict[Subscriber, tuple[str, ...]] = {}
        self._closed = False
        self._events = 0
        self._ended: Counter[Cause] = Counter()
        projector.on_folded.append(self._advance)
        projector.on_reset.append(self._reset)

    def subscribe(
        self, position: Mapping[str, int], filter_: LiveFilter, *, joined: bool
    ) -> Subscriber:
        """A subscriber of the timelines in `position`, behind the revisions there; whoever asked
        gives it back with `leave`. Raises TooManyStreams."""
        if len(self._subscribers) >= MOST_STREAMS:
            raise TooManyStreams(f"{MOST_STREAMS:,} live streams are open, which is the most.")
        taps = {name: self._tapped(name) for name in position}
        subscriber = Subscriber(
            {name: tapped.tap for name, tapped in taps.items()},
            self.source,
            position,
            filter_,
            joined=joined,
        )
        subscriber.quiet_since = self._clock()
        self._subscribers[subscriber] = tuple(position)
        for tapped in taps.values():
            tapped.subscribers.add(subscriber)
        if self._closed:
            subscriber.end("stopped")
        return subscriber

    def leave(self, subscriber: Subscriber, cause: Cause) -> None:
        """The stream is over; what nobody listens to any more is let go."""
        subscriber.end(cause)
        for name in self._subscribers.pop(subscriber, ()):
            tapped = self._taps.get(name)
            if tapped is None or subscriber not in tapped.subscribers:
                continue  # its tap was let go before it
            tapped.subscribers.discard(subscriber)
            if not tapped.subscribers:
                tapped.pump.cancel()
                del self._taps[name]
        self._events += subscriber.sent
        self._ended[subscriber.ended or cause] += 1

    def sent(self, subscriber: Subscriber) -> None:
        """Something was sent just now."""
        subscriber.quiet_since = self._clock()

    def state(self) -> LiveState:
        open_ = self._subscribers
        return LiveState(
            len(open_),
            max((subscriber.behind for subscriber in open_), default=0),
            self._events + sum(subscriber.sent for subscriber in open_),
            dict(self._ended),
        )

    def forget(self, name: str) -> None:
        """Drop what is held of the timeline: some of it must be gone."""
        if name in self._taps:
            self._taps[name].tap.forget()

    def close(self) -> None:
        """End every stream, those that are still asked for too."""
        self._closed = True
        for subscriber in self._subscribers:
            subscriber.end("stopped")

    async def run(self) -> None:
        """Remind those who heard nothing for long, until cancelled."""
        while True:
            await asyncio.sleep(_TICK)  # noqa: TID251 - silence is measured in time
            self.tick()

    def tick(self) -> None:
        """Remind all to whom nothing was sent for `SILENCE` seconds; look again for what the log
        did not give."""
        now = self._clock()
        for subscriber in self._subscribers:
            if now - subscriber.quiet_since >= SILENCE:
                subscriber.remind()
        for tapped in self._taps.values():
            tapped.tap.look_again()

    async def shut(self) -> None:
        """Close, and let go of every tap."""
        self.close()
        pumps = [tapped.pump for tapped in self._taps.values()]
        for pump in pumps:
            pump.cancel()
        for pump in pumps:
            with suppress(asyncio.CancelledError):
                await pump

    def _tapped(self, name: str) -> _Tapped:
        tapped = self._taps.get(name)
        if tapped is None:
            tap = Tap(name, self.source, self._woken, self._broken, self._room)
            pump = asyncio.create_task(tap.run(), name=f"live-{name}")
            pump.add_done_callback(lambda pump: self._died(tap, pump))
            tapped = self._taps[name] = _Tapped(tap, pump, set())
        return tapped

    def _room(self) -> int:
        """Bytes of frames that one tap may hold."""
        return min(_HELD_BY_ONE, _HELD_BY_ALL // max(1, len(self._taps)))

    def _advance(self, folded: Mapping[str, int]) -> None:
        for name, revision in folded.items():
            tapped = self._taps.get(name)
            if tapped is not None:
                tapped.tap.advance(revision)

    def _woken(self, tap: Tap) -> None:
        now = self._clock()
        for subscriber in self._taps[tap.name].subscribers:
            if subscriber.offer(tap.name, tap):
                subscriber.quiet_since = now

    def _broken(self, tap: Tap) -> None:
        _log.error("live streams end: the log has not what was recorded", timeline=tap.name)
        self._let_go(tap)

    def _died(self, tap: Tap, pump: asyncio.Task[None]) -> None:
        """A tap that failed must not leave its subscribers waiting for what never comes."""
        error = None if pump.cancelled() else pump.exception()
        if error is not None:
            _log.error("live streams end: their tap failed", timeline=tap.name, exc_info=error)
            self._let_go(tap)

    def _let_go(self, tap: Tap) -> None:
        """Break off its streams; whoever comes from now on gets another tap."""
        tapped = self._taps.get(tap.name)
        if tapped is not None and tapped.tap is tap:
            del self._taps[tap.name]
            for subscriber in tapped.subscribers:
                subscriber.end("broken")

    def _reset(self) -> None:
        """What was heard may be no history of this log, and what the taps hold is none: whoever
        comes while these streams still end gets another tap."""
        for tapped in self._taps.values():
            tapped.pump.cancel()
        self._taps.clear()
        for subscriber in self._subscribers:
            subscriber.end("reset", frames.reset(_REPLACED, self.source.log_id))
