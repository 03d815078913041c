"""The taps of all timelines that have subscribers, each with its task."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, NamedTuple

import structlog

from service.streaming import frame as frames
from service.streaming.source import FrameSource
from service.streaming.subscriber import Subscriber
from service.streaming.tap import Tap

__all__ = ["Taps"]

_HELD_BY_ONE, _HELD_BY_ALL = 1 << 20, 64 << 20
"""The most bytes of frames that are cached of one timeline, and of all together."""

_REPLACED: Final = "The log of this stream was replaced, or has lost events."

_log = structlog.get_logger("onrecord.live")


class _Tapped(NamedTuple):
    tap: Tap
    pump: asyncio.Task[None]
    subscribers: set[Subscriber]


class Taps:
    """Starts a tap with the first subscriber of a timeline, and stops it with the last one. If a
    tap fails, or its history is replaced, its subscribers' streams end; later subscribers get a new
    tap."""

    def __init__(self, source: FrameSource, clock: Callable[[], float]) -> None:
        self._source = source
        self._clock = clock
        self._taps: dict[str, _Tapped] = {}

    def __len__(self) -> int:
        return len(self._taps)

    def of(self, name: str) -> Tap:
        """The tap of the timeline: the running one, or a new one, which `join` starts."""
        tapped = self._taps.get(name)
        if tapped is not None:
            return tapped.tap
        return Tap(name, self._source, self._woken, self._broken, self._budget)

    def join(self, tap: Tap, subscriber: Subscriber) -> None:
        """Add a subscriber; start the tap's task if it is not running yet."""
        tapped = self._taps.get(tap.name)
        if tapped is None:
            pump = asyncio.create_task(tap.run(), name=f"tap-{tap.name}")
            pump.add_done_callback(lambda pump: self._died(tap, pump))
            tapped = self._taps[tap.name] = _Tapped(tap, pump, set())
        tapped.subscribers.add(subscriber)

    def leave(self, name: str, subscriber: Subscriber) -> None:
        """Remove a subscriber, and drop the tap if no subscriber is left."""
        tapped = self._taps.get(name)
        if tapped is None or subscriber not in tapped.subscribers:
            return  # its tap was dropped before
        tapped.subscribers.discard(subscriber)
        if not tapped.subscribers:
            tapped.pump.cancel()
            del self._taps[name]

    def forget(self, name: str | None) -> None:
        """Drop the cached frames of the timeline, or of all if None."""
        for tapped in [*self._taps.values()] if name is None else [self._taps.get(name)]:
            if tapped is not None:
                tapped.tap.forget()

    def retry(self) -> None:
        """Let taps whose log did not answer read again."""
        for tapped in self._taps.values():
            tapped.tap.retry()

    def advance(self, folded: Mapping[str, int]) -> None:
        """Note the revisions up to which timelines are folded."""
        for name, revision in folded.items():
            tapped = self._taps.get(name)
            if tapped is not None:
                tapped.tap.advance(revision)

    def reset(self, partition: int) -> None:
        """End every stream of a timeline in the partition, because the log may hold another history
        of it. New subscribers get new taps while these streams are still ending, because the cached
        frames belong to the old history."""
        for name in [name for name in self._taps if self._source.partition(name) == partition]:
            tapped = self._taps.pop(name)
            tapped.pump.cancel()
            for subscriber in tapped.subscribers:
                subscriber.end("reset", frames.reset(_REPLACED, self._source.log_id))

    async def shut(self) -> None:
        """Stop every tap."""
        pumps = [tapped.pump for tapped in self._taps.values()]
        for pump in pumps:
            pump.cancel()
        for pump in pumps:
            with suppress(asyncio.CancelledError):
                await pump

    def _budget(self) -> int:
        """The bytes of frames that one tap may cache."""
        return min(_HELD_BY_ONE, _HELD_BY_ALL // max(1, len(self._taps)))

    def _woken(self, tap: Tap) -> None:
        now = self._clock()
        for subscriber in self._taps[tap.name].subscribers:
            if subscriber.offer(tap.name, tap):
                subscriber.quiet_since = now

    def _broken(self, tap: Tap) -> None:
        _log.error("live streams end: the log does not have what was recorded", timeline=tap.name)
        self._let_go(tap)

    def _died(self, tap: Tap, pump: asyncio.Task[None]) -> None:
        """End the streams of a tap that has failed, because they would wait for ever."""
        error = None if pump.cancelled() else pump.exception()
        if error is not None:
            _log.error("live streams end: their tap failed", timeline=tap.name, exc_info=error)
            self._let_go(tap)

    def _let_go(self, tap: Tap) -> None:
        """End the streams of the tap; new subscribers get another one."""
        tapped = self._taps.get(tap.name)
        if tapped is not None and tapped.tap is tap:
            del self._taps[tap.name]
            for subscriber in tapped.subscribers:
                subscriber.end("broken")
