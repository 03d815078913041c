"""A subscriber: a cursor in one timeline or several, not a mailbox. Nothing waits for it in memory:
it holds up to where it has heard, and takes what comes behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, Literal

from service.streaming import frame as frames
from service.streaming.frame import EventFrame
from service.streaming.live_filter import ALL, LiveFilter
from service.streaming.outlet import Outlet, chunk_of
from service.streaming.position import position_text
from service.streaming.source import Portion, Read, Source
from service.streaming.tap import PIECE, Piece, Tap

__all__ = ["Cause", "Subscriber"]

Cause = Literal["left", "stalled", "stopped", "reset", "broken"]
"""Why a stream ended: the client closed it, or did not read it; the service stops; what was heard
is no history of the log; the log has not what was recorded."""

_RETRY: Final = 1_000
"""Milliseconds after which a client may come back."""


class Subscriber:
    """Holds a revision for each timeline. One task calls `take` and `wait`.

    `sent` counts the events that were taken; `quiet_since` is when something was sent last, by
    the clock of whoever reminds it; `on_end` is called when the end has come.
    """

    def __init__(
        self,
        taps: Mapping[str, Tap],
        source: Source,
        position: Mapping[str, int],
        filter_: LiveFilter,
        *,
        joined: bool,
    ) -> None:
        self._taps = taps
        self._source = source
        self._at = dict(position)
        self._told = dict(position)
        self._filter = filter_
        self._joined = joined
        self._caught_up = False
        self._due = False
        self._retry = frames.retry(_RETRY)
        self._woken = asyncio.Event()
        self._outlet: Outlet | None = None
        self._portion = Portion(PIECE)
        self._last = b""
        self.sent = 0
        self.ended: Cause | None = None
        self.quiet_since = 0.0
        self.on_end: Callable[[], None] = lambda: None

    @property
    def behind(self) -> int:
        """How many events it has not heard of, or not passed over."""
        return sum(max(0, tap.last - self._at[name]) for name, tap in self._taps.items())

    @property
    def position(self) -> Mapping[str, int]:
        """Up to where it has heard, or passed over what did not match."""
        return self._at

    def remind(self) -> None:
        """It has heard nothing for long: a keep-alive or a checkpoint is due."""
        self._due = True
        self._woken.set()

    def end(self, cause: Cause, last: bytes = b"") -> None:
        """The stream ends, with `last` behind what was sent. Only the first cause counts."""
        if self.ended is None:
            self.ended, self._last = cause, last
            self._woken.set()
            self.on_end()

    async def wait(self, outlet: Outlet | None = None) -> None:
        """Return once there may be something to take, or the end has come. Meanwhile what comes is
        written to `outlet`, where there is one."""
        self._outlet = outlet
        try:
            await self._woken.wait()
        finally:
            self._outlet = None

    def offer(self, name: str, tap: Tap) -> bool:
        """There is more in the tap: write it at once, if that is possible; whether something was
        written. Else it is woken."""
        outlet = self._outlet
        if outlet is None or not self._caught_up or not outlet.ready or self._woken.is_set():
            self._woken.set()
            return False
        if self._filter == ALL and not self._joined and (piece := tap.piece(self._at[name])):
            chunk = piece.chunk
            self._pass(name, piece)
        else:
            read = tap.after(self._at[name])
            body = b"" if read is None else self._matching(name, tap, read, PIECE)
            chunk = chunk_of(body) if body else b""
        if self._at[name] < tap.last:
            self._woken.set()
        if chunk:
            outlet.write(chunk)
        return bool(chunk)

    async def take(self) -> bytes:
        """The frames that are due now: nothing, or some of about `PIECE` bytes, and when all are
        taken that there are, how it stands. Raises LogError."""
        self._woken.clear()
        while self.ended is None:
            for name, tap in self._taps.items():
                taken = await self._from(name, tap)
                if taken:
                    self._due = False
                    return self._told_first(taken + self._standing())
            if self._due or not self.behind:
                return self._told_first(self._standing())
        return b""

    def rest(self) -> bytes:
        """What is sent last: why it ended, or where the client may go on."""
        if self.ended != "stopped" or self._at == self._told:
            return self._last
        return frames.checkpoint(self._here(), self._at, joined=self._joined)

    async def _from(self, name: str, tap: Tap) -> bytes:
        """Some frames of one timeline that it has not heard of; empty where none matched."""
        at = self._at[name]
        if at >= tap.last:
            return b""
        if self._filter == ALL and not self._joined and (piece := tap.piece(at)) is not None:
            self._pass(name, piece)
            return piece.body
        read = tap.after(at)
        if read is not None:
            return self._matching(name, tap, read, PIECE)
        asked = self._filter
        read = await self._source.read(
            name,
            at,
            tap.last,
            subjects=asked.subjects,
            types=asked.types,
            portion=self._portion,
        )
        return self._matching(name, tap, read)  # all of it: what was left would be read again

    def _pass(self, name: str, piece: Piece) -> None:
        self._at[name] = self._told[name] = piece.reached
        self.sent += piece.events

    def _matching(self, name: str, tap: Tap, read: Read, most: int | None = None) -> bytes:
        """The frames of those that match, up to about `most` bytes; all that was looked at is
        passed."""
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
        self._told |= self._at
        return frame.sent(self._here())

    def _standing(self) -> bytes:
        """That history is over, once; that nothing matched, or only that the stream lives, when it
        is due."""
        if not self._caught_up and all(tap.last == self._at[n] for n, tap in self._taps.items()):
            self._caught_up, self._told = True, dict(self._at)
            return frames.caught_up(
                self._here(), self._at, self._source.log_id, joined=self._joined
            )
        if not self._due:
            return b""
        self._due = False
        if self._at == self._told:
            return frames.KEEP_ALIVE
        self._told = dict(self._at)
        return frames.checkpoint(self._here(), self._at, joined=self._joined)

    def _here(self) -> bytes:
        return position_text(self._at, joined=self._joined)

    def _told_first(self, taken: bytes) -> bytes:
        """The first frame also tells when to come back."""
        if taken and self._retry:
            taken, self._retry = self._retry + taken, b""
        return taken
