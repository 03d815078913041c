"""Lines on their way to a descriptor: those of a moment are written at once.

Nobody waits for them. A descriptor that takes nothing now, such as a pipe that nobody reads, is
tried again later; what gathers meanwhile is bounded, and what is lost beyond that is counted. One
that refuses them, as on a full disk, loses them.
"""

from __future__ import annotations

import asyncio
import os
import select
from collections import deque
from collections.abc import Callable
from typing import Final

__all__ = ["MOST", "LineBuffer"]

MOST: Final = 1 << 20
"""Bytes that wait for a descriptor that takes nothing; further lines are lost."""
_PIECE: Final = select.PIPE_BUF
"""Bytes of whole lines that are written at once. A pipe takes so many without a break, so the lines
of several processes do not mix, and takes them at once if it is ready."""
_MOMENT: Final = 0.02
"""Seconds that lines gather, unless there are enough for a piece."""
_PAUSE: Final = 0.1
"""Seconds after which a descriptor that took nothing is tried again."""
_LAST: Final = 1_000
"""Milliseconds that each of the last pieces has at the end."""


class LineBuffer:
    """Used by one event loop, and by nobody after it but `close`. `on_loss` is called with the
    number of lines that were lost, once the descriptor takes some again."""

    def __init__(self, descriptor: int, on_loss: Callable[[int], None] = lambda _: None) -> None:
        """The descriptor stays the caller's."""
        self._descriptor = descriptor
        self._on_loss = on_loss
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)
        self._lines: list[bytes] = []
        self._size = 0
        """Bytes of the lines that are in no piece yet."""
        self._pieces: deque[bytes] = deque()
        self._waiting = 0
        """Bytes of the pieces."""
        self._lost = 0
        self._turn: asyncio.Handle | None = None
        self._is_closed = False

    def add(self, line: bytes) -> None:
        """Write the line, which ends with its line feed, now or later."""
        if self._size + len(line) > _PIECE:
            self.flush()
        if self._waiting > MOST:
            self._lost += 1
            return
        self._lines.append(line)
        self._size += len(line)
        if self._is_closed:
            self.flush()
        elif self._turn is None:
            self._turn = asyncio.get_running_loop().call_later(_MOMENT, self._take_turn)

    def flush(self, patience: int = 0) -> None:
        """Write what there is, as far as the descriptor takes it at once, or within `patience`
        milliseconds for each piece."""
        if self._lines:
            self._put(b"".join(self._lines))
            self._lines, self._size = [], 0
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
        """Write the last lines. What comes afterwards is written at once."""
        self._is_closed = True
        if self._turn is not None:
            self._turn.cancel()
        self.flush(_LAST)

    def _put(self, piece: bytes, *, first: bool = False) -> None:
        (self._pieces.appendleft if first else self._pieces.append)(piece)
        self._waiting += len(piece)

    def _write(self, piece: bytes) -> int:
        """How many bytes need not be written any more: those that were, or all that are lost."""
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
