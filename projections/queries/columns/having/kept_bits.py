"""Cached bitmaps of rows, for the next query about the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final

from numpy.typing import NDArray

from projections.queries.columns.columns import Columns
from projections.queries.columns.having.bits import Bits

__all__ = ["SPARSE", "bits_of", "bits_of_all"]

SPARSE: Final = 32
"""A set with fewer than one row in this many is a list of rows, else a bitmap."""

_MOST_KEPT = 4 << 20
"""The most bytes of one timeline's bitmaps; beyond it the least recently used are dropped."""


def bits_of(
    columns: Columns,
    key: Hashable,
    size: int,
    rows_since: Callable[[int], NDArray[Any]],
) -> Bits:
    """The bitmap under this key, of at least the first `size` rows. What a row has never changes,
    so only rows that are newer than the cached bitmap are looked up: `rows_since` returns them,
    ascending, from a row on."""
    bits = columns.bits.pop(key, None)
    if bits is not None and bits.size >= size:
        columns.bits[key] = bits
        return bits
    bits = bits or Bits(key)
    bits = columns.bits[key] = bits.extended(size, rows_since(bits.size))
    _drop_oldest(columns)
    return bits


def bits_of_all(
    columns: Columns, wanted: Sequence[Bits], unwanted: Sequence[Bits], size: int
) -> Bits:
    """The bitmap of rows that are in all `wanted` and in none of `unwanted`; cached too."""
    key = frozenset(one.key for one in wanted), frozenset(one.key for one in unwanted)
    bits = columns.bits.pop(key, None)
    if bits is not None and bits.size >= size:
        columns.bits[key] = bits
        return bits
    bits = columns.bits[key] = Bits.of_all(key, wanted, unwanted, size)
    _drop_oldest(columns)
    return bits


def _drop_oldest(columns: Columns) -> None:
    kept = sum(map(len, [*columns.bits.values()]))
    for key, bits in [*columns.bits.items()]:
        if kept <= _MOST_KEPT:
            return
        kept -= len(bits)
        columns.bits.pop(key, None)
