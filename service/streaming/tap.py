"""A tap: the latest events of one timeline, read and encoded once for all who hear of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final, NamedTuple

import structlog

from events.errors import CorruptEvent, LogError
from events.types import StatementRedacted
from projections.touched_queries import Touched
from service.streaming.frame import EventFrame
from service.streaming.outlet import chunk_of
from service.streaming.source import Portion, Read, Source

__all__ = ["PIECE", "Piece", "Tap"]

PIECE: Final = 32 << 10
"""Bytes of frames that are handed to a connection at once, and the last frame more."""
_MOST_EVENTS: Final = 1_024
"""What stays in memory of a timeline: who is further behind reads the log."""

_REDACTED: Final = StatementRedacted.event_type

_CROWDED, _MOST_REST = 0.002, 0.02
"""Seconds that it takes to tell a crowd; and of the rest behind it at most."""

_READ: Final = 256 << 10
"""Bytes that are read at once, or little more."""

_log = structlog.get_logger("onrecord.live")


class Piece(NamedTuple):
    """A piece of a stream, as it is and as a chunk; the revision that it reaches, and how many
    events it holds."""

    body: bytes
    chunk: bytes
    reached: int
    events: int


class Tap:
    """Holds frames of the revisions `first` to `last`, without a gap. `run` is one task's work;
    `woken` is called whenever there are more, `broken` where the log has not what it should; `room`
    tells how many bytes may be held."""

    def __init__(
        self,
        name: str,
        source: Source,
        woken: Callable[[Tap], None],
        broken: Callable[[Tap], None],
        room: Callable[[], int],
    ) -> None:
        self.name = name
        self._source = source
        self._woken = woken
        self._broken = broken
        self._room = room
        ref = source.timeline(name)
        self.last = self._head = ref.revision if ref else 0
        self._portion = Portion(_READ)
        self._frames: list[EventFrame] = []
        self._weight = 0
        self._grown = asyncio.Event()
        self._pieces: dict[int, Piece] = {}
        self._touched: dict[int, Touched] = {}

    @property
    def first(self) -> int:
        """The first revision that is held, or the one that comes next."""
        return self.last - len(self._frames) + 1

    def advance(self, revision: int) -> None:
        """The timeline is folded up to `revision`."""
        self._head = max(self._head, revision)
        self._grown.set()

    def look_again(self) -> None:
        """Try once more what the log did not give."""
        if self.last < self._head:
            self._grown.set()

    def forget(self) -> None:
        """Drop every frame: some of them hold what must be gone."""
        self._frames.clear()
        self._weight = 0
        self._pieces.clear()
        self._touched.clear()

    async def run(self) -> None:
        """Read what was folded, until cancelled, or the log has not what was recorded."""
        while True:
            await self._grown.wait()
            self._grown.clear()
            try:
                while self.last < self._head:
                    self._keep(
                        await self._source.read(
                            self.name, self.last, self._head, portion=self._portion
                        )
                    )
                    await self._tell()
            except CorruptEvent:
                self._broken(self)
                return
            except LogError as error:
                _log.info("a live stream waits for the log", timeline=self.name, reason=str(error))

    async def _tell(self) -> None:
        """Wake everyone, and let the others have as long a turn as that took: what comes meanwhile
        is told together, so that a crowd takes no more than half of the loop."""
        began = monotonic()
        self._woken(self)
        await asyncio.sleep(0)  # noqa: TID251 - waits for nothing: what was written goes out
        spent = monotonic() - began
        if spent >= _CROWDED:
            await self._rest(min(spent, _MOST_REST))

    async def _rest(self, seconds: float) -> None:
        await asyncio.sleep(seconds)  # noqa: TID251 - a share of time is measured in time

    def after(self, revision: int) -> Read | None:
        """The frames behind `revision`; None where some of them are held no more."""
        if revision + 1 < self.first:
            return None
        return Read(self._frames[revision + 1 - self.first :], self.last)

    def piece(self, revision: int) -> Piece | None:
        """Frames behind `revision`, for a stream of all events of this timeline: made once for all
        who stand there; None where some of them are held no more."""
        found = self._pieces.get(revision)
        if found is None:
            read = self.after(revision)
            if read is None:
                return None
            parts: list[bytes] = []
            weight = 0
            for frame in read.frames:
                parts.append(frame.sent(b"%d" % frame.revision))
                weight += len(parts[-1])
                if weight >= PIECE:
                    break
            body = b"".join(parts)
            found = Piece(body, chunk_of(body), revision + len(parts), len(parts))
            self._pieces[revision] = found
        return found

    def touched(self, frame: EventFrame) -> Touched:
        """What the statements of the event were then, asked once while it is held."""
        found = self._touched.get(frame.revision)
        if found is None:
            found = self._source.touched(self.name, frame)
            if self.first <= frame.revision <= self.last:
                self._touched[frame.revision] = found
        return found

    def _keep(self, read: Read) -> None:
        """Hold these too. What stands before a redaction may be what it took away, so of that
        nothing is held: it is read from the log by whoever is behind."""
        self._pieces.clear()
        self.last = read.reached
        if any(frame.type == _REDACTED for frame in read.frames):
            self.forget()
            return
        self._frames += read.frames
        self._weight += sum(len(frame.tail) for frame in read.frames)
        dropped, most = 0, self._room()
        # The last one stays, however large: else everyone at the head would read its own.
        while len(self._frames) - dropped > _MOST_EVENTS or (
            self._weight > most and dropped < len(self._frames) - 1
        ):
            self._weight -= len(self._frames[dropped].tail)
            self._touched.pop(self._frames[dropped].revision, None)
            dropped += 1
        del self._frames[:dropped]
