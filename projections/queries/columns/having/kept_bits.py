"""Truth values that are kept for the next question about the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final

from numpy.typing import NDArray

from projections.queries.columns.columns import Columns
from projections.queries.columns.having.bits import Bits

__all__ = ["SPARSE", "bits_of", "bits_of_all"]

SPARSE: Final = 32
"""Where fewer than one in so many rows have something, these are looked at, else all."""

_MOST_KEPT = 4 << 20
"""Bytes of one timeline's truth values; beyond it those that were asked longest ago are dropped."""


def bits_of(
    columns: Columns,
    key: Hashable,
    size: int,
    rows_since: Callable[[int], NDArray[Any]],
) -> Bits:
    """Those that are kept under the key, for the first `size` rows at least. What a row has never
    changes, so that only rows are looked for that are new since the last question; `rows_since`
    finds them, ascending, from a row on."""
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
    """Those of all that is wanted, and nothing that is not; kept, too."""
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
