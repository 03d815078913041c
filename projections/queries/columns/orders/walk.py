"""The first rows of a page: walks sorted rows from the page's beginning until the page is full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
"""The largest size of the first chunk of rows; each next one is `_TIMES` as large."""
_TIMES = 4

_TRIED = 14_000
_SHARE = 16
"""After this many rows, or one in this many, the walk gives up and tests all rows at once."""

_NEAR = 2_000
"""Up to this many rows are tested without checking zones first."""

_FEW = 20_000
"""Up to this many rows are walked chunk by chunk, however few of them pass."""


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
        if self.among is not None:
            return self._first(sorting, self._among(sorting, self.among, sections), lambda: True)
        soon = partial(self._is_soon_through, sorting, sections)
        return self._first(sorting, self._all(sorting, sections), soon)

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
        self, sorting: Sorting, pieces: Iterator[NDArray[Any]], soon: Callable[[], bool]
    ) -> NDArray[Any] | None:
        """The first rows of the chunks that pass. `soon` returns whether the walk is short."""
        found: list[NDArray[Any]] = []
        conditions, is_soon = self.conditions, False
        wanted, tried, most = self.limit, 0, max(_TRIED, self.size // _SHARE)
        for piece in pieces:
            if tried >= most and not is_soon:
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
            tried += len(piece)
            if wanted <= 0:
                break
        if len(found) == 1:
            return found[0]
        return np.concatenate(found) if found else np.empty(0, np.intp)

    def _enough(self, sorting: Sorting) -> int:
        """The size of the first chunk: a quarter more than `limit` if most rows pass, else several
        times that."""
        wanted, there = self.limit + self.limit // 4, self.size - sorting.least
        if there < len(sorting.rows) and sorting.clock != "recorded":  # the other rows came later
            return min(_PIECE, max(_TIMES * wanted, wanted * len(sorting.rows) // there))
        if len(self.conditions) > (2 if sorting.clock in self.edges else 1):
            return _TIMES * wanted  # conditions beside validity and the window of this clock
        return wanted

    def _all(self, sorting: Sorting, sections: Sequence[tuple[int, int]]) -> Iterator[NDArray[Any]]:
        """The rows of the sections in chunks, without zones in which no row can pass. Finding these
        zones takes as long as testing the first rows, so those are tested before."""
        size, left = self._enough(sorting), sections
        if sections:
            low, high = sections[0]
            if high - low <= size:
                yield sorting.rows[low:high][::-1] if self.turned else sorting.rows[low:high]
                left = sections[1:]
            elif self.turned:
                yield sorting.rows[high - size : high][::-1]
                left = [(low, high - size), *sections[1:]]
            else:
                yield sorting.rows[low : low + size]
                left = [(low + size, high), *sections[1:]]
        for low, high in self._stretches(sorting, left):
            for piece in _pieces(sorting.rows[low:high], size, turned=self.turned):
                yield piece
                size = max(size, len(piece))

    def _among(
        self,
        sorting: Sorting,
        among: Among,
        sections: Sequence[tuple[int, int]],
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
            for piece in _pieces(ranks[begin:end], self._enough(sorting), turned=self.turned):
                wanted = piece if near is None else piece[near.take(sorting.zones_of(piece))]
                yield sorting.rows.take(wanted)


def _pieces(values: NDArray[Any], size: int, *, turned: bool) -> Iterator[NDArray[Any]]:
    """All values, from the beginning or from the end, in growing chunks."""
    done = 0
    while done < len(values):
        end = len(values) - done
        yield values[max(0, end - size) : end][::-1] if turned else values[done : done + size]
        done += size
        size *= _TIMES
