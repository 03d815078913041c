"""The rows that a filter selects, and the queries about them."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from projections.answers.choices import Order
from projections.queries.columns.columns import ACTOR, UNKNOWN_LATE, Columns
from projections.queries.columns.conditions import RowCheck, mask_of, mask_until, passing
from projections.queries.columns.counting import (
    days_of,
    largest_of,
    starting_between,
    stretches_of,
    tally,
)
from projections.queries.columns.having.rare import Among
from projections.queries.columns.orders.pages import SortKey, first_of, sort_key_of
from projections.queries.columns.orders.walk import Walk
from projections.queries.columns.orders.windows import WindowEdges
from projections.storage.schema import OPEN_END, OPEN_START, SOURCE

__all__ = ["MatchingRows"]


class MatchingRows:
    """The rows, of those that existed at `revision`, that pass the conditions and lie within the
    limits of windows, `edges`, by clock. If `among` is given, only its rows can pass; it is a small
    set."""

    def __init__(
        self,
        columns: Columns,
        revision: int,
        among: Among | None,
        conditions: Sequence[RowCheck],
        edges: Mapping[str, WindowEdges],
    ) -> None:
        self.columns = columns
        self.revision = revision
        self._size = columns.rows_at(revision)
        self._among = among
        self._conditions = conditions
        self._edges = edges

    @cached_property
    def _checks(self) -> Sequence[RowCheck]:
        """All conditions, with those of the windows."""
        windows = [edges.checks(self.columns, clock) for clock, edges in self._edges.items()]
        return [*self._conditions, *chain.from_iterable(windows)]

    @cached_property
    def few(self) -> NDArray[Any] | None:
        """Their numbers, ascending, if `among` is given, else None."""
        return None if self._among is None else self._behind(0)

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """A boolean mask of all rows that existed."""
        size = self._size
        few = self.few
        return mask_until(self._checks, size) if few is None else mask_of(few, size)

    @property
    def total(self) -> int:
        """The number of rows."""
        return int(np.count_nonzero(self.mask)) if self.few is None else len(self.few)

    def first(self, order: Order, after: SortKey | None, limit: int) -> NDArray[Any]:
        """Up to `limit` rows after the key `after`, in this order."""
        columns, size, turned = self.columns, self._size, order[0] == "-"
        among, conditions = self._among, self._conditions
        walk = Walk(
            columns, size, after, limit, turned, self._edges, among, conditions, lambda: self.mask
        )
        found: list[NDArray[Any]] = []
        sorted_ = 0
        for sorting in columns.sortings.get(order[1:] if turned else order, ()):
            if sorting.least < size:
                rows = walk.through(sorting)
                if rows is None:  # too slow this way
                    return first_of(columns, self._behind(0), order, after, limit)
                found.append(rows)
                sorted_ = sorting.end
        if sorted_ >= size and len(found) == 1:
            return found[0][:limit]
        newer = self._behind(sorted_)
        return first_of(columns, np.concatenate([*found, newer]), order, after, limit)

    def statements_of(self, rows: NDArray[Any]) -> tuple[list[int], list[int]]:
        """The statements of these rows, by the revision at which they were recorded; and for each a
        revision at which it was in the same state, see `Columns.changes_of`."""
        columns = self.columns
        return columns.st.values[rows].tolist(), columns.changes_of(rows, self.revision)

    def sort_key_of(self, row: int, order: Order) -> SortKey:
        """The key after which the next page starts, if this row is the last one."""
        return sort_key_of(self.columns, row, order)

    def _behind(self, since: int) -> NDArray[Any]:
        """The rows from `since` on, ascending."""
        if since >= self._size:
            return np.empty(0, np.intp)
        if self._among is not None:
            rows = self._among.rows(since, self._size).astype(np.intp)
            return passing(self._checks, rows)
        passed = mask_until(self._checks, self._size, since) if since else self.mask
        return np.flatnonzero(passed) + since

    def kinds(self) -> dict[int, int]:
        """The number of rows of each kind, by the kind's number."""
        return tally(self._of(self.columns.kind.values))

    def standings(self) -> dict[int, int]:
        """The number of rows with each standing, by the standing's number."""
        return tally(self._standings())

    def largest(self, field: int, most: int) -> dict[str, int]:
        """The number of rows with each key of a field, for the `most` frequent keys."""
        terms = self.columns.terms[field]
        return largest_of(terms.counts(self.mask), terms.keys, most)

    def largest_actors(self, owned: Mapping[int, Sequence[str]], most: int) -> dict[str, int]:
        """The same for actors. All keys of an actor in `owned` count together, under the first of
        them that any row has."""
        terms, mask = self.columns.terms[ACTOR], self.mask
        counts = terms.counts(mask)
        for keys in owned.values():
            numbers = [number for key in keys if (number := terms.number_of(key)) is not None]
            named = [number for number in numbers if number < len(counts) and counts[number]]
            if len(named) > 1:
                rows = terms.rows_of([terms.keys[number] for number in named])
                counts[named] = 0
                counts[named[0]] = np.count_nonzero(mask[rows[rows < len(mask)]])
        return largest_of(counts, terms.keys, most)

    def days(self, date: str, begin: int) -> Iterator[tuple[int | None, dict[int, int]]]:
        """For each day, a second of that day and the number of rows that start on it, by standing.
        Rows that start before `begin` are counted together, with an earlier second; rows without a
        known start too, with None."""
        starts = self._of(self.columns.starts[date].values)
        standings = self._standings()
        unknown = (starts == np.int64(OPEN_END)) | (starts == np.int64(OPEN_START))
        yield None, tally(standings[unknown])
        if begin > OPEN_START:
            early = ~unknown & (starts < np.int64(begin))
            yield begin - 1, tally(standings[early])
            unknown |= early
        # What is not needed any more is let go: of a million rows it is eight megabytes.
        starts, standings = starts[~unknown], standings[~unknown]
        for second, counts in days_of(starts, standings):
            yield max(second, begin), counts

    def stretches(self, date: str) -> Iterator[tuple[int, int, dict[int, int]]]:
        """For each two days between which rows start, nobody knows when: the days, and the number
        of these rows by standing."""
        late = self._of(self.columns.late[date].values)
        vague = (late > 0) & (late < UNKNOWN_LATE)
        starts = self._of(self.columns.starts[date].values)[vague]
        return stretches_of(starts, late[vague], self._standings()[vague])

    def recorded_between(self, edges: Sequence[int]) -> list[dict[int, int]]:
        """For each of these revisions, the number of rows whose statement was recorded from it up
        to the next one (excluded), by standing."""
        sts = self._of(self.columns.st.values)
        return starting_between(sts, self._standings(), edges)

    def sources(self, after: str, most: int) -> list[tuple[str, int, int]]:
        """The first `most` sources after `after`, each with the number of rows that name it, and
        the statement among them whose sources were recorded or corrected last."""
        terms, mask = self.columns.terms[SOURCE], self.mask
        named = np.flatnonzero(terms.counts(mask)).tolist()
        keys = heapq.nsmallest(most, (key for n in named if (key := terms.keys[n]) > after))
        found = []
        for key in keys:
            rows = terms.rows_of((key,))
            rows = rows[: np.searchsorted(rows, np.uint32(len(mask)))]
            rows = rows[mask[rows]]
            last = rows[np.argmax(self.columns.sourced.values[rows])]
            found.append((key, len(rows), int(self.columns.st.values[last])))
        return found

    def _standings(self) -> NDArray[Any]:
        """The standings of the rows."""
        few = self.few
        if few is not None:
            return self.columns.standings_of(few, self.revision)
        return self.columns.standings_of(slice(0, self._size), self.revision)[self.mask]

    def _of(self, values: NDArray[Any]) -> NDArray[Any]:
        """The rows' values in a column."""
        found: NDArray[Any] = values[: len(self.mask)] if self.few is None else values
        return found[self.mask if self.few is None else self.few]
