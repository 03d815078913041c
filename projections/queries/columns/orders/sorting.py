"""Rows of columns, sorted by one clock."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from projections.queries.columns.columns import Columns
from projections.queries.columns.orders.rank_cache import RankCache
from projections.queries.columns.orders.windows import WindowEdges
from projections.storage.schema import OPEN_END, OPEN_START

__all__ = ["CLOCKS", "Sorting", "ZoneMap", "ZoneSpans", "is_stale", "sort_further"]

CLOCKS: Final = ("occurred", "said", "recorded")

_ZONE = 1_024

_AT_ONCE = 64
"""Zones that are looked at together: what is copied of their rows is gone before the next ones."""

_FEWEST = 2_000
"""Up to this many new rows are scanned for each page instead of being sorted."""

_TIMES = 8
"""New rows are sorted together with the sorting before, unless that has this many times as many
rows. So there are few sortings, and each row is sorted a few times only."""


class ZoneSpans(NamedTuple):
    """By zone, for one clock: the earliest and the latest start, and the latest end."""

    low: NDArray[Any]
    high: NDArray[Any]
    reach: NDArray[Any]

    @classmethod
    def room(cls, zones: int) -> ZoneSpans:
        """Of so many zones, to be filled in."""
        return cls(*(np.empty(zones, np.int64) for _ in range(3)))


class ZoneMap(NamedTuple):
    """Zones of `_ZONE` sorted rows, first those with a date, then the others. Their bounds show
    which zones cannot contain a wanted row."""

    begins: NDArray[Any]
    ends: NDArray[Any]
    first: NDArray[Any]
    """The smallest row number of each zone."""
    spans: dict[str, ZoneSpans]
    """The spans by every clock, whichever clock sorts the rows."""

    @classmethod
    def of(cls, columns: Columns, rows: NDArray[Any], dated: int) -> ZoneMap:
        """The zones of sorted rows."""
        begins = np.append(np.arange(0, dated, _ZONE), np.arange(dated, len(rows), _ZONE))
        bounds = np.append(begins[1:], len(rows))
        least = np.empty(len(begins), np.uint32)
        spans = {clock: ZoneSpans.room(len(begins)) for clock in columns.starts}
        for first in range(0, len(begins), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            within, at = rows[begins[first] : bounds[some][-1]], begins[some] - begins[first]
            least[some] = np.minimum.reduceat(within, at)
            for clock, found in spans.items():
                starts = columns.starts[clock].values.take(within)
                ends = columns.ends[clock].values.take(within)
                found.low[some] = np.minimum.reduceat(starts, at)
                found.reach[some] = np.maximum.reduceat(ends, at)
                starts[starts == np.int64(OPEN_END)] = OPEN_START
                found.high[some] = np.maximum.reduceat(starts, at)
        return cls(begins, bounds, least, spans)


class Sorting(NamedTuple):
    """A range of consecutive rows, sorted: the first `dated` by start, end and statement, the
    others, which have no date, by statement."""

    clock: str
    least: int
    """The first row of the range."""
    end: int
    """The row after the range."""
    rows: NDArray[Any]
    ranks: NDArray[Any]
    """The rank of each row of the range in the sorted order."""
    dated: int
    zones: ZoneMap
    rank_cache: RankCache

    @classmethod
    def of(cls, columns: Columns, clock: str, least: int, end: int) -> Sorting:
        """Sort the rows from `least` up to `end`: a million takes some 0.5 s, during which other
        threads can run."""
        sts, dated = columns.st.values[least:end], end - least
        if clock == "recorded":
            order = np.argsort(sts, kind="stable")
        else:
            starts = columns.starts[clock].values[least:end]
            order = np.lexsort((sts, columns.ends[clock].values[least:end], starts))
            dated = int(np.count_nonzero(starts != np.int64(OPEN_END)))
        ranks = np.empty(len(order), np.uint32)
        ranks[order] = np.arange(len(order), dtype=np.uint32)
        rows = (order + least).astype(np.uint32)
        zones = ZoneMap.of(columns, rows, dated)
        return cls(clock, least, end, rows, ranks, dated, zones, RankCache())

    def within(self, columns: Columns, edges: WindowEdges | None, size: int) -> tuple[int, int]:
        """The range of ranks whose rows start within the edges; when sorted by recording, of
        statements that were recorded with the first `size` rows."""
        if self.clock == "recorded" and self.least < size < self.end:
            sts, last = columns.st.values, columns.revisions.values[size - 1]
            return 0, bisect_right(range(len(self.rows)), last, key=lambda n: sts[self.rows[n]])
        if edges is None:
            return 0, len(self.rows)
        low = self._started(columns, edges.low, "left") if edges.low > OPEN_START else 0
        return low, self._started(columns, edges.high, "right")

    def _started(self, columns: Columns, second: int, side: Literal["left", "right"]) -> int:
        """The number of ranks whose rows start before the second; with "right", at it too."""
        zones, starts = self.zones, columns.starts[self.clock].values
        highs = zones.spans[self.clock].high
        dated = -(-self.dated // _ZONE)
        zone = int(highs[:dated].searchsorted(np.int64(second), side))
        if zone == dated:
            return self.dated
        search = bisect_left if side == "left" else bisect_right
        begin, end = int(self.zones.begins[zone]), int(self.zones.ends[zone])
        return search(range(end), second, begin, key=lambda rank: starts[self.rows[rank]])

    def near(self, size: int, edges: Mapping[str, WindowEdges]) -> NDArray[np.bool_] | None:
        """By zone, whether it can contain any of the first `size` rows that lie within the edges of
        all windows, by clock; None if all zones can. Starts within this sorting's own edges are
        ensured elsewhere, and then ends are late enough too, unless the window asks for later
        ends."""
        others = {
            clock: one for clock, one in edges.items() if clock != self.clock or one.reach > one.low
        }
        if size >= self.end and not others:
            return None
        near: NDArray[np.bool_] = self.zones.first < np.uint32(min(size, self.end + 1))
        for clock, (low, high, reach, _) in others.items():
            spans = self.zones.spans[clock]
            near &= (spans.low <= np.int64(high)) & (spans.reach >= np.int64(reach))
            near &= spans.high >= np.int64(low)
        return near

    def zones_of(self, ranks: NDArray[Any]) -> NDArray[Any]:
        """The zone of each of these ranks; either all ranks have a date, or none."""
        if not len(ranks) or ranks[0] < self.dated:
            return ranks // _ZONE
        return (ranks - self.dated) // _ZONE + -(-self.dated // _ZONE)

    def position(
        self, columns: Columns, after: tuple[int | None, int | None, int] | None, *, turned: bool
    ) -> int:
        """How many rows come up to `after`, in this order or reversed."""
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
        ranks = range(len(self.rows))
        if turned:
            return first + last - bisect_left(ranks, wanted, first, last, key=key)
        return bisect_right(ranks, wanted, first, last, key=key)

    def sections(
        self, position: int, bounds: tuple[int, int], *, turned: bool
    ) -> list[tuple[int, int]]:
        """The ranges of ranks from a position on, in this order or reversed: rows without a date
        come last in both. Only ranks within the bounds."""
        dated, every = self.dated, len(self.rows)
        if position == 0 and dated == every:  # the first page of most orders
            return [bounds] if bounds[0] < bounds[1] else []
        found = []
        for first, last in ((0, dated), (dated, every)):
            if position < last and first < last:
                behind = max(position, first)
                low, high = (first, first + last - behind) if turned else (behind, last)
                low, high = max(low, bounds[0]), min(high, bounds[1])
                if low < high:
                    found.append((low, high))
        return found

    def stretches(
        self, low: int, high: int, near: NDArray[np.bool_] | None, *, turned: bool
    ) -> list[tuple[int, int]]:
        """The parts of the near zones between two ranks; adjacent zones are joined."""
        if near is None:
            return [(low, high)]
        begins, ends = self.zones.begins, self.zones.ends
        first, last = ends.searchsorted(low, "right"), begins.searchsorted(high, "left")
        # The edges where near zones begin and end alternate, so every second one is an end.
        bounded = np.concatenate(([False], near[first:last], [False]))
        edges = np.flatnonzero(bounded[1:] != bounded[:-1])
        if not len(edges):
            return []
        firsts, lasts = begins[first:last][edges[::2]], ends[first:last][edges[1::2] - 1]
        firsts[0], lasts[-1] = max(low, firsts[0]), min(high, lasts[-1])
        found = [*zip(firsts.tolist(), lasts.tolist(), strict=True)]
        return found[::-1] if turned else found

    def _key(self, *values: NDArray[Any]) -> Callable[[int], tuple[int, ...]]:
        return lambda rank: tuple(int(column[self.rows[rank]]) for column in values)


def sort_further(columns: Columns, clock: str) -> tuple[Sorting, ...]:
    """The sortings, and a new one of the rows that were added since; the last ones are joined with
    it, unless they have many times as many rows."""
    end = len(columns.ends["said"])  # the last column that a new row gets
    known = list(columns.sortings.get(clock, ()))
    least = known[-1].end if known else 0
    while known and len(known[-1].rows) < _TIMES * (end - least):
        least = known.pop().least
    return (*known, Sorting.of(columns, clock, least, end))


def is_stale(columns: Columns, clock: str) -> bool:
    """Whether so many rows were added since the last sorting that they should be sorted too."""
    known = columns.sortings.get(clock)
    return len(columns) - (known[-1].end if known else 0) > _FEWEST
