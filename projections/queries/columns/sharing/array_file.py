"""A file of arrays, which are mapped: processes that map the same file have it in memory once.

    magic, length and digest of the head; the head; from the next page on the arrays

The head is MessagePack of any tree of plain values, in which an array is an extension that says its
type and place. Behind an array that can grow there is a hole, into which it grows in the memory of
the process that has mapped it. The file is written once, under another name, and is never cut: who
reads a mapped page that is no longer there is killed.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Sequence
from hashlib import sha256
from io import BufferedWriter
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from msgspec.msgpack import Ext
from numpy.typing import NDArray

from projections.queries.columns.grown import GrownArray

__all__ = ["UnusableSnapshot", "map_arrays", "write_arrays"]

_MAGIC: Final = b"onrecord arrays 1\n"
_DIGEST: Final = 16
_LENGTH: Final = 8
_HEAD: Final = len(_MAGIC) + _LENGTH + _DIGEST
_FIXED, _GROWING = 1, 2
_LEAST: Final = 1_024
"""An array can grow by a quarter, and by so many values."""
_SHARE: Final = 4
"""The file may take one in this many bytes of free disk."""


class UnusableSnapshot(Exception):
    """The file is not complete, is damaged, or was made by another version of the program."""


class _Layout:
    """The arrays with their places behind the head."""

    def __init__(self) -> None:
        self.arrays: list[tuple[int, NDArray[Any]]] = []
        self.end = 0

    def place(self, part: object) -> Ext:
        values, code = part, _FIXED
        if isinstance(part, GrownArray):
            values, code = part.values, _GROWING
        assert isinstance(values, np.ndarray)
        room = len(values) + (len(values) // 4 + _LEAST if code == _GROWING else 0)
        said = (values.dtype.str, len(values), room, self.end)
        self.arrays.append((self.end, values))
        self.end = _aligned(self.end + room * values.itemsize)
        return Ext(code, msgspec.msgpack.encode(said))


def write_arrays(path: Path, tree: Any) -> None:
    """Write a new file at `path`. Raises OSError, also if the disk has not four times the room."""
    layout = _Layout()
    head = msgspec.msgpack.encode(tree, enc_hook=layout.place)
    first = _aligned(_HEAD + len(head))
    size = first + sum(values.nbytes for _, values in layout.arrays)
    disk = os.statvfs(path.parent)
    if size * _SHARE > disk.f_bavail * disk.f_frsize:
        raise OSError(f"{path} would take more than a quarter of the free disk")
    with open(path, "xb", opener=_private) as file:
        file.write(_MAGIC + len(head).to_bytes(_LENGTH) + _digest_of(head) + head)
        _write(file, first, layout.arrays)
        file.truncate(first + layout.end)


def _write(file: BufferedWriter, first: int, arrays: Sequence[tuple[int, NDArray[Any]]]) -> None:
    for begin, values in arrays:
        file.seek(first + begin)
        file.write(np.ascontiguousarray(values).data)


def map_arrays(path: Path) -> Any:
    """The tree that was written. Its arrays are of a mapping of this process: those that grow can
    be changed, which nobody else sees; the others can only be read. Raises OSError,
    UnusableSnapshot."""
    with open(path, "rb", opener=_at_once) as file:
        start = file.read(_HEAD)
        length = int.from_bytes(start[len(_MAGIC) : len(_MAGIC) + _LENGTH])
        size = os.fstat(file.fileno()).st_size
        if not start.startswith(_MAGIC) or length > size:
            raise UnusableSnapshot(str(path))
        head = file.read(length)
        if _digest_of(head) != start[-_DIGEST:]:
            raise UnusableSnapshot(str(path))
        mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    first = _aligned(_HEAD + length)

    def placed(code: int, data: memoryview) -> GrownArray | NDArray[Any]:
        dtype, length, room, begin = msgspec.msgpack.decode(data)
        values: NDArray[Any] = np.ndarray((room,), dtype, mapping, first + begin)
        if code == _GROWING:
            return GrownArray.of(values, length)
        values.flags.writeable = False
        return values

    try:
        return msgspec.msgpack.decode(head, ext_hook=placed)
    except (TypeError, ValueError) as error:  # such as an array beyond the end
        raise UnusableSnapshot(str(path)) from error


def _at_once(path: str, flags: int) -> int:
    # What has the name but is no file, such as a pipe, is never waited for.
    return os.open(path, flags | os.O_NONBLOCK)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _digest_of(head: bytes) -> bytes:
    return sha256(head).digest()[:_DIGEST]


def _aligned(place: int) -> int:
    return -(-place // mmap.ALLOCATIONGRANULARITY) * mmap.ALLOCATIONGRANULARITY
