"""The first rows of a page: walks sorted rows from the page's beginning until the page is full."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from projections.queries.columns.columns import Columns
from projections.queries.columns.conditions import RowCheck, passing
from projections.queries.columns.having.rare import Among
from projections.queries.columns.orders.pages import SortKey
from projections.queries.columns.orders.sorting import Sorting
from projections.queries.columns.orders.windows import WindowEdges

__all__ = ["Walk"]

_PIECE = 1_024
"""The largest size of the first chunk of rows."""
_TIMES = 4
"""If several conditions are tested, the first chunk has this many times as many rows."""
_LEAST = 50
"""The least number of rows that is worth testing."""
_GROWTH = 8
"""A chunk has at most this many times as many rows as the one before."""

_TRIED = 14_000
_SHARE = 16
"""After this many rows, or one in this many, the walk gives up and tests all rows at once."""

_NEAR = 2_000
"""Up to this many rows are tested without checking zones first."""

_FEW = 20_000
"""Up to this many rows are walked chunk by chunk, however few of them pass."""


class _Pace:
    """The size of the next chunk: as many rows as should contain what is wanted, judging by how
    many of the rows before have passed."""

    def __init__(self, first: int, wanted: int) -> None:
        self.size = self._first = first
        self.wanted = wanted
        self.tried = 0
        self._found = 0

    def note(self, tried: int, found: int) -> None:
        """Of `tried` rows `found` have passed."""
        self.tried += tried
        self._found += found
        self.wanted -= found
        likely = self.tried * (self.wanted + self.wanted // 4) // (self._found + 1)
        self.size = max(self._first, min(likely, _GROWTH * self.size))


class Walk(NamedTuple):
    """Looks for `limit` rows after the key `after`, among the first `size` rows of the columns,
    that pass all conditions and lie within `edges`, the limits of windows, by clock. If `among` is
    given, only its rows can pass; it is a small set. `mask` tests all rows."""

    columns: Columns
    size: int
    after: SortKey | None
    limit: int
    turned: bool
    edges: Mapping[str, WindowEdges]
    among: Among | None
    conditions: Sequence[RowCheck]
    mask: Callable[[], NDArray[np.bool_]]

    def through(self, sorting: Sorting) -> NDArray[Any] | None:
        """The rows of a sorting that pass, in its order: `limit` or a few more, if there are that
        many. None if so few pass that it is quicker to sort the result of testing all rows."""
        position, edges = 0, self.edges.get(sorting.clock)
        if self.after is not None:
            position = sorting.position(self.columns, self.after, turned=self.turned)
        bounds = sorting.within(self.columns, edges, self.size)
        sections = sorting.sections(position, bounds, turned=self.turned)
        early = self._is_early(edges)
        conditions = self._conditions_in(sorting)
        pace = _Pace(self._first_size(sorting, early=early), self.limit)
        if self.among is not None:
            pieces = self._among(sorting, self.among, sections, pace)
            return self._first(sorting, conditions, pieces, pace, lambda: True)
        if early or not sections:
            return self._through_zones(sorting, conditions, sections, pace)
        # To find the zones that are near takes as long as to test the first rows.
        (low, high), sections = _cut(sections, pace.size, turned=self.turned)
        rows = self._passing(sorting, conditions, self._ranked(sorting, low, high))
        if len(rows) >= self.limit or not sections:
            return rows
        pace.note(high - low, len(rows))
        others = self._through_zones(sorting, conditions, sections, pace)
        return None if others is None else np.concatenate((rows, others))

    def _conditions_in(self, sorting: Sorting) -> list[RowCheck]:
        """The conditions on rows of a sorting that start within the limits of its own clock."""
        conditions = [*self.conditions]
        for clock, edges in self.edges.items():
            own = clock == sorting.clock
            find = edges.checks_of_ends if own else edges.checks
            conditions += find(self.columns, clock)
        return conditions

    def _through_zones(
        self,
        sorting: Sorting,
        conditions: Sequence[RowCheck],
        sections: Sequence[tuple[int, int]],
        pace: _Pace,
    ) -> NDArray[Any] | None:
        """The first rows of the sections that pass, without looking at zones where none can."""
        ranges = self._stretches(sorting, sections)
        pieces = _pieces((self._ranked(sorting, low, high) for low, high in ranges), pace)
        soon = partial(self._is_soon_through, sorting, sections)
        return self._first(sorting, conditions, pieces, pace, soon)

    def _ranked(self, sorting: Sorting, low: int, high: int) -> NDArray[Any]:
        """The rows of these ranks, in the order of the walk."""
        rows = sorting.rows[low:high]
        return rows[::-1] if self.turned else rows

    def _passing(
        self, sorting: Sorting, conditions: Sequence[RowCheck], piece: NDArray[Any]
    ) -> NDArray[Any]:
        rows = piece.astype(np.intp)
        if self.size < sorting.end:
            rows = rows[rows < self.size]
        return passing(conditions, rows)

    def _is_soon_through(self, sorting: Sorting, sections: Sequence[tuple[int, int]]) -> bool:
        """Whether the walk is short, even if no row passes."""
        return sum(high - low for low, high in self._stretches(sorting, sections)) < _FEW

    def _stretches(
        self, sorting: Sorting, sections: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, int]]:
        """The parts of the sections that can contain rows that pass."""
        near = sorting.near(self.size, self.edges)
        for low, high in sections:
            yield from sorting.stretches(low, high, near, turned=self.turned)

    def _first(
        self,
        sorting: Sorting,
        conditions: Sequence[RowCheck],
        pieces: Iterator[NDArray[Any]],
        pace: _Pace,
        soon: Callable[[], bool],
    ) -> NDArray[Any] | None:
        """The first rows of the chunks that pass. `soon` returns whether the walk is short."""
        found: list[NDArray[Any]] = []
        is_soon, most = False, max(_TRIED, self.size // _SHARE)
        for piece in pieces:
            if pace.tried >= most and not is_soon:
                is_soon = soon()
                if not is_soon:
                    mask, is_soon = self.mask(), True
                    if np.count_nonzero(mask) < _FEW:
                        return None
                    conditions = [mask.take]
            rows = self._passing(sorting, conditions, piece)
            found.append(rows)
            if len(rows) >= pace.wanted:
                break
            pace.note(len(piece), len(rows))
        if len(found) == 1:
            return found[0]
        return np.concatenate(found) if found else np.empty(0, np.intp)

    def _first_size(self, sorting: Sorting, *, early: bool) -> int:
        """The size of the first chunk: a quarter more than `limit` if most rows pass, else several
        times that."""
        limit = max(self.limit, _LEAST)
        wanted, there = limit + limit // 4, self.size - sorting.least
        if there < len(sorting.rows) and sorting.clock != "recorded":  # the other rows came later
            return min(_PIECE, max(_TIMES * wanted, wanted * len(sorting.rows) // there))
        others = len(self.edges) - (sorting.clock in self.edges)
        if len(self.conditions) > 1 or others or early:
            return _TIMES * wanted  # more than validity and the window of this clock
        return wanted

    def _is_early(self, edges: WindowEdges | None) -> bool:
        """Whether the walk begins with the earliest of all rows, of which few reach into the window
        of this clock."""
        if edges is None or self.turned or self.after is not None:
            return False
        return edges.low < edges.reach

    def _among(
        self,
        sorting: Sorting,
        among: Among,
        sections: Sequence[tuple[int, int]],
        pace: _Pace,
    ) -> Iterator[NDArray[Any]]:
        ranks = sorting.rank_cache.find(among.key)
        if ranks is None:
            rows = among.rows(sorting.least, sorting.end)
            ranks = np.sort(sorting.ranks.take(rows - np.uint32(sorting.least)))
            if sorting.end <= among.complete:
                sorting.rank_cache.add(among.key, ranks)
        near = sorting.near(self.size, self.edges) if len(ranks) > _NEAR else None
        for low, high in sections:
            begin, end = 0, len(ranks)
            if high - low < len(sorting.rows):
                begin, end = ranks.searchsorted(np.array((low, high), np.uint32)).tolist()
            some = ranks[begin:end]
            for piece in _pieces([some[::-1] if self.turned else some], pace):
                wanted = piece if near is None else piece[near.take(sorting.zones_of(piece))]
                yield sorting.rows.take(wanted)


def _cut(
    sections: Sequence[tuple[int, int]], size: int, *, turned: bool
) -> tuple[tuple[int, int], list[tuple[int, int]]]:
    """Up to `size` ranks at the beginning of the walk, all of the first section, and the rest."""
    (low, high), *others = sections
    if high - low <= size:
        return (low, high), others
    if turned:
        return (high - size, high), [(low, high - size), *others]
    return (low, low + size), [(low + size, high), *others]


def _pieces(parts: Iterable[NDArray[Any]], pace: _Pace) -> Iterator[NDArray[Any]]:
    """The values of all parts, in chunks of the size that the pace has then."""
    waiting: list[NDArray[Any]] = []
    missing = pace.size
    for part in parts:
        left = part
        while len(left) >= missing:
            some, left = left[:missing], left[missing:]
            yield np.concatenate([*waiting, some]) if waiting else some
            waiting, missing = [], pace.size
        if len(left):
            waiting.append(left)
            missing -= len(left)
    if waiting:
        yield np.concatenate(waiting)
