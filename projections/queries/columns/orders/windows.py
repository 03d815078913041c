"""Windows as limits of starts and ends, and the conditions that they are for rows."""

from __future__ import annotations

from typing import NamedTuple

from projections.answers.choices import Match
from projections.queries.columns.columns import Columns
from projections.queries.columns.conditions import RowCheck
from projections.queries.columns.grown import GrownArray, picked
from projections.queries.listing.filter import StatementFilter, Window
from projections.storage.schema import OPEN_END, OPEN_START

__all__ = ["WindowEdges", "edges_of"]


class WindowEdges(NamedTuple):
    """The limits of a window: starts are from `low` to `high`, and ends from `reach` to `last`."""

    low: int
    high: int
    reach: int
    last: int

    @classmethod
    def of(cls, window: Window, match: Match) -> WindowEdges:
        """The limits of dates that touch the window, or that lie inside if the match is certain."""
        earliest = OPEN_START if window.earliest is None else window.earliest
        latest = OPEN_END if window.latest is None else window.latest
        if match == "possible":
            return cls(OPEN_START, latest, earliest, OPEN_END)
        return cls(earliest, latest, earliest, latest)

    def checks(self, columns: Columns, clock: str) -> list[RowCheck]:
        """The conditions on any rows. One of them is never true without a date, which is as if it
        started at `OPEN_END` and ended at `OPEN_START`."""
        starts, ends = columns.starts[clock], columns.ends[clock]
        if self.last < OPEN_END or self.low > OPEN_START:  # they lie inside
            checks = [_at_most(starts, min(self.high, OPEN_END - 1))]
            if self.low > OPEN_START:
                checks.append(_at_least(starts, self.low))
            if self.last < OPEN_END:
                checks.append(_at_most(ends, self.last))
            return checks
        checks = [_at_most(starts, self.high)] if self.high < OPEN_END else []
        if self.reach > OPEN_START or not checks:
            checks.append(_at_least(ends, max(self.reach, OPEN_START + 1)))
        return checks

    def checks_of_ends(self, columns: Columns, clock: str) -> list[RowCheck]:
        """The conditions on rows that start from `low` to `high`."""
        checks = []
        if self.reach > self.low:
            checks.append(_at_least(columns.ends[clock], self.reach))
        if self.last < OPEN_END:
            checks.append(_at_most(columns.ends[clock], self.last))
        return checks


def edges_of(filter_: StatementFilter) -> dict[str, WindowEdges]:
    """The limits that the windows set, by clock."""
    edges = {}
    if filter_.occurred is not None:
        edges["occurred"] = WindowEdges.of(filter_.occurred, filter_.match)
    if filter_.said is not None:
        edges["said"] = WindowEdges.of(filter_.said, filter_.match)
    return edges


def _at_least(column: GrownArray, least: int) -> RowCheck:
    return lambda at: picked(column.values, at) >= least


def _at_most(column: GrownArray, most: int) -> RowCheck:
    return lambda at: picked(column.values, at) <= most
