"""The shelf: the current statements of a long timeline, encoded, in a file.

One short read finds a statement, however many there are, and the system decides how much of the
file stays in memory. A file without a name disappears with its last user, however the process ends.
One with a name can be shared with other processes: each has its own places, and what any of them
appends has a place of its own. The file takes at most a quarter of the disk's free space, and is
only appended to, so a place that was read stays valid.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import weakref
from collections.abc import Sequence
from itertools import islice, repeat
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
"""The bits for the size of a statement; its beginning is above them."""
_SIZE: Final = (1 << _BITS) - 1
_SHARE: Final = 4
"""The shelf may take one in this many bytes of free disk."""
_OUTDATED: Final = 64 << 20
"""Bytes that may be outdated, however small the rest is."""
_APART: Final = 2
"""Statements are read together if the span that contains them is at most this many times their
size."""
_AT_ONCE: Final = 10
_SLOW: Final = 0.0005
"""If this many reads take more than these seconds, they come from the disk: then the system is told
of all following ones in advance, so that it fetches them at the same time."""


_FLAGS: Final = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC


class Shelf:
    """One place for each row of the columns; 0 if its statement is not on the shelf. Digests are
    beside the places, in memory. To add or remove, hold the lock of the columns; others may read
    meanwhile."""

    def __init__(self, folder: Path | None, path: Path | None = None) -> None:
        """The file is a new one: at `path`, or without a name in `folder` or in the system's
        temporary folder. Raises OSError."""
        if path is None:
            with tempfile.TemporaryFile(dir=folder) as file:
                fd = os.dup(file.fileno())
            # Each write appends, also among others', and leaves the descriptor where it has ended.
            fcntl.fcntl(fd, fcntl.F_SETFL, os.O_APPEND)
        else:
            fd = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
        self._take(path, fd, GrownArray(np.int64), GrownArray("<u8"))

    def _take(self, path: Path | None, fd: int, places: GrownArray, digests: GrownArray) -> None:
        self.path = path
        """Where others find the file; None if it has no name."""
        self._fd = fd
        # Closed with its last user, so that nobody reads another file with the same descriptor.
        weakref.finalize(self, os.close, fd)
        self._places = places
        self._digests = digests
        self.size = os.fstat(fd).st_size
        """The size of the file in bytes, when this process looked last."""
        self._current = int((places.values & _SIZE).sum())

    def parts(self) -> dict[str, Any]:
        """What another process needs to share the file at `path`, as it is now."""
        name = None if self.path is None else self.path.name
        return {
            "name": name,
            "inode": os.fstat(self._fd).st_ino,
            "size": self.size,
            "places": self._places.copied(),
            "digests": self._digests.copied(),
        }

    @classmethod
    def of(cls, folder: Path, parts: dict[str, Any]) -> Shelf:
        """The shelf with these parts, whose file is opened once more. Raises OSError, which is a
        FileNotFoundError also if there is another file in its place, or less of it."""
        made, path = cls.__new__(cls), folder / parts["name"]
        made._take(path, os.open(path, _FLAGS), parts["places"], parts["digests"])
        if os.fstat(made._fd).st_ino != parts["inode"] or made.size < parts["size"]:
            raise FileNotFoundError(f"{path} is not what it was")
        return made

    @property
    def is_named(self) -> bool:
        """Whether others can open the file."""
        return self.path is not None and os.fstat(self._fd).st_nlink > 0

    def extend(self, statements: Sequence[bytes]) -> None:
        """Add rows, each with its encoded statement, or empty if that is unknown."""
        first = len(self._places)
        self._places.extend(np.zeros(len(statements), np.int64))
        self._digests.extend(np.zeros(len(statements), "<u8"))
        self._fill(range(first, first + len(statements)), statements)

    def put(self, rows: Sequence[int], statements: Sequence[bytes]) -> None:
        """Put encoded statements on the places of their rows, if there is room."""
        before = self._places.values[np.array(rows, np.intp)]
        self._fill(rows, statements)
        now = self._places.values[np.array(rows, np.intp)]
        self._current -= int((before[before != now] & _SIZE).sum())

    def _fill(self, rows: Sequence[int], statements: Sequence[bytes]) -> None:
        whole = [*map(encoded_json, statements)]
        begin = self._append(b"".join(whole))
        if begin is None:
            return
        for row, json, statement in zip(rows, whole, statements, strict=True):
            if 0 < len(json) <= LARGEST:
                self._digests.values[row] = int.from_bytes(encoded_digest(statement), "little")
                self._current += len(json)
                self._places.values[row] = begin << _BITS | len(json)
            begin += len(json)

    def remove(self, rows: NDArray[Any]) -> None:
        """Clear the places of these rows, because their shown statements have changed."""
        rows = np.unique(rows)
        self._current -= int((self._places.values[rows] & _SIZE).sum())
        self._places.values[rows] = 0

    @property
    def is_outdated(self) -> bool:
        """Whether most of a large file is outdated."""
        return self.size - self._current > max(_OUTDATED, self.size // 2)

    @property
    def missing(self) -> NDArray[np.bool_]:
        """A boolean mask: whether each row has no place."""
        missing: NDArray[np.bool_] = self._places.values == 0
        return missing

    def places_of(self, rows: NDArray[Any]) -> NDArray[Any]:
        """A copy of the places of rows."""
        return self._places.values.take(rows)

    def digests_of(self, rows: NDArray[Any]) -> bytes:
        """The digests of rows, concatenated; undefined for a row without a place."""
        return self._digests.values.take(rows).tobytes()

    def read(self, places: NDArray[Any]) -> list[bytes]:
        """The JSON of the statements at the places; empty for a place that is 0."""
        begins, sizes = (places >> _BITS).tolist(), (places & _SIZE).tolist()
        if sizes:
            first, last = min(begins), max(begins)
            span = last - first + sizes[begins.index(last)]
            if span <= _APART * sum(sizes):
                begins = ((places >> _BITS) - first).tolist()
                return self._read_together(first, span, begins, sizes)
        found: list[bytes] = []
        reads = map(os.pread, repeat(self._fd), sizes, begins)
        began = perf_counter()
        while len(found) < len(sizes):
            found.extend(islice(reads, _AT_ONCE))
            ended = perf_counter()
            if ended - began > _SLOW:
                self._fetch(sizes[len(found) :], begins[len(found) :])
                found.extend(reads)
            began = ended
        return found

    def _read_together(
        self, first: int, span: int, begins: Sequence[int], sizes: Sequence[int]
    ) -> list[bytes]:
        """The same with one read of `span` bytes from `first` on, for statements that are near each
        other; `begins` count from there."""
        whole = os.pread(self._fd, span, first)
        return [*map(whole.__getitem__, map(slice, begins, map(add, begins, sizes)))]

    def _fetch(self, sizes: Sequence[int], begins: Sequence[int]) -> None:
        """Tell the system to fetch all of these into memory soon."""
        if hasattr(os, "posix_fadvise"):  # not on macOS
            for size, begin in zip(sizes, begins, strict=True):
                os.posix_fadvise(self._fd, begin, size, os.POSIX_FADV_WILLNEED)

    def _append(self, records: bytes) -> int | None:
        """Append the records. Returns their place; None if the disk has no room for them."""
        disk = os.fstatvfs(self._fd)
        if (self.size + len(records)) * _SHARE > disk.f_bavail * disk.f_frsize + self.size:
            return None
        try:
            written = os.write(self._fd, records)
        except OSError:
            return None  # others took the room first
        self.size = os.lseek(self._fd, 0, os.SEEK_CUR)
        return self.size - written if written == len(records) else None
