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

_ZONE = 1_024

_MANY = 20_000
"""Rows that are sorted quickly enough whenever a page is asked for."""


class Zones(NamedTuple):
    """Stretches of the sorted rows, `_ZONE` each, of those with a date and then of the others: what
    could be found in one is told without looking at its rows."""

    begins: NDArray[Any]
    ends: NDArray[Any]
    first: NDArray[Any]
    """The least row of each."""
    low: NDArray[Any]
    high: NDArray[Any]
    """The earliest and the latest start."""
    reach: NDArray[Any]
    """The latest end."""

    @classmethod
    def of(cls, rows: NDArray[Any], dated: int, starts: Any, ends: Any) -> Zones:
        """The zones of sorted rows; starts and ends are columns, None if there are no dates."""
        begins = np.append(np.arange(0, dated, _ZONE), np.arange(dated, len(rows), _ZONE))
        bounds = np.append(begins[1:], len(rows))
        first = np.minimum.reduceat(rows, begins) if len(rows) else rows
        if starts is None or not len(rows):
            none = np.zeros(len(begins), np.int64)
            return cls(begins, bounds, first, none, none, none)
        reach = np.maximum.reduceat(ends[rows], begins)
        return cls(begins, bounds, first, starts[rows[begins]], starts[rows[bounds - 1]], reach)


class WindowEdges(NamedTuple):
    """What a window asks of starts and ends: some start from `low` to `high`, and some end behind
    `reach`."""

    low: int
    high: int
    reach: int


class Sorting(NamedTuple):
    """All rows there were: the first `dated` by start, end and statement, the others, which have no
    date, by statement. Rows that were added since are not among them."""

    clock: str
    rows: NDArray[Any]
    dated: int
    zones: Zones

    def near(self, size: int, edges: WindowEdges | None) -> NDArray[np.bool_] | None:
        """In which zones there can be any of the first `size` rows within the edges; None if in all
        of them."""
        zones = self.zones
        if size >= len(self.rows) and edges is None:
            return None
        near: NDArray[np.bool_] = zones.first < np.uint32(min(size, len(self.rows) + 1))
        if edges is not None:
            near &= zones.begins < self.dated
            near &= (zones.high >= np.int64(edges.low)) & (zones.low <= np.int64(edges.high))
            near &= zones.reach >= np.int64(edges.reach)
        return near

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

    def rows_in(self, near: NDArray[np.bool_]) -> int:
        """How many rows these zones have."""
        return int((self.zones.ends - self.zones.begins)[near].sum())

    def pieces(
        self, position: int, size: int, near: NDArray[np.bool_] | None, *, turned: bool
    ) -> Iterator[NDArray[Any]]:
        """The rows from a position on, in this order or turned around, those without a date last
        in both; only of the zones that are `near`, if these are given. Each piece is about twice as
        long as the one before, the first has `size`."""
        for first, last in ((0, self.dated), (self.dated, len(self.rows))):
            if position >= last:
                continue
            behind = max(position, first)
            low, high = (first, first + last - behind) if turned else (behind, last)
            for begin, end in self._stretches(low, high, near, turned=turned):
                while begin < end:
                    if turned:
                        yield self.rows[max(begin, end - size) : end][::-1]
                        end -= size
                    else:
                        yield self.rows[begin : min(begin + size, end)]
                        begin += size
                    size *= 2

    def _stretches(
        self, low: int, high: int, near: NDArray[np.bool_] | None, *, turned: bool
    ) -> Iterator[tuple[int, int]]:
        """Where the near zones lie between two places, those that follow each other together."""
        if near is None:
            return iter([(low, high)])
        begins, ends = self.zones.begins, self.zones.ends
        chosen = np.flatnonzero(near & (ends > low) & (begins < high))
        apart = np.flatnonzero(np.diff(chosen) > 1) + 1
        groups = [group for group in np.split(chosen, apart) if len(group)]
        found = [
            (max(low, int(begins[group[0]])), min(high, int(ends[group[-1]]))) for group in groups
        ]
        return reversed(found) if turned else iter(found)

    def _key(self, *values: NDArray[Any]) -> Callable[[int], tuple[int, ...]]:
        return lambda place: tuple(int(column[self.rows[place]]) for column in values)


def sorted_rows(columns: Columns, clock: str) -> Sorting:
    """All rows, sorted: for a million some 0.5 s, in which other threads go on."""
    size = len(columns.ends["said"])  # what is added last to a row
    sts = columns.st.values[:size]
    if clock == "recorded":
        rows = np.argsort(sts, kind="stable").astype(np.uint32)
        return Sorting(clock, rows, size, Zones.of(rows, size, None, None))
    starts, ends = columns.starts[clock].values[:size], columns.ends[clock].values[:size]
    rows = np.lexsort((sts, ends, starts)).astype(np.uint32)
    dated = int(np.count_nonzero(starts != np.int64(OPEN_END)))
    return Sorting(clock, rows, dated, Zones.of(rows, dated, starts, ends))


def is_stale(columns: Columns, clock: str) -> bool:
    """Whether so many rows were added since they were sorted that they are to be sorted again."""
    kept = columns.sortings.get(clock)
    known = 0 if kept is None else len(kept.rows)
    return len(columns) - known > max(_MANY, known // 8)
