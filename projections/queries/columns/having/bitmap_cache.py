"""Cached bitmaps of rows, for the next query about the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final

from numpy.typing import NDArray

from projections.queries.columns.columns import Columns
from projections.queries.columns.having.bitmap import Bitmap

__all__ = ["SPARSE", "bitmap_of", "bitmap_of_all"]

SPARSE: Final = 32
"""A set with fewer than one row in this many is a list of rows, else a bitmap."""

_MOST_BYTES = 4 << 20
"""The most bytes of one timeline's bitmaps; beyond it the least recently used are dropped."""


def bitmap_of(
    columns: Columns,
    key: Hashable,
    size: int,
    rows_since: Callable[[int], NDArray[Any]],
) -> Bitmap:
    """The bitmap under this key, of at least the first `size` rows. What a row has never changes,
    so only rows that are newer than the cached bitmap are looked up: `rows_since` returns them,
    ascending, from a row on."""
    bitmap = columns.bitmaps.pop(key, None)
    if bitmap is not None and bitmap.size >= size:
        columns.bitmaps[key] = bitmap
        return bitmap
    bitmap = bitmap or Bitmap(key)
    bitmap = columns.bitmaps[key] = bitmap.extended(size, rows_since(bitmap.size))
    _drop_oldest(columns)
    return bitmap


def bitmap_of_all(
    columns: Columns, wanted: Sequence[Bitmap], unwanted: Sequence[Bitmap], size: int
) -> Bitmap:
    """The bitmap of rows that are in all `wanted` and in none of `unwanted`; cached too."""
    key = frozenset(one.key for one in wanted), frozenset(one.key for one in unwanted)
    bitmap = columns.bitmaps.pop(key, None)
    if bitmap is not None and bitmap.size >= size:
        columns.bitmaps[key] = bitmap
        return bitmap
    bitmap = columns.bitmaps[key] = Bitmap.of_all(key, wanted, unwanted, size)
    _drop_oldest(columns)
    return bitmap


def _drop_oldest(columns: Columns) -> None:
    bytes_ = sum(map(len, [*columns.bitmaps.values()]))
    for key, bitmap in [*columns.bitmaps.items()]:
        if bytes_ <= _MOST_BYTES:
            return
        bytes_ -= len(bitmap)
        columns.bitmaps.pop(key, None)
