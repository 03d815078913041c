"""All live streams of a service: the subscribers, the taps that they read, and the reminders."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Final, NamedTuple

from projections.progress import Progress
from service.http.limits.stream_slots import StreamSlots
from service.http.requests import TooManyStreams
from service.streaming import frame as frames
from service.streaming.filter import LiveFilter
from service.streaming.source import FrameSource
from service.streaming.subscriber import CAUSES, Cause, Subscriber
from service.streaming.taps import Taps
from service.tally import ENDED, FRAMES, STREAM_LAG, STREAMS, TallyRow

__all__ = ["MOST_STREAMS", "SILENCE", "LiveStreams", "Subscription"]

MOST_STREAMS: Final = 10_000
"""The most streams that are open at the same time; further ones are refused."""
SILENCE: Final = 15.0
"""Seconds of silence after which a stream gets a keep-alive or a checkpoint."""
_TICK: Final = 1.0
"""Seconds between two checks for silent streams."""

_ACCESS: Final = "access"


class Subscription(NamedTuple):
    """What a client subscribes to. Its stream begins after the revisions in `position`; `joined`
    says whether it is of several timelines. `lost` is why the position does not belong to this log,
    or None: the stream ends at once with that reason. `may_go_on` returns whether the client may
    still read all of these timelines."""

    position: Mapping[str, int]
    filter: LiveFilter
    joined: bool
    lost: str | None = None
    may_go_on: Callable[[], bool] = lambda: True


class LiveStreams:
    """Creates subscribers and wakes them, on one event loop. One task runs `run`."""

    def __init__(
        self,
        source: FrameSource,
        progress: Progress,
        row: TallyRow,
        slots: StreamSlots | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.source = source
        self.slots = slots or StreamSlots(row, None)
        """The number of streams that each caller may have open."""
        self._clock = clock
        self.taps = Taps(source, clock)
        self._subscribers: dict[Subscriber, tuple[str, ...]] = {}
        self._closed = False
        self._row = row
        progress.on_folded.append(self.taps.advance)
        progress.on_reset.append(self.taps.reset)

    @contextmanager
    def subscribed(self, subscription: Subscription) -> Iterator[Subscriber]:
        """A subscriber that exists while the block lasts. Raises TooManyStreams."""
        subscriber = self.subscribe(
            subscription.position, subscription.filter, joined=subscription.joined
        )
        subscriber.may_go_on = subscription.may_go_on
        try:
            self._end_if_forbidden(subscriber)
            if subscription.lost is not None:
                subscriber.end("reset", frames.reset(subscription.lost, self.source.log_id))
            yield subscriber
        except BaseException:
            subscriber.end("broken")
            raise
        finally:
            self.leave(subscriber, "left")

    def subscribe(
        self, position: Mapping[str, int], filter_: LiveFilter, *, joined: bool
    ) -> Subscriber:
        """A subscriber of the timelines in `position`, starting after the revisions there; end it
        with `leave`. Raises TooManyStreams."""
        if self._row.tally.total(STREAMS) >= MOST_STREAMS:
            raise TooManyStreams(f"{MOST_STREAMS:,} live streams are open, which is the most.")
        # First what can fail: the subscriber is registered and a task started only after that.
        taps = {name: self.taps.of(name) for name in position}
        subscriber = Subscriber(taps, self.source, position, filter_, joined=joined)
        subscriber.quiet_since = self._clock()
        self._subscribers[subscriber] = tuple(position)
        self._row.set(STREAMS, len(self._subscribers))
        for tap in taps.values():
            self.taps.join(tap, subscriber)
        if self._closed:
            subscriber.end("stopped")
        return subscriber

    def leave(self, subscriber: Subscriber, cause: Cause) -> None:
        """End the subscription, and drop the taps that have no subscriber left."""
        names = self._subscribers.pop(subscriber, ())
        self._row.set(STREAMS, len(self._subscribers))
        for name in names:
            self.taps.leave(name, subscriber)
        subscriber.end(cause)
        self._count(subscriber)
        self._row.add(ENDED + CAUSES.index(subscriber.ended or cause), 1)

    def sent(self, subscriber: Subscriber) -> None:
        """Note that something was sent to the subscriber just now."""
        subscriber.quiet_since = self._clock()

    def count(self) -> None:
        """Update the counters: the frames that were sent, and how far the slowest stream lags."""
        for subscriber in self._subscribers:
            self._count(subscriber)
        lag = max((subscriber.lag for subscriber in self._subscribers), default=0)
        self._row.set(STREAM_LAG, lag)

    def forget(self, name: str | None) -> None:
        """Drop the cached frames of the timeline, or of all if None: some text in them must go."""
        self.taps.forget(name)

    def close(self) -> None:
        """End every stream, and refuse new ones."""
        self._closed = True
        for subscriber in self._subscribers:
            subscriber.end("stopped")

    async def run(self) -> None:
        """Send reminders to silent streams, until cancelled."""
        while True:
            await asyncio.sleep(_TICK)  # noqa: TID251 - silence is measured in time
            self.tick()

    def tick(self) -> None:
        """Remind every stream that has been silent for `SILENCE` seconds, and let taps whose log
        did not answer read again."""
        now = self._clock()
        self.count()
        self.end_forbidden()
        for subscriber in self._subscribers:
            if now - subscriber.quiet_since >= SILENCE:
                subscriber.remind()
        self.taps.retry()

    def end_forbidden(self) -> None:
        """End every stream whose client has lost the right to read: grants or keys have changed or
        expired."""
        for subscriber in self._subscribers:
            self._end_if_forbidden(subscriber)

    def _end_if_forbidden(self, subscriber: Subscriber) -> None:
        if not subscriber.may_go_on():
            subscriber.end("access", frames.reset(_ACCESS, self.source.log_id))

    async def shut(self) -> None:
        """End every stream and stop every tap."""
        self.close()
        await self.taps.shut()

    def _count(self, subscriber: Subscriber) -> None:
        self._row.add(FRAMES, subscriber.sent - subscriber.counted)
        subscriber.counted = subscriber.sent
