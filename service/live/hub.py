"""What all live streams share: the taps, the limit to their number, and their common end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

import structlog
from prometheus_client.core import Metric

from projections.projector import Projector
from service.live.counts import Cause, Counts
from service.live.event_filter import EventFilter
from service.live.stream import Leg, Pace, Stream
from service.live.tap import Source, Tap
from service.reading import Reading
from service.requests import NoRoom
from service.wire import Wire

__all__ = ["MOST_STREAMS", "Hub"]

MOST_STREAMS: Final = 10_000
"""Streams that are open at once: what they hold together is bounded by it."""
_RECENT: Final = 64 << 20
"""Bytes of recent events that all taps keep together, and a single one at most."""
_RECENT_OF_ONE: Final = 1 << 20

_log = structlog.get_logger("onrecord.live")


class Hub:
    """Owns the taps, one task for each timeline that anybody hears, and knows every stream."""

    def __init__(self, reading: Reading, projector: Projector, pace: Pace | None = None) -> None:
        self.pace = pace or Pace()
        self.counts = Counts()
        self._source = Source(reading.log, reading.reader, projector)
        self._taps: dict[str, tuple[Tap, asyncio.Task[None]]] = {}
        self._streams: dict[Stream, None] = {}
        self._stopped = False
        projector.on_reset.append(self._reset)

    def open(
        self, wire: Wire, filter_: EventFilter, after: Mapping[str, int | None], *, named: bool
    ) -> Stream:
        """A stream of these timelines, each behind the revision given or at its head; `close`
        must follow. Raises NoRoom."""
        if len(self._streams) >= MOST_STREAMS:
            raise NoRoom(f"The service has {MOST_STREAMS:,} live streams, and holds no more.")
        log = self._source.log.identity.id
        stream = Stream(wire, self.counts, self.pace, log, named=named)
        for name, revision in after.items():
            tap = self._tap(name)
            leg = Leg(stream, tap, filter_, tap.revision if revision is None else revision)
            tap.join(leg, filter_)
            stream.legs.append(leg)
        self._streams[stream] = None
        if self._stopped:
            stream.end("shutdown")
        return stream

    def close(self, stream: Stream, cause: Cause) -> None:
        """The stream is over."""
        self.counts.ended[cause] += 1
        self._streams.pop(stream, None)
        for leg in stream.legs:
            if leg.tap.leave(leg, leg.matcher.filter):
                self._drop(leg.tap)

    def stop(self) -> None:
        """End every stream, those that are to come as well: the service ends."""
        self._stopped = True
        self._end_all("shutdown")

    def forget(self, timeline: str) -> None:
        """Keep no bytes of this timeline's events: some of them were redacted."""
        if timeline in self._taps:
            self._taps[timeline][0].forget()

    def collect(self) -> Iterable[Metric]:
        """What there is to count now."""
        lag = max((leg.behind for stream in self._streams for leg in stream.legs), default=0)
        return self.counts.metrics(len(self._streams), lag)

    def _tap(self, name: str) -> Tap:
        found = self._taps.get(name)
        if found is None:
            tap = Tap(name, self._source, self._room)
            task = asyncio.create_task(tap.run(), name=f"tap of {name}")
            task.add_done_callback(lambda task: self._ended(tap, task))
            found = self._taps[name] = (tap, task)
        return found[0]

    def _drop(self, tap: Tap) -> None:
        current = self._taps.get(tap.timeline)
        if current is not None and current[0] is tap:
            del self._taps[tap.timeline]
            current[1].cancel()

    def _room(self) -> int:
        return min(_RECENT_OF_ONE, _RECENT // max(1, len(self._taps)))

    def _ended(self, tap: Tap, task: asyncio.Task[None]) -> None:
        """A tap ends when nobody hears it; one that broke takes its streams along, loudly."""
        if task.cancelled():
            return
        _log.error("live events broke off", timeline=tap.timeline, exc_info=task.exception())
        self._taps.pop(tap.timeline, None)
        for stream in self._streams:
            if any(leg.tap is tap for leg in stream.legs):
                stream.end("failed")

    def _reset(self) -> None:
        """The answers have turned to another history: nobody's position is worth anything."""
        for tap, task in self._taps.values():
            task.cancel()
            tap.forget()
        self._taps.clear()
        self._end_all("reset")

    def _end_all(self, cause: Cause) -> None:
        for stream in self._streams:
            stream.end(cause)
