"""A tap: the latest events of one timeline, read and encoded once for all its subscribers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final, NamedTuple

import structlog

from events.errors import CorruptEvent, LogError, ReadModelError
from events.event.types import StatementRedacted
from events.log.fetch_size import FetchSize
from projections.queries.touched import Touched
from service.http.outlet import chunk_of
from service.streaming.frame import EventFrame
from service.streaming.source import FrameSource, ReadFrames

__all__ = ["BATCH_BYTES", "FrameBatch", "Tap"]

BATCH_BYTES: Final = 32 << 10
"""The bytes of frames that a connection gets at once; only a single frame may be larger."""
_MOST_EVENTS: Final = 1_024
"""The most events that are cached of one timeline; subscribers that lag further read from the
log."""

_REDACTED: Final = StatementRedacted.event_type

_CROWDED, _MOST_REST = 0.002, 0.02
"""Seconds of waking subscribers after which the tap pauses; and the longest pause."""

_READ: Final = 256 << 10
"""About the most bytes that are read at once."""

_log = structlog.get_logger("onrecord.live")


class FrameBatch(NamedTuple):
    """Frames that are sent together, plain and as an HTTP chunk, with the revision that they reach
    and the number of events."""

    body: bytes
    chunk: bytes
    reached: int
    events: int


class Tap:
    """Caches the frames of the revisions `first` to `last`, without a gap. One task runs `run`.
    `woken` is called when there are more frames, `broken` when the log does not hold what it
    should; `budget` returns how many bytes the tap may cache."""

    def __init__(
        self,
        name: str,
        source: FrameSource,
        woken: Callable[[Tap], None],
        broken: Callable[[Tap], None],
        budget: Callable[[], int],
    ) -> None:
        self.name = name
        self._source = source
        self._woken = woken
        self._broken = broken
        self._budget = budget
        ref = source.timeline(name)
        self.last = self._head = ref.revision if ref else 0
        self._fetch_size = FetchSize(_READ)
        self._frames: list[EventFrame] = []
        self._weight = 0
        self._grown = asyncio.Event()
        self._batches: dict[int, FrameBatch] = {}
        self._touched: dict[int, Touched] = {}

    @property
    def first(self) -> int:
        """The first cached revision; if none is cached, the next one to come."""
        return self.last - len(self._frames) + 1

    def advance(self, revision: int) -> None:
        """Note that the timeline is folded up to `revision`."""
        self._head = max(self._head, revision)
        self._grown.set()

    def retry(self) -> None:
        """Try again to read what the log did not return."""
        if self.last < self._head:
            self._grown.set()

    def forget(self) -> None:
        """Drop all frames, because text in some of them must go."""
        self._frames.clear()
        self._weight = 0
        self._batches.clear()
        self._touched.clear()

    async def run(self) -> None:
        """Read what was folded, until cancelled or until the log does not hold what was
        recorded."""
        while True:
            await self._grown.wait()
            self._grown.clear()
            try:
                while self.last < self._head:
                    self._keep(
                        await self._source.read(
                            self.name, self.last, self._head, fetch_size=self._fetch_size
                        )
                    )
                    await self._wake_all()
            except CorruptEvent:
                self._broken(self)
                return
            except (LogError, ReadModelError) as error:
                _log.info(
                    "a live stream waits for the log or the read model",
                    timeline=self.name,
                    reason=str(error),
                )

    async def _wake_all(self) -> None:
        """Wake all subscribers, then leave the loop to other tasks for as long as that took. Events
        that come meanwhile are sent together, so that many subscribers take at most half of the
        loop's time."""
        began = monotonic()
        self._woken(self)
        await asyncio.sleep(0)  # noqa: TID251 - waits for nothing: what was written goes out
        spent = monotonic() - began
        if spent >= _CROWDED:
            await self._pause(min(spent, _MOST_REST))

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)  # noqa: TID251 - a share of time is measured in time

    def after(self, revision: int) -> ReadFrames | None:
        """The frames after `revision`; None if some of them are no longer cached."""
        if revision + 1 < self.first:
            return None
        return ReadFrames(self._frames[revision + 1 - self.first :], self.last)

    def batch(self, revision: int) -> FrameBatch | None:
        """The frames after `revision` as one chunk, for a stream of all events of this timeline. It
        is made once for all subscribers at that revision; None if some frames are no longer
        cached."""
        found = self._batches.get(revision)
        if found is None:
            read = self.after(revision)
            if read is None:
                return None
            parts: list[bytes] = []
            weight = 0
            for frame in read.frames:
                parts.append(frame.sent(b"%d" % frame.revision))
                weight += len(parts[-1])
                if weight >= BATCH_BYTES:
                    break
            body = b"".join(parts)
            found = FrameBatch(body, chunk_of(body), revision + len(parts), len(parts))
            self._batches[revision] = found
        return found

    def touched(self, frame: EventFrame) -> Touched:
        """The statements that the event touches, as they were then; read once while the frame is
        cached."""
        found = self._touched.get(frame.revision)
        if found is None:
            found = self._source.touched(self.name, frame)
            if self.first <= frame.revision <= self.last:
                self._touched[frame.revision] = found
        return found

    def _keep(self, read: ReadFrames) -> None:
        """Cache these frames too. Frames before a redaction are dropped, because they may contain
        the redacted text: subscribers that lag read them from the log."""
        self._batches.clear()
        self.last = read.reached
        if any(frame.type == _REDACTED for frame in read.frames):
            self.forget()
            return
        self._frames += read.frames
        self._weight += sum(len(frame.tail) for frame in read.frames)
        dropped, most = 0, self._budget()
        # The last frame stays, however large; otherwise each subscriber at the head would read it
        # from the log.
        while len(self._frames) - dropped > _MOST_EVENTS or (
            self._weight > most and dropped < len(self._frames) - 1
        ):
            self._weight -= len(self._frames[dropped].tail)
            self._touched.pop(self._frames[dropped].revision, None)
            dropped += 1
        del self._frames[:dropped]
