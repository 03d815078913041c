"""Bitmaps of rows."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bitmap"]

_EIGHT: Final = 8


class Bitmap:
    """A bitmap of the first `size` rows: those that have what `key` stands for. It never changes;
    for more rows there is a new one."""

    def __init__(
        self, key: Hashable, size: int = 0, count: int = 0, packed: NDArray[np.uint8] | None = None
    ) -> None:
        self.key = key
        self.size = size
        self.count = count
        """How many rows are set."""
        self._packed = np.empty(0, np.uint8) if packed is None else packed

    def __len__(self) -> int:
        """The size in bytes."""
        return len(self._packed)

    def extended(self, size: int, rows: NDArray[Any]) -> Bitmap:
        """A bitmap of the first `size` rows: this one, and of the new rows those in `rows`
        (ascending). Entries of `rows` outside the new range are ignored."""
        whole = self.size // _EIGHT
        first = whole * _EIGHT
        mask = np.zeros(size - first, np.bool_)
        mask[: self.size - first] = self.at(slice(first, self.size))
        begin, end = rows.searchsorted(np.array((self.size, size), rows.dtype))
        mask[rows[begin:end] - rows.dtype.type(first)] = True
        packed = np.packbits(mask, bitorder="little")
        count = self.count + int(end - begin)
        return Bitmap(self.key, size, count, np.concatenate([self._packed[:whole], packed]))

    def at(self, at: slice | NDArray[Any]) -> NDArray[np.bool_]:
        """A boolean mask of these rows, given as a slice or an array."""
        if isinstance(at, slice):
            first = at.start // _EIGHT
            some = self._packed[first : -(-at.stop // _EIGHT)]
            bits = np.unpackbits(some, count=at.stop - first * _EIGHT, bitorder="little")
            return bits[at.start - first * _EIGHT :].view(np.bool_)
        bytes_ = self._packed.take(at >> 3)
        found: NDArray[np.bool_] = (bytes_ >> (at.astype(np.uint8) & 7) & 1).view(np.bool_)
        return found

    @classmethod
    def of_all(
        cls, key: Hashable, wanted: Sequence[Bitmap], unwanted: Sequence[Bitmap], size: int
    ) -> Bitmap:
        """The rows, of the first `size`, that are in all `wanted` bitmaps and in none of
        `unwanted`."""
        packed = np.full(-(-size // _EIGHT), 255, np.uint8)
        for bitmap in wanted:
            packed &= bitmap._packed[: len(packed)]
        for bitmap in unwanted:
            packed &= ~bitmap._packed[: len(packed)]
        if size % _EIGHT:
            packed[-1] &= (1 << size % _EIGHT) - 1
        return cls(key, size, int(np.bitwise_count(packed).sum()), packed)

    def rows(self) -> NDArray[Any]:
        """The set rows, ascending."""
        return np.flatnonzero(self.at(slice(0, self.size))).astype(np.uint32)
