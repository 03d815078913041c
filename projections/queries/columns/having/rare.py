"""Small sets of rows: those with a rare term, word or standing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Among", "Rare"]

_APART = 16
"""If one set has this many times as many rows as the other, the smaller one's rows are looked up in
the larger one; else both are sorted together."""


class Rare(NamedTuple):
    """The rows that have what `key` stands for, at most `most`. `rows` returns them, ascending,
    each once, from a row on; earlier rows may be missing or included."""

    key: Hashable
    most: int
    rows: Callable[[int], NDArray[Any]]


class Among:
    """The intersection of small sets. Below the row `complete` it is known and never changes."""

    def __init__(self, sets: Sequence[Rare], complete: int) -> None:
        self.complete = complete
        self._sets = sorted(sets, key=lambda rare: rare.most)
        self.key: Hashable = frozenset(rare.key for rare in sets)

    def rows(self, since: int, end: int) -> NDArray[Any]:
        """The rows from `since` up to `end`, ascending."""
        bounds = np.array((since, end), np.uint32)
        rows: NDArray[Any] | None = None
        for rare in self._sets:
            found = rare.rows(since)
            begin, behind = found.searchsorted(bounds)
            found = found[begin:behind]
            rows = found if rows is None else _both(rows, found)
        return np.empty(0, np.uint32) if rows is None else rows


def _both(fewer: NDArray[Any], more: NDArray[Any]) -> NDArray[Any]:
    """The rows that are in both arrays, each of which is ascending."""
    if len(more) > _APART * len(fewer):
        places = more.searchsorted(fewer)
        places[places == len(more)] = 0
        found: NDArray[Any] = fewer[more.take(places) == fewer]
        return found
    return np.intersect1d(fewer, more, assume_unique=True)
