"""A page of statements: filtered, in order, pinned to a revision.

What is looked up (`projections.selection`) is sorted; where the order's index is walked, the walk
ends as soon as the page is full. The statements without the order's date come behind all that
have it, whichever way it runs.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from projections.reader import Reader
from projections.schema import OPEN_END, OPEN_START
from projections.selection import Selection, query_of, select_statements
from projections.statement_filter import Condition, StatementFilter, Window
from projections.statement_queries import show_some
from projections.timeline_queries import TimelineRef

__all__ = ["Keyset", "Order", "Page", "count_statements", "list_statements"]

Order = Literal["occurred", "-occurred", "said", "-said", "recorded", "-recorded"]


class Keyset(NamedTuple):
    """Where a page ended: the sort key of its last statement. `start` and `end` are seconds
    (the smallest and largest 64-bit integer where open), None without a date and in the order
    of recording; `st` is the revision at which it was recorded."""

    start: int | None
    end: int | None
    st: int


class Page(NamedTuple):
    """`items` are JSON of `ShownStatement`; `next` is None on the last page; `total` is how many
    the filter matches on all pages, None unless it was asked for."""

    items: list[bytes]
    next: Keyset | None
    total: int | None


def list_statements(  # noqa: PLR0913 - what a page depends on
    reader: Reader,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    *,
    order: Order = "occurred",
    limit: int = 50,
    after: Keyset | None = None,
    count: bool = False,
) -> Page:
    """Up to `limit` statements behind `after`, as of `revision`; raises `QueryTooLong`."""
    date, turned = order.lstrip("-"), order.startswith("-")
    question = select_statements(reader, ref.tl, filter_, revision, date)
    rows: list[tuple[Any, ...]] = []
    if date == "recorded":
        rows = _by_recorded(reader, question, after, limit + 1, turned=turned)
    else:
        if after is None or after.start is not None:
            rows = _dated(reader, question, date, after, limit + 1, turned=turned)
            after = None
        if len(rows) <= limit and _window(filter_, date) is None:
            rest = limit + 1 - len(rows)
            rows += _undated(reader, question, date, after, rest, turned=turned)
    items = [s.json for s in show_some(reader, ref.tl, [row[0] for row in rows[:limit]], revision)]
    last = rows[len(items) - 1] if len(rows) > len(items) else None
    return Page(
        items,
        Keyset(last[1], last[2], last[0]) if last else None,
        count_statements(reader, ref, filter_, revision) if count else None,
    )


def count_statements(
    reader: Reader, ref: TimelineRef, filter_: StatementFilter, revision: int
) -> int:
    """How many statements the filter matches as of `revision`."""
    question = select_statements(reader, ref.tl, filter_, revision, whole=True)
    dated = [_range(question, "occurred", None, turned=False)] if filter_.occurred else []
    query, values = query_of(question, "count(*)", dated)
    row = reader.one(query, values)
    return int(row[0]) if row else 0


def _dated(
    reader: Reader,
    question: Selection,
    date: str,
    after: Keyset | None,
    limit: int,
    *,
    turned: bool,
) -> list[tuple[Any, ...]]:
    start, end = f"v.{date}_start", f"v.{date}_end"
    conditions = [_range(question, date, after, turned=turned)]
    if after is not None:
        behind = f"(+{start}, {end}, v.st) {'<' if turned else '>'} (?, ?, ?)"
        conditions.append(Condition(behind, tuple(after)))
    query, values = query_of(question, f"v.st, {start}, {end}", conditions)
    way = " DESC" if turned else ""
    return reader.all(
        f"{query} ORDER BY {start}{way}, {end}{way}, v.st{way} LIMIT ?", (*values, limit)
    )


def _range(question: Selection, date: str, after: Keyset | None, *, turned: bool) -> Condition:
    """Where in the order's index the page can begin and end: all that has the date, but for what
    the window and the page before leave out."""
    low, high = OPEN_START, OPEN_END
    window = _window(question.filter_, date)
    if window is not None and question.filter_.match == "certain":
        low = OPEN_START if window.earliest is None else window.earliest
    elif window is not None:
        high = OPEN_END if window.latest is None else window.latest
    if after is not None and after.start is not None:
        low, high = (low, min(high, after.start)) if turned else (max(low, after.start), high)
    column = f"{'' if question.walked else '+'}v.{date}_start"
    return Condition(f"{column} >= ? AND {column} <= ?", (low, high))


def _window(filter_: StatementFilter, date: str) -> Window | None:
    return filter_.occurred if date == "occurred" else filter_.said


def _undated(
    reader: Reader,
    question: Selection,
    date: str,
    after: Keyset | None,
    limit: int,
    *,
    turned: bool,
) -> list[tuple[Any, ...]]:
    plus = "" if question.walked else "+"
    missing = Condition(f"{plus}v.{date}_start IS NULL AND {plus}v.{date}_end IS NULL", ())
    return _by_recorded(reader, question, after, limit, turned=turned, only=missing)


def _by_recorded(
    reader: Reader,
    question: Selection,
    after: Keyset | None,
    limit: int,
    *,
    turned: bool,
    only: Condition | None = None,
) -> list[tuple[Any, ...]]:
    conditions = [] if only is None else [only]
    if after is not None:
        conditions.append(Condition(f"v.st {'<' if turned else '>'} ?", (after.st,)))
    query, values = query_of(question, "v.st, NULL, NULL", conditions)
    way = " DESC" if turned else ""
    return reader.all(f"{query} ORDER BY v.st{way} LIMIT ?", (*values, limit))
