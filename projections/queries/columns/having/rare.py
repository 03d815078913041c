"""What few rows have: a term, a word, a standing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Among", "Rare"]

_APART = 16
"""Of two sets, one of which has so many times as many rows, the smaller one's are looked up in the
other; else both are sorted together."""


class Rare(NamedTuple):
    """Rows that have something of which `key` tells what it is. There are `most` of them at most;
    `rows` finds them, ascending, each once: those from a row on, and of those before it some or
    none."""

    key: Hashable
    most: int
    rows: Callable[[int], NDArray[Any]]


class Among:
    """Rows that have all of what is rare. Which of the rows before `complete` these are is known,
    and never changes."""

    def __init__(self, sets: Sequence[Rare], complete: int) -> None:
        self.complete = complete
        self._sets = sorted(sets, key=lambda rare: rare.most)
        self.key: Hashable = frozenset(rare.key for rare in sets)

    def rows(self, since: int, end: int) -> NDArray[Any]:
        """Those from the row `since` on, before `end`, ascending."""
        bounds = np.array((since, end), np.uint32)
        rows: NDArray[Any] | None = None
        for rare in self._sets:
            found = rare.rows(since)
            begin, behind = found.searchsorted(bounds)
            found = found[begin:behind]
            rows = found if rows is None else _both(rows, found)
        return np.empty(0, np.uint32) if rows is None else rows


def _both(fewer: NDArray[Any], more: NDArray[Any]) -> NDArray[Any]:
    """The rows that are in both, each of which has them ascending."""
    if len(more) > _APART * len(fewer):
        places = more.searchsorted(fewer)
        places[places == len(more)] = 0
        found: NDArray[Any] = fewer[more.take(places) == fewer]
        return found
    return np.intersect1d(fewer, more, assume_unique=True)
