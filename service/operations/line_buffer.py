"""Buffers lines for a descriptor, so that lines of the same moment are made and written together.

No task waits for the writing. If the descriptor accepts nothing now, as a pipe that nobody reads,
the lines are tried again later. The buffer is bounded: lines beyond it are lost and counted. If the
descriptor refuses them, as on a full disk, they are lost.
"""

from __future__ import annotations

import asyncio
import os
import select
from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

__all__ = ["MOST", "LineBuffer"]

T = TypeVar("T")

MOST: Final = 1 << 20
"""The most bytes that wait while the descriptor accepts nothing; further lines are lost."""
_PIECE: Final = select.PIPE_BUF
"""The most bytes of whole lines in one write. A pipe accepts as many in one piece, so that the
lines of several processes do not mix, and accepts them at once if it is ready."""
_MOMENT: Final = 0.02
"""Seconds for which lines gather, unless there are enough."""
_ENOUGH: Final = 16
"""Lines that are made and written at once. Most are shorter than a sixteenth of a piece. Made one
after another, each takes half the time: the processor has all that it needs in its caches."""
_PAUSE: Final = 0.1
"""Seconds after which a descriptor that accepted nothing is tried again."""
_LAST: Final = 1_000
"""Milliseconds that each of the last writes has at the end."""


class LineBuffer(Generic[T]):
    """Used by one event loop; after the loop has ended, only by `close`. `line_of` makes the line
    of an entry, which ends with a line feed. `on_loss` is called with the number of lost lines,
    once the descriptor accepts lines again."""

    def __init__(
        self,
        descriptor: int,
        line_of: Callable[[T], bytes],
        on_loss: Callable[[int], None] = lambda _: None,
    ) -> None:
        """The caller keeps owning the descriptor."""
        self._descriptor = descriptor
        self._line_of = line_of
        self._on_loss = on_loss
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)
        self._entries: list[T] = []
        """What has no line yet."""
        self._pieces: deque[bytes] = deque()
        self._waiting = 0
        """Bytes of the pieces."""
        self._lost = 0
        self._turn: asyncio.Handle | None = None
        self._is_closed = False

    def add(self, entry: T) -> None:
        """Write the line of the entry, now or later. Nothing may change the entry meanwhile."""
        if self._waiting > MOST:
            self._lost += 1
            return
        self._entries.append(entry)
        if self._is_closed or len(self._entries) >= _ENOUGH:
            self.flush()
        elif self._turn is None:
            self._turn = asyncio.get_running_loop().call_later(_MOMENT, self._take_turn)

    def flush(self, patience: int = 0) -> None:
        """Write what is buffered, as far as the descriptor accepts it at once, or within `patience`
        milliseconds for each piece."""
        self._make_lines()
        while self._pieces and self._poll.poll(patience):
            piece = self._pieces.popleft()
            self._waiting -= len(piece)
            # A line may be longer than a piece, and writing all of it could block.
            rest = piece[self._write(piece[:_PIECE]) :]
            if rest:
                self._put(rest, first=True)
            if rest == piece:
                break
        if self._lost and not self._pieces:
            lost, self._lost = self._lost, 0
            self._on_loss(lost)

    def close(self) -> None:
        """Write the last lines. Later lines are written at once."""
        self._is_closed = True
        if self._turn is not None:
            self._turn.cancel()
        self.flush(_LAST)

    def _make_lines(self) -> None:
        """Put the lines of all entries into pieces; the last one that waits is filled first."""
        entries, self._entries = self._entries, []
        lines = [self._pieces.pop()] if self._pieces else []
        size = sum(map(len, lines))
        self._waiting -= size
        for line in map(self._line_of, entries):
            if lines and size + len(line) > _PIECE:
                self._put(b"".join(lines))
                lines, size = [], 0
            lines.append(line)
            size += len(line)
        if lines:
            self._put(b"".join(lines))

    def _put(self, piece: bytes, *, first: bool = False) -> None:
        (self._pieces.appendleft if first else self._pieces.append)(piece)
        self._waiting += len(piece)

    def _write(self, piece: bytes) -> int:
        """How many bytes are done: those that were written, or all if they are lost."""
        try:
            return os.write(self._descriptor, piece)
        except BlockingIOError:
            return 0
        except OSError:
            return len(piece)

    def _take_turn(self) -> None:
        self._turn = None
        self.flush()
        if self._pieces:
            self._turn = asyncio.get_running_loop().call_later(_PAUSE, self._take_turn)
