"""The rows that a filter selects, and what is asked of them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from projections.answers.choices import Order
from projections.queries.columns.columns import ACTOR, Columns
from projections.queries.columns.counting import days_of, largest_of, starting_between, tally
from projections.queries.columns.pages import SortKey, first_of, sort_key_of
from projections.queries.columns.sorting import WindowEdges
from projections.queries.listing.filter import StatementFilter
from projections.storage.schema import OPEN_END, OPEN_START, SOURCE

__all__ = ["Hits", "truths_of"]


_TRIED = 14_000
"""Rows that are looked at in their order before all rows are looked at."""
_PIECE = 2_048
"""How many of them first; then twice as many, and so on."""

_FEW = 20_000
"""Rows that are sorted, or looked at piece by piece, for a page: it takes a millisecond at most."""

_SOME = 6_000
"""Rows that are tested, wherever they lie, before any are walked through in their order."""

Test = Callable[[Any], NDArray[np.bool_]]
"""Whether rows, an array of numbers or a slice, are selected."""


class Hits:
    """The rows that pass `test` of those there were at `revision`. `among` are rows, ascending, of
    which each that passes is one, where these are few; `filter_` is what is tested."""

    def __init__(
        self,
        columns: Columns,
        filter_: StatementFilter,
        revision: int,
        among: NDArray[Any] | None,
        test: Test,
    ) -> None:
        self.columns = columns
        self.filter_ = filter_
        self.revision = revision
        self._among = among
        self._test = test

    @cached_property
    def few(self) -> NDArray[Any] | None:
        """Their numbers, ascending, where few rows could pass."""
        among = self._among
        return None if among is None else among[self._test(among)]

    @cached_property
    def truths(self) -> NDArray[np.bool_]:
        """A truth value for each row there was."""
        size = self.columns.rows_at(self.revision)
        return self._test(slice(size)) if self.few is None else truths_of(self.few, size)

    @property
    def total(self) -> int:
        """How many rows there are."""
        return int(np.count_nonzero(self.truths)) if self.few is None else len(self.few)

    def first(self, order: Order, after: SortKey | None, limit: int) -> NDArray[Any]:
        """Up to `limit` rows behind the key `after`, in this order."""
        among = self._among
        rows = self.few if among is not None and len(among) < _SOME else None
        if rows is None:
            rows, is_sorted = self._near(order, after, limit)
            if is_sorted:
                return rows[:limit]
        return first_of(self.columns, rows, order, after, limit)

    def statements_of(self, rows: NDArray[Any]) -> tuple[list[int], list[int]]:
        """The statements of these rows, by when they were recorded; and revisions at which they
        were as they are, see `Columns.changes_of`."""
        columns = self.columns
        return columns.st.values[rows].tolist(), columns.changes_of(rows, self.revision)

    def sort_key_of(self, row: int, order: Order) -> SortKey:
        """The key behind which a page goes on after the row."""
        return sort_key_of(self.columns, row, order)

    def _near(self, order: Order, after: SortKey | None, limit: int) -> tuple[NDArray[Any], bool]:
        """Rows among which the first `limit` behind `after` are, and whether all of them are behind
        it and in this order."""
        clock, turned = order.lstrip("-"), order.startswith("-")
        sorting = self.columns.sortings.get(clock)
        if sorting is None:
            return self._rows(), False
        size, covered = self.columns.rows_at(self.revision), len(sorting.rows)
        test = self._test if self._among is None else self._test_any
        newer = np.arange(min(covered, size), size, dtype=np.uint32)
        found = [newer[test(newer)] if len(newer) else newer]
        position = sorting.position(self.columns, after, turned=turned)
        near = sorting.near(size, self._edges(clock))
        few = near is not None and sorting.rows_in(near) < _FEW
        wanted, tried = limit, 0
        for piece in sorting.pieces(position, _PIECE, near, turned=turned):
            if tried >= _TRIED and not few and self.total < _FEW:
                return self._rows(), False
            rows = piece[piece < size] if size < covered else piece
            rows = rows[test(rows) if few or tried < _TRIED else self.truths[rows]]
            found.append(rows)
            wanted -= len(rows)
            tried += len(piece)
            if wanted <= 0:
                break
        return np.concatenate(found), not len(found[0])

    def _rows(self) -> NDArray[Any]:
        return np.flatnonzero(self.truths) if self.few is None else self.few

    @cached_property
    def _test_any(self) -> Test:
        """The test for rows that need not be `among` those that are few."""
        among = self._among if self._among is not None else np.empty(0, np.uint32)
        truths, test = truths_of(among, self.columns.rows_at(self.revision)), self._test
        return lambda rows: truths[rows] & test(rows)

    def _edges(self, clock: str) -> WindowEdges | None:
        """What the window by this clock asks, if there is one."""
        filter_ = self.filter_
        window = {"occurred": filter_.occurred, "said": filter_.said}.get(clock)
        if window is None:
            return None
        earliest = OPEN_START if window.earliest is None else window.earliest
        latest = OPEN_END if window.latest is None else window.latest
        low = OPEN_START if filter_.match == "possible" else earliest
        return WindowEdges(low, latest, earliest)

    def kinds(self) -> dict[int, int]:
        """How many rows there are of each kind, by its number."""
        return tally(self._of(self.columns.kind.values))

    def standings(self) -> dict[int, int]:
        """How many rows have each standing, by its number."""
        return tally(self._of(self.columns.standings_at(self.revision)))

    def largest(self, field: int, most: int) -> dict[str, int]:
        """How many rows have each key of a field, for the `most` frequent keys."""
        terms = self.columns.terms[field]
        return largest_of(terms.counts(self.truths), terms.keys, most)

    def largest_actors(self, owned: Mapping[int, Sequence[str]], most: int) -> dict[str, int]:
        """The same for actors, by one of their keys: those of each that is `owned` count together,
        under the first of them that any row has."""
        terms, truths = self.columns.terms[ACTOR], self.truths
        counts = terms.counts(truths)
        for keys in owned.values():
            numbers = [number for key in keys if (number := terms.number_of(key)) is not None]
            named = [number for number in numbers if number < len(counts) and counts[number]]
            if len(named) > 1:
                rows = terms.rows_of([terms.keys[number] for number in named])
                counts[named] = 0
                counts[named[0]] = np.count_nonzero(truths[rows[rows < len(truths)]])
        return largest_of(counts, terms.keys, most)

    def days(self, date: str, begin: int) -> Iterator[tuple[int | None, dict[int, int]]]:
        """How many rows start on each day, by standing, each with a second of that day. Those that
        start before `begin` are together, with an earlier second; those without a known start
        too, with None."""
        starts = self._of(self.columns.starts[date].values)
        standings = self._of(self.columns.standings_at(self.revision))
        unknown = (starts == np.int64(OPEN_END)) | (starts == np.int64(OPEN_START))
        yield None, tally(standings[unknown])
        if begin > OPEN_START:
            early = ~unknown & (starts < np.int64(begin))
            yield begin - 1, tally(standings[early])
            unknown |= early
        for second, counts in days_of(starts[~unknown], standings[~unknown]):
            yield max(second, begin), counts

    def recorded_between(self, edges: Sequence[int]) -> list[dict[int, int]]:
        """How many rows are of statements that were recorded from each of these revisions up to,
        not including, the next one, by standing."""
        sts = self._of(self.columns.st.values)
        return starting_between(sts, self._of(self.columns.standings_at(self.revision)), edges)

    def sources(self, after: str, most: int) -> list[tuple[str, int, int]]:
        """The first sources behind `after`, how many rows name each, and the statement among them
        whose sources were recorded or corrected last."""
        terms, truths = self.columns.terms[SOURCE], self.truths
        named = np.flatnonzero(terms.counts(truths)).tolist()
        keys = heapq.nsmallest(most, (key for n in named if (key := terms.keys[n]) > after))
        found = []
        for key in keys:
            rows = terms.rows_of((key,))
            rows = rows[: np.searchsorted(rows, np.uint32(len(truths)))]
            rows = rows[truths[rows]]
            last = rows[np.argmax(self.columns.sourced.values[rows])]
            found.append((key, len(rows), int(self.columns.st.values[last])))
        return found

    def _of(self, values: NDArray[Any]) -> NDArray[Any]:
        """The values of the rows, in a column."""
        found: NDArray[Any] = values[: len(self.truths)] if self.few is None else values
        return found[self.truths if self.few is None else self.few]


def truths_of(rows: NDArray[Any], size: int) -> NDArray[np.bool_]:
    """These rows, ascending, as truth values for the first `size` rows."""
    truths = np.zeros(size, np.bool_)
    truths[rows[: np.searchsorted(rows, np.uint32(size))]] = True
    return truths
