"""A subscriber is a cursor in one timeline or several, not a mailbox: no events are queued for it.
It remembers the revision that it has reached, and takes the events after it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, Literal, get_args

from events.log.fetch_size import FetchSize
from service.http.outlet import Outlet, chunk_of
from service.streaming import frame as frames
from service.streaming.filter import ALL, LiveFilter
from service.streaming.frame import EventFrame
from service.streaming.position import position_text
from service.streaming.source import FrameSource, ReadFrames
from service.streaming.tap import BATCH_BYTES, FrameBatch, Tap

__all__ = ["CAUSES", "Cause", "Subscriber"]

Cause = Literal["left", "stalled", "stopped", "reset", "broken", "access"]
"""Why a stream ended, in this order: the client closed it, or did not read; the service stops; the
log is another one than the client has received from; the log does not hold what was recorded; the
client may not read it any more."""

CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)

_RETRY: Final = 1_000
"""Milliseconds after which a client may reconnect."""


class Subscriber:
    """Keeps a revision for each timeline. One task calls `take` and `wait`.

    `sent` counts the events that were taken, `counted` those that its owner has added to the
    counters; `quiet_since` is when something was sent last, by the clock of `LiveStreams`;
    `may_go_on` returns whether the client may still read what it subscribed to; `on_end` is called
    when the stream has ended.
    """

    def __init__(
        self,
        taps: Mapping[str, Tap],
        source: FrameSource,
        position: Mapping[str, int],
        filter_: LiveFilter,
        *,
        joined: bool,
    ) -> None:
        self._taps = taps
        self._source = source
        self._at = dict(position)
        self._reported = dict(position)
        self._filter = filter_
        self._joined = joined
        self._caught_up = False
        self._due = False
        self._retry = frames.retry(_RETRY)
        self._woken = asyncio.Event()
        self._outlet: Outlet | None = None
        self._fetch_size = FetchSize(BATCH_BYTES)
        self._last = b""
        self.sent = 0
        self.counted = 0
        self.ended: Cause | None = None
        self.quiet_since = 0.0
        self.may_go_on: Callable[[], bool] = lambda: True
        self.on_end: Callable[[], None] = lambda: None

    @property
    def lag(self) -> int:
        """How many events it has neither received nor skipped."""
        return sum(max(0, tap.last - self._at[name]) for name, tap in self._taps.items())

    @property
    def position(self) -> Mapping[str, int]:
        """The revisions up to which it has received the matching events and skipped the others."""
        return self._at

    def remind(self) -> None:
        """Request a keep-alive or a checkpoint, because nothing was sent for long."""
        self._due = True
        self._woken.set()

    def end(self, cause: Cause, last: bytes = b"") -> None:
        """End the stream with the frame `last`. Only the first cause counts."""
        if self.ended is None:
            self.ended, self._last = cause, last
            self._woken.set()
            self.on_end()

    async def wait(self, outlet: Outlet | None = None) -> None:
        """Return once there may be something to take, or the stream has ended. If there is an
        `outlet`, new events are written to it meanwhile."""
        self._outlet = outlet
        try:
            await self._woken.wait()
        finally:
            self._outlet = None

    def offer(self, name: str, tap: Tap) -> bool:
        """Write the tap's new events to the outlet at once if that is possible, otherwise wake the
        task. Returns whether they were written."""
        outlet = self._outlet
        if outlet is None or not self._caught_up or not outlet.ready or self._woken.is_set():
            self._woken.set()
            return False
        if self._filter == ALL and not self._joined and (batch := tap.batch(self._at[name])):
            chunk = batch.chunk
            self._pass(name, batch)
        else:
            read = tap.after(self._at[name])
            body = b"" if read is None else self._matching(name, tap, read, BATCH_BYTES)
            chunk = chunk_of(body) if body else b""
        if self._at[name] < tap.last:
            self._woken.set()
        if chunk:
            outlet.write(chunk)
        return bool(chunk)

    async def next_frames(self) -> bytes:
        """The frames that are due now: about `BATCH_BYTES`, or empty. After the last event, the
        frame that says so. Raises LogError."""
        self._woken.clear()
        while self.ended is None:
            for name, tap in self._taps.items():
                taken = await self._from(name, tap)
                if taken:
                    self._due = False
                    return self._with_retry(taken + self._status())
            if self._due or not self.lag:
                return self._with_retry(self._status())
        return b""

    def last_frame(self) -> bytes:
        """The last frame: why the stream ended, or where the client may continue."""
        if self.ended != "stopped" or self._at == self._reported:
            return self._last
        return frames.checkpoint(self._here(), self._at, joined=self._joined)

    async def _from(self, name: str, tap: Tap) -> bytes:
        """Some frames of one timeline that it has not received yet; empty if none matched."""
        at = self._at[name]
        if at >= tap.last:
            return b""
        if self._filter == ALL and not self._joined and (batch := tap.batch(at)) is not None:
            self._pass(name, batch)
            return batch.body
        read = tap.after(at)
        if read is not None:
            return self._matching(name, tap, read, BATCH_BYTES)
        asked = self._filter
        read = await self._source.read(
            name,
            at,
            tap.last,
            subjects=asked.subjects,
            types=asked.types,
            fetch_size=self._fetch_size,
        )
        return self._matching(
            name, tap, read
        )  # take the whole read, since the rest would be read again

    def _pass(self, name: str, batch: FrameBatch) -> None:
        self._at[name] = self._reported[name] = batch.reached
        self.sent += batch.events

    def _matching(self, name: str, tap: Tap, read: ReadFrames, most: int | None = None) -> bytes:
        """The frames of matching events, up to about `most` bytes; moves the cursor past all
        compared events."""
        parts: list[bytes] = []
        weight = 0
        for frame in read.frames:
            self._at[name] = frame.revision
            if self._filter.matches(frame, tap.touched):
                parts.append(self._heard(frame))
                weight += len(parts[-1])
                if most is not None and weight >= most:
                    return b"".join(parts)
        self._at[name] = read.reached
        return b"".join(parts)

    def _heard(self, frame: EventFrame) -> bytes:
        self.sent += 1
        self._reported |= self._at
        return frame.sent(self._here())

    def _status(self) -> bytes:
        """The status frame that is due. Once it says that the past events were sent; after a
        silence it says that nothing matched, or is only a keep-alive."""
        if not self._caught_up and all(tap.last == self._at[n] for n, tap in self._taps.items()):
            self._caught_up, self._reported = True, dict(self._at)
            return frames.caught_up(
                self._here(), self._at, self._source.log_id, joined=self._joined
            )
        if not self._due:
            return b""
        self._due = False
        if self._at == self._reported:
            return frames.KEEP_ALIVE
        self._reported = dict(self._at)
        return frames.checkpoint(self._here(), self._at, joined=self._joined)

    def _here(self) -> bytes:
        return position_text(self._at, joined=self._joined)

    def _with_retry(self, taken: bytes) -> bytes:
        """Add the reconnection delay to the first frame."""
        if taken and self._retry:
            taken, self._retry = self._retry + taken, b""
        return taken
