"""Statements of a page from the tables, in its order.

Statements that were looked up are sorted (`projections.queries.listing.query_plan`). If the index
of the order is walked instead, the walk ends when the page is full.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from projections.answers.choices import Order
from projections.queries.listing.filter import Condition, StatementFilter, Window
from projections.queries.listing.query_plan import QueryPlan, plan_query, query_of
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader
from projections.storage.schema import OPEN_END, OPEN_START

__all__ = ["Keyset", "range_of", "walked"]


class Keyset(NamedTuple):
    """The end of a page: the sort key of its last statement. `start` and `end` are seconds (the
    smallest and largest 64-bit integer if open), None without a date and in the order of recording;
    `st` is the revision at which the statement was recorded."""

    start: int | None
    end: int | None
    st: int


def walked(  # noqa: PLR0913 - what a page depends on
    reader: Reader,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    order: Order,
    limit: int,
    after: Keyset | None,
) -> list[tuple[Any, ...]]:
    """Up to `limit` rows from the tables."""
    date, turned = order.lstrip("-"), order.startswith("-")
    plan = plan_query(reader, ref.tl, filter_, revision, date)
    rows: list[tuple[Any, ...]] = []
    if date == "recorded":
        rows = _by_recorded(reader, plan, after, limit, turned=turned)
    else:
        if after is None or after.start is not None:
            rows = _dated(reader, plan, date, after, limit, turned=turned)
            after = None
        if len(rows) < limit and _window(filter_, date) is None:
            rest = limit - len(rows)
            rows += _undated(reader, plan, date, after, rest, turned=turned)
    return rows


def _dated(
    reader: Reader,
    plan: QueryPlan,
    date: str,
    after: Keyset | None,
    limit: int,
    *,
    turned: bool,
) -> list[tuple[Any, ...]]:
    start, end = f"v.{date}_start", f"v.{date}_end"
    conditions = [range_of(plan, date, after, turned=turned)]
    if after is not None:
        behind = f"(+{start}, {end}, v.st) {'<' if turned else '>'} (?, ?, ?)"
        conditions.append(Condition(behind, tuple(after)))
    query, values = query_of(plan, f"v.st, {start}, {end}", conditions)
    way = " DESC" if turned else ""
    return reader.all(
        f"{query} ORDER BY {start}{way}, {end}{way}, v.st{way} LIMIT ?", (*values, limit)
    )


def range_of(plan: QueryPlan, date: str, after: Keyset | None, *, turned: bool) -> Condition:
    """The range of the order's index that can contain the page: all statements with the date,
    except those outside the window or on earlier pages."""
    low, high = OPEN_START, OPEN_END
    window = _window(plan.filter_, date)
    if window is not None and plan.filter_.match == "certain":
        low = OPEN_START if window.earliest is None else window.earliest
    elif window is not None:
        high = OPEN_END if window.latest is None else window.latest
    if after is not None and after.start is not None:
        low, high = (low, min(high, after.start)) if turned else (max(low, after.start), high)
    column = f"{'' if plan.walked else '+'}v.{date}_start"
    return Condition(f"{column} >= ? AND {column} <= ?", (low, high))


def _window(filter_: StatementFilter, date: str) -> Window | None:
    return filter_.occurred if date == "occurred" else filter_.said


def _undated(
    reader: Reader,
    plan: QueryPlan,
    date: str,
    after: Keyset | None,
    limit: int,
    *,
    turned: bool,
) -> list[tuple[Any, ...]]:
    plus = "" if plan.walked else "+"
    missing = Condition(f"{plus}v.{date}_start IS NULL AND {plus}v.{date}_end IS NULL", ())
    return _by_recorded(reader, plan, after, limit, turned=turned, only=missing)


def _by_recorded(
    reader: Reader,
    plan: QueryPlan,
    after: Keyset | None,
    limit: int,
    *,
    turned: bool,
    only: Condition | None = None,
) -> list[tuple[Any, ...]]:
    conditions = [] if only is None else [only]
    if after is not None:
        conditions.append(Condition(f"v.st {'<' if turned else '>'} ?", (after.st,)))
    query, values = query_of(plan, "v.st, NULL, NULL", conditions)
    way = " DESC" if turned else ""
    return reader.all(f"{query} ORDER BY v.st{way} LIMIT ?", (*values, limit))
