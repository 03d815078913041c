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
from projections.queries.columns.orders.sorting import Sorting, WindowEdges

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

    def __init__(self, first: int) -> None:
        self.size = self._first = first
        self.tried = 0
        self._found = 0

    def note(self, tried: int, found: int, wanted: int) -> None:
        """Of `tried` rows `found` have passed, and `wanted` ones are still to be found."""
        self.tried += tried
        self._found += found
        likely = self.tried * (wanted + wanted // 4) // (self._found + 1)
        self.size = max(self._first, min(likely, _GROWTH * self.size))


class Walk(NamedTuple):
    """Looks for `limit` rows after the key `after`, among the first `size` rows of the columns,
    that pass all conditions. `edges` are the limits of windows, by clock. If `among` is given, only
    its rows can pass; it is a small set. `mask` tests all rows."""

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
        position = 0
        if self.after is not None:
            position = sorting.position(self.columns, self.after, turned=self.turned)
        bounds = sorting.within(self.columns, self.edges.get(sorting.clock), self.size)
        sections = sorting.sections(position, bounds, turned=self.turned)
        early = self._is_early(sorting)
        pace = _Pace(self._enough(sorting, early=early))
        if self.among is not None:
            pieces = self._among(sorting, self.among, sections, pace)
            return self._first(sorting, pieces, pace, lambda: True)
        soon = partial(self._is_soon_through, sorting, sections)
        return self._first(sorting, self._all(sorting, sections, pace, early=early), pace, soon)

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
        pieces: Iterator[NDArray[Any]],
        pace: _Pace,
        soon: Callable[[], bool],
    ) -> NDArray[Any] | None:
        """The first rows of the chunks that pass. `soon` returns whether the walk is short."""
        found: list[NDArray[Any]] = []
        conditions, is_soon = self.conditions, False
        wanted, most = self.limit, max(_TRIED, self.size // _SHARE)
        for piece in pieces:
            if pace.tried >= most and not is_soon:
                is_soon = soon()
                if not is_soon:
                    mask, is_soon = self.mask(), True
                    if np.count_nonzero(mask) < _FEW:
                        return None
                    conditions = [mask.take]
            rows = piece.astype(np.intp)
            if self.size < sorting.end:
                rows = rows[rows < self.size]
            rows = passing(conditions, rows)
            found.append(rows)
            wanted -= len(rows)
            if wanted <= 0:
                break
            pace.note(len(piece), len(rows), wanted)
        if len(found) == 1:
            return found[0]
        return np.concatenate(found) if found else np.empty(0, np.intp)

    def _enough(self, sorting: Sorting, *, early: bool) -> int:
        """The size of the first chunk: a quarter more than `limit` if most rows pass, else several
        times that."""
        limit = max(self.limit, _LEAST)
        wanted, there = limit + limit // 4, self.size - sorting.least
        if there < len(sorting.rows) and sorting.clock != "recorded":  # the other rows came later
            return min(_PIECE, max(_TIMES * wanted, wanted * len(sorting.rows) // there))
        if len(self.conditions) > (2 if sorting.clock in self.edges and not early else 1):
            return _TIMES * wanted  # conditions beside validity and the window of this clock
        return wanted

    def _all(
        self, sorting: Sorting, sections: Sequence[tuple[int, int]], pace: _Pace, *, early: bool
    ) -> Iterator[NDArray[Any]]:
        """The rows of the sections in chunks, without zones in which no row can pass."""
        rows, first = sorting.rows, 0 if early else pace.size
        ranges = self._ranges(sorting, sections, first)
        if self.turned:
            return _pieces((rows[low:high][::-1] for low, high in ranges), pace)
        return _pieces((rows[low:high] for low, high in ranges), pace)

    def _ranges(
        self, sorting: Sorting, sections: Sequence[tuple[int, int]], size: int
    ) -> Iterator[tuple[int, int]]:
        """The stretches of the sections. Finding these takes as long as testing the first rows, so
        `size` of those come before."""
        left = sections
        if sections and size:
            low, high = sections[0]
            if high - low <= size:
                yield low, high
                left = sections[1:]
            elif self.turned:
                yield high - size, high
                left = [(low, high - size), *sections[1:]]
            else:
                yield low, low + size
                left = [(low + size, high), *sections[1:]]
        yield from self._stretches(sorting, left)

    def _is_early(self, sorting: Sorting) -> bool:
        """Whether the walk begins with the earliest of all rows, of which few reach into the window
        of this clock."""
        if self.turned or self.after is not None:
            return False
        edges = self.edges.get(sorting.clock)
        return edges is not None and edges.low < edges.reach

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
