"""A page of statements: filtered, in order, pinned to a revision.

Statements that were looked up (`projections.queries.listing.selection`) are sorted. If the index of
the order is walked instead, the walk ends when the page is full. Statements without the order's
date come last in both directions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from projections.answers.choices import Order
from projections.queries.columns.kept import hits_in
from projections.queries.listing.filter import Condition, StatementFilter, Window
from projections.queries.listing.selection import Selection, query_of, select_statements
from projections.queries.statements import Shown, show_some
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader
from projections.storage.schema import OPEN_END, OPEN_START

if TYPE_CHECKING:
    from projections.queries.columns.hits import Hits

__all__ = [
    "Keyset",
    "ListedStatements",
    "ShownPage",
    "count_statements",
    "list_statements",
    "recorded_revisions",
    "show_page",
]


class Keyset(NamedTuple):
    """Where a page ended: the sort key of its last statement. `start` and `end` are seconds (the
    smallest and largest 64-bit integer if open), None without a date and in the order of recording;
    `st` is the revision at which the statement was recorded."""

    start: int | None
    end: int | None
    st: int


class ShownPage(NamedTuple):
    """Statements of a page; `next` is None on the last page."""

    items: list[Shown]
    next: Keyset | None


class ListedStatements(NamedTuple):
    """`items` are JSON of `ShownStatement`; `next` is None on the last page; `total` is how many
    statements match on all pages, or None if the caller did not want it."""

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
) -> ListedStatements:
    """Up to `limit` statements after `after`, as of `revision`. Raises `QueryTooLong`."""
    hits = hits_in(reader, ref, filter_, revision)
    found = _Finding(reader, ref, filter_, revision, hits)
    page = found.page(order, limit, after)
    total = None
    if count:
        total = count_statements(reader, ref, filter_, revision) if hits is None else hits.total
    return ListedStatements([shown.json for shown in page.items], page.next, total)


def show_page(  # noqa: PLR0913 - what a page depends on
    reader: Reader,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    *,
    order: Order,
    limit: int,
    after: Keyset | None,
) -> ShownPage:
    """The same page with what is known of each statement beside its JSON. Raises `QueryTooLong`."""
    hits = hits_in(reader, ref, filter_, revision)
    return _Finding(reader, ref, filter_, revision, hits).page(order, limit, after)


def recorded_revisions(
    reader: Reader,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    *,
    after: int,
    limit: int,
) -> list[int]:
    """At which revisions up to `limit` of the statements were recorded, ascending, behind the
    revision `after`. Raises `QueryTooLong`."""
    hits = hits_in(reader, ref, filter_, revision)
    keyset = Keyset(None, None, after) if after else None
    rows = _Finding(reader, ref, filter_, revision, hits).rows("recorded", limit, keyset)
    return [row[0] for row in rows]


class _Finding(NamedTuple):
    """Where the statements of a page come from: `hits`, or the tables where that is None."""

    reader: Reader
    ref: TimelineRef
    filter_: StatementFilter
    revision: int
    hits: Hits | None

    def rows(self, order: Order, limit: int, after: Keyset | None) -> Sequence[tuple[Any, ...]]:
        """Up to `limit` rows behind `after`: where a statement was recorded, and its key."""
        if self.hits is not None:
            return self.hits.first(order, after, limit)
        return _walked(self.reader, self.ref, self.filter_, self.revision, order, limit, after)

    def page(self, order: Order, limit: int, after: Keyset | None) -> ShownPage:
        rows = self.rows(order, limit + 1, after)
        sts = [row[0] for row in rows[:limit]]
        items = show_some(self.reader, self.ref.tl, sts, self.revision)
        last = rows[len(items) - 1] if len(rows) > len(items) else None
        return ShownPage(items, Keyset(last[1], last[2], last[0]) if last else None)


def _walked(  # noqa: PLR0913 - what a page depends on
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
    question = select_statements(reader, ref.tl, filter_, revision, date)
    rows: list[tuple[Any, ...]] = []
    if date == "recorded":
        rows = _by_recorded(reader, question, after, limit, turned=turned)
    else:
        if after is None or after.start is not None:
            rows = _dated(reader, question, date, after, limit, turned=turned)
            after = None
        if len(rows) < limit and _window(filter_, date) is None:
            rest = limit - len(rows)
            rows += _undated(reader, question, date, after, rest, turned=turned)
    return rows


def count_statements(
    reader: Reader, ref: TimelineRef, filter_: StatementFilter, revision: int
) -> int:
    """How many statements the filter matches as of `revision`."""
    hits = hits_in(reader, ref, filter_, revision)
    if hits is not None:
        return hits.total
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
    """The range of the order's index that the page can be in: every statement with the date, except
    those outside the window or on earlier pages."""
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
