"""The rows of columns in the order of one clock."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from projections.queries.columns.columns import Columns
from projections.storage.schema import OPEN_END

__all__ = ["CLOCKS", "Sorting", "is_stale", "sorted_rows"]

CLOCKS: Final = ("occurred", "said", "recorded")

_MANY = 20_000
"""Rows that are sorted quickly enough whenever a page is asked for."""


class Sorting(NamedTuple):
    """All rows there were: the first `dated` by start, end and statement, the others, which have no
    date, by statement. Rows that were added since are not among them."""

    clock: str
    rows: NDArray[Any]
    dated: int

    def position(
        self, columns: Columns, after: tuple[int | None, int | None, int] | None, *, turned: bool
    ) -> int:
        """How many rows come up to `after`, in this order or turned around."""
        if after is None:
            return 0
        start, end, st = after
        first, last = 0, self.dated
        wanted: tuple[int, ...] = (st,)
        if self.clock == "recorded":
            key = self._key(columns.st.values)
        elif start is None or end is None:
            first, last, key = self.dated, len(self.rows), self._key(columns.st.values)
        else:
            wanted = (start, end, st)
            starts, ends = columns.starts[self.clock].values, columns.ends[self.clock].values
            key = self._key(starts, ends, columns.st.values)
        places = range(len(self.rows))
        if turned:
            return first + last - bisect_left(places, wanted, first, last, key=key)
        return bisect_right(places, wanted, first, last, key=key)

    def position_of(self, columns: Columns, second: int, *, turned: bool) -> int:
        """How many rows come before those that start at `second` or later, or, turned around, at
        `second` or earlier."""
        key = self._key(columns.starts[self.clock].values)
        places = range(self.dated)
        wanted: tuple[int, ...] = (second,)
        if turned:
            return self.dated - bisect_right(places, wanted, key=key)
        return bisect_left(places, wanted, key=key)

    def pieces(self, position: int, size: int, *, turned: bool) -> Iterator[NDArray[Any]]:
        """The rows from a position on, in this order or turned around, those without a date last
        in both; each piece is at most twice as long as the one before, the first has `size`."""
        for first, last in ((0, self.dated), (self.dated, len(self.rows))):
            while position < last:
                end = min(position + size, last)
                if turned:
                    yield self.rows[first + last - end : first + last - position][::-1]
                else:
                    yield self.rows[position:end]
                position, size = end, 2 * size

    def _key(self, *values: NDArray[Any]) -> Callable[[int], tuple[int, ...]]:
        return lambda place: tuple(int(column[self.rows[place]]) for column in values)


def sorted_rows(columns: Columns, clock: str) -> Sorting:
    """All rows, sorted: for a million some 0.5 s, in which other threads go on."""
    size = len(columns.ends["said"])  # what is added last to a row
    sts = columns.st.values[:size]
    if clock == "recorded":
        return Sorting(clock, np.argsort(sts, kind="stable").astype(np.uint32), size)
    starts, ends = columns.starts[clock].values[:size], columns.ends[clock].values[:size]
    rows = np.lexsort((sts, ends, starts)).astype(np.uint32)
    return Sorting(clock, rows, int(np.count_nonzero(starts != np.int64(OPEN_END))))


def is_stale(columns: Columns, clock: str) -> bool:
    """Whether so many rows were added since they were sorted that they are to be sorted again."""
    kept = columns.sortings.get(clock)
    known = 0 if kept is None else len(kept.rows)
    return len(columns) - known > max(_MANY, known // 8)
