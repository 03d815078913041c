"""The first rows of a page: sorted rows are looked at from where it begins until it is full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from projections.queries.columns.columns import Columns
from projections.queries.columns.conditions import RowCheck, passing
from projections.queries.columns.having.rare import Among
from projections.queries.columns.orders.pages import SortKey
from projections.queries.columns.orders.sorting import Sorting, WindowEdges

__all__ = ["Walk"]

_PIECE = 256
"""How many rows are looked at first; then `_TIMES` as many, and so on."""
_TIMES = 4

_TRIED = 14_000
_SHARE = 16
"""Rows that are looked at in their order before all rows are looked at: so many, or one in so
many."""

_FEW = 20_000
"""Rows that are looked at piece by piece, however few of them pass."""


class Walk(NamedTuple):
    """Looks for `limit` rows behind the key `after` among the first `size` of the columns that pass
    all conditions, of which `edges` are those of windows, by clock. `among` are rows, where these
    are few, of which only those that pass are wanted; `truths` tests all."""

    columns: Columns
    size: int
    after: SortKey | None
    limit: int
    turned: bool
    edges: Mapping[str, WindowEdges]
    among: Among | None
    conditions: Sequence[RowCheck]
    truths: Callable[[], NDArray[np.bool_]]

    def through(self, sorting: Sorting) -> NDArray[Any] | None:
        """The rows of a sorting, in its order: `limit` if there are so many, or a few more. None
        where so few pass that it is quicker to look at all rows at once."""
        position = sorting.position(self.columns, self.after, turned=self.turned)
        bounds = sorting.within(self.columns, self.edges.get(sorting.clock))
        sections = [*sorting.sections(position, bounds, turned=self.turned)]
        near = sorting.near(self.size, self.edges)
        if self.among is not None:
            pieces = self._among(sorting, self.among, sections, near)
            return self._first(sorting, pieces, soon=True)
        every = [
            stretch
            for low, high in sections
            for stretch in sorting.stretches(low, high, near, turned=self.turned)
        ]
        soon = sum(high - low for low, high in every) < _FEW
        return self._first(sorting, self._all(sorting, every), soon=soon)

    def _first(
        self, sorting: Sorting, pieces: Iterator[NDArray[Any]], *, soon: bool
    ) -> NDArray[Any] | None:
        """The first rows of the pieces that pass. `soon`: few are looked at."""
        found, conditions = list[NDArray[Any]](), self.conditions
        wanted, tried, most = self.limit, 0, max(_TRIED, self.size // _SHARE)
        for piece in pieces:
            if tried >= most and not soon:
                truths, soon = self.truths(), True
                if np.count_nonzero(truths) < _FEW:
                    return None
                conditions = [truths.take]
            rows = piece.astype(np.intp)
            if self.size < sorting.end:
                rows = rows[rows < self.size]
            rows = passing(conditions, rows)
            found.append(rows)
            wanted -= len(rows)
            tried += len(piece)
            if wanted <= 0:
                break
        return np.concatenate(found) if found else np.empty(0, np.intp)

    def _all(
        self, sorting: Sorting, stretches: Sequence[tuple[int, int]]
    ) -> Iterator[NDArray[Any]]:
        size = _PIECE
        for low, high in stretches:
            for piece in _pieces(sorting.rows[low:high], size, turned=self.turned):
                yield piece
                size = max(size, len(piece))

    def _among(
        self,
        sorting: Sorting,
        among: Among,
        sections: Sequence[tuple[int, int]],
        near: NDArray[np.bool_] | None,
    ) -> Iterator[NDArray[Any]]:
        places = sorting.kept.find(among.key)
        if places is None:
            rows = among.rows(sorting.least, sorting.end)
            places = np.sort(sorting.places.take(rows - np.uint32(sorting.least)))
            if sorting.end <= among.complete:
                sorting.kept.keep(among.key, places)
        for section in sections:
            begin, end = places.searchsorted(np.array(section, np.uint32))
            for piece in _pieces(places[begin:end], _PIECE, turned=self.turned):
                wanted = piece if near is None else piece[near.take(sorting.zones_of(piece))]
                yield sorting.rows.take(wanted)


def _pieces(values: NDArray[Any], size: int, *, turned: bool) -> Iterator[NDArray[Any]]:
    """All of them, from their beginning or from their end, in pieces that grow."""
    done = 0
    while done < len(values):
        end = len(values) - done
        yield values[max(0, end - size) : end][::-1] if turned else values[done : done + size]
        done += size
        size *= _TIMES
