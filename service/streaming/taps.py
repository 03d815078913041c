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
"""Bytes of the latest frames that are held of one timeline, and of all of them together."""

_REPLACED: Final = "The log behind this stream was replaced, or has lost events."

_log = structlog.get_logger("onrecord.live")


class _Tapped(NamedTuple):
    tap: Tap
    pump: asyncio.Task[None]
    subscribers: set[Subscriber]


class Taps:
    """Starts a tap with the first subscriber of a timeline, and stops it with the last one. If a
    tap fails, or its history is replaced, its subscribers' streams end and later subscribers get
    another tap."""

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
        """Add a subscriber; the tap's task is started if it does not run yet."""
        tapped = self._taps.get(tap.name)
        if tapped is None:
            pump = asyncio.create_task(tap.run(), name=f"tap-{tap.name}")
            pump.add_done_callback(lambda pump: self._died(tap, pump))
            tapped = self._taps[tap.name] = _Tapped(tap, pump, set())
        tapped.subscribers.add(subscriber)

    def leave(self, name: str, subscriber: Subscriber) -> None:
        """Take a subscriber away, and drop the tap if it has none any more."""
        tapped = self._taps.get(name)
        if tapped is None or subscriber not in tapped.subscribers:
            return  # Its tap was dropped before.
        tapped.subscribers.discard(subscriber)
        if not tapped.subscribers:
            tapped.pump.cancel()
            del self._taps[name]

    def forget(self, name: str | None) -> None:
        """Drop what is held of the timeline, or with None of all."""
        for tapped in [*self._taps.values()] if name is None else [self._taps.get(name)]:
            if tapped is not None:
                tapped.tap.forget()

    def look_again(self) -> None:
        """Let taps read again that the log did not answer."""
        for tapped in self._taps.values():
            tapped.tap.look_again()

    def advance(self, folded: Mapping[str, int]) -> None:
        """Note to which revisions timelines are folded."""
        for name, revision in folded.items():
            tapped = self._taps.get(name)
            if tapped is not None:
                tapped.tap.advance(revision)

    def reset(self, partition: int) -> None:
        """The log may hold another history of the partition: end every stream of a timeline in it.
        New subscribers get new taps while these streams are still ending, because the frames that
        are held belong to the former history."""
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
        """Bytes of frames that one tap may hold."""
        return min(_HELD_BY_ONE, _HELD_BY_ALL // max(1, len(self._taps)))

    def _woken(self, tap: Tap) -> None:
        now = self._clock()
        for subscriber in self._taps[tap.name].subscribers:
            if subscriber.offer(tap.name, tap):
                subscriber.quiet_since = now

    def _broken(self, tap: Tap) -> None:
        _log.error("live streams end: the log has not what was recorded", timeline=tap.name)
        self._let_go(tap)

    def _died(self, tap: Tap, pump: asyncio.Task[None]) -> None:
        """A tap has failed: end its streams, which would wait for ever otherwise."""
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
