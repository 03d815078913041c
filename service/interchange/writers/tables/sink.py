"""The destination of a file that is written by a library and leaves piece by piece."""

from __future__ import annotations

import io
from typing import Any

__all__ = ["PieceSink"]


class PieceSink(io.RawIOBase):
    """A file that can be written and not read or rewound. It keeps only what was written since the
    last call of `taken`."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._size += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._size

    def taken(self) -> bytes:
        """The bytes that were written since the last call."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
