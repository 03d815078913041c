"""The statements of a long timeline as they are shown now, encoded, in a file of this process.

There a statement is found by one short read, however many there are, while their memory is the
system's to give and to take. The file has no name: it is gone when nothing uses it any more,
whatever ends the process. It takes a quarter of the disk's free space at most, and is written
behind its end only, so that what was read of it stays true.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Sequence
from itertools import repeat
from operator import add
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from projections.queries.columns.grown import GrownArray
from projections.queries.shown.encoded import LARGEST, encoded_digest, encoded_json

__all__ = ["Shelf"]

_BITS: Final = 20
"""Bits for the size of a statement; those above are where it begins."""
_SIZE: Final = (1 << _BITS) - 1
_SHARE: Final = 4
"""One in so many bytes of free disk may be taken."""
_OUTDATED: Final = 64 << 20
"""Bytes that may be outdated, however small the rest is."""
_APART: Final = 2
"""Statements are read together if all between them is at most so many times as much as they are."""
_AT_ONCE: Final = 10
_SLOW: Final = 0.0005
"""Seconds for so many reads beyond which they come from the disk: the system is then asked for all
that follow together, so that it fetches them at the same time."""


class Shelf:
    """One place for each row of the columns; 0 for those whose statement is not there. Digests are
    beside the places, in memory. Who adds or removes holds the lock of the columns; others may read
    meanwhile."""

    def __init__(self, folder: Path | None) -> None:
        """The file is in `folder`, or where the system keeps such files. Raises OSError."""
        with tempfile.TemporaryFile(dir=folder) as file:
            self._fd = os.dup(file.fileno())
        # Closed with the last one who uses it, so that nobody reads another file in its place.
        weakref.finalize(self, os.close, self._fd)
        self._places = GrownArray(np.int64)
        self._digests = GrownArray("<u8")
        self.size = 0
        """Bytes of the file."""
        self._outdated = 0

    def extend(self, statements: Sequence[bytes]) -> None:
        """Add rows, each with its encoded statement, or with nothing if that is not known."""
        first = len(self._places)
        self._places.extend(np.zeros(len(statements), np.int64))
        self._digests.extend(np.zeros(len(statements), "<u8"))
        self.put(range(first, first + len(statements)), statements)

    def put(self, rows: Sequence[int], statements: Sequence[bytes]) -> None:
        """Put encoded statements to their rows, if there is room."""
        begin, whole = self.size, [*map(encoded_json, statements)]
        if not self._append(b"".join(whole)):
            return
        for row, json, statement in zip(rows, whole, statements, strict=True):
            if 0 < len(json) <= LARGEST:
                self._digests.values[row] = int.from_bytes(encoded_digest(statement), "little")
                self._places.values[row] = begin << _BITS | len(json)
            begin += len(json)

    def remove(self, rows: NDArray[Any]) -> None:
        """What is shown of the statements of these rows has changed."""
        rows = np.unique(rows)
        self._outdated += int((self._places.values[rows] & _SIZE).sum())
        self._places.values[rows] = 0

    @property
    def is_outdated(self) -> bool:
        """Whether most of a large file is what was shown before."""
        return self._outdated > max(_OUTDATED, self.size // 2)

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Whether each row has no place."""
        missing: NDArray[np.bool_] = self._places.values == 0
        return missing

    def places_of(self, rows: NDArray[Any]) -> NDArray[Any]:
        """A copy of the places of rows."""
        return self._places.values.take(rows)

    def digests_of(self, rows: NDArray[Any]) -> bytes:
        """The digests of rows, one after another; anything for a row that has no place."""
        return self._digests.values.take(rows).tobytes()

    def read(self, places: NDArray[Any]) -> list[bytes]:
        """The JSON of the statements at the places, nothing for a place that is 0."""
        begins, sizes = (places >> _BITS).tolist(), (places & _SIZE).tolist()
        if sizes:
            first, last = min(begins), max(begins)
            span = last - first + sizes[begins.index(last)]
            if span <= _APART * sum(sizes):
                return self._read_together(first, span, begins, sizes)
        found: list[bytes] = []
        began = perf_counter()
        for first in range(0, len(sizes), _AT_ONCE):
            end = first + _AT_ONCE
            found += map(os.pread, repeat(self._fd), sizes[first:end], begins[first:end])
            ended = perf_counter()
            if ended - began > _SLOW:
                self._fetch(sizes[end:], begins[end:])
                return [*found, *map(os.pread, repeat(self._fd), sizes[end:], begins[end:])]
            began = ended
        return found

    def _read_together(
        self, first: int, span: int, begins: Sequence[int], sizes: Sequence[int]
    ) -> list[bytes]:
        """The same where all are near each other, by one read."""
        whole = os.pread(self._fd, span, first)
        begins = [begin - first for begin in begins]
        return [*map(whole.__getitem__, map(slice, begins, map(add, begins, sizes)))]

    def _fetch(self, sizes: Sequence[int], begins: Sequence[int]) -> None:
        """Ask the system to have all of these in memory soon."""
        if hasattr(os, "posix_fadvise"):  # not on macOS
            for size, begin in zip(sizes, begins, strict=True):
                os.posix_fadvise(self._fd, begin, size, os.POSIX_FADV_WILLNEED)

    def _append(self, records: bytes) -> bool:
        """Write behind the end. False where the disk has no room for it."""
        disk = os.fstatvfs(self._fd)
        if (self.size + len(records)) * _SHARE > disk.f_bavail * disk.f_frsize + self.size:
            return False
        try:
            written = os.pwrite(self._fd, records, self.size)
        except OSError:
            return False  # others were quicker to take the room
        if written < len(records):
            return False
        self.size += written
        return True
