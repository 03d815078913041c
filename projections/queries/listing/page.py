"""A page of statements: filtered, in order, pinned to a revision.

Its statements are found in the columns in memory, or in the tables
(`projections.queries.listing.walking`). Those without the order's date come last in both
directions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from projections.answers.choices import Order
from projections.queries.columns.cached_columns import matching_in
from projections.queries.listing.encoding import encoded_in, encoded_of, shown_in
from projections.queries.listing.filter import StatementFilter
from projections.queries.listing.query_plan import plan_query, query_of
from projections.queries.listing.walking import Keyset, range_of, walked
from projections.queries.shown.statements import Shown, show_some
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader

if TYPE_CHECKING:
    from projections.queries.columns.matching_rows import MatchingRows

__all__ = [
    "Keyset",
    "ListedStatements",
    "ShownPage",
    "count_statements",
    "list_statements",
    "recorded_revisions",
    "show_page",
]


class ShownPage(NamedTuple):
    """Statements of a page; `next` is None on the last page."""

    items: list[Shown]
    next: Keyset | None


class ListedStatements(NamedTuple):
    """`items` are JSON of `ShownStatement`; `next` is None on the last page; `total` is how many
    statements match on all pages, or None if the caller did not want it. If `items` differ,
    `digest` differs."""

    items: list[bytes]
    next: Keyset | None
    total: int | None
    digest: bytes


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
    found = _find(reader, ref, filter_, revision, order, limit, after)
    matching = found.matching
    if matching is None:
        items, digest = encoded_of(show_some(reader, ref.tl, found.sts(limit), revision))
    else:
        items, digest = encoded_in(reader, ref.tl, matching, found.rows[:limit])
    total = None
    if count:
        total = (
            count_statements(reader, ref, filter_, revision) if matching is None else matching.total
        )
    return ListedStatements(items, found.next(len(items)), total, digest)


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
    """The same page with further facts about each statement beside its JSON. Raises
    `QueryTooLong`."""
    found = _find(reader, ref, filter_, revision, order, limit, after)
    if found.matching is None:
        items = show_some(reader, ref.tl, found.sts(limit), revision)
    else:
        items = shown_in(reader, ref.tl, found.matching, found.rows[:limit])
    return ShownPage(items, found.next(len(items)))


def recorded_revisions(
    reader: Reader,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    *,
    after: int,
    limit: int,
) -> list[int]:
    """The revisions, ascending, at which up to `limit` of the statements were recorded, after the
    revision `after`. Raises `QueryTooLong`."""
    keyset = Keyset(None, None, after) if after else None
    return _find(reader, ref, filter_, revision, "recorded", limit, keyset).sts(limit)


class _PageRows(NamedTuple):
    """The statements of a page and one more, in its order: rows of the columns of `matching`, or if
    that is None, rows of the tables (a statement and its dates)."""

    rows: Any
    matching: MatchingRows | None
    order: Order

    def sts(self, limit: int) -> list[int]:
        """Up to `limit` of the statements, by the revisions at which they were recorded."""
        if self.matching is not None:
            return self.matching.statements_of(self.rows[:limit])[0]
        return [st for st, *_ in self.rows[:limit]]

    def next(self, shown: int) -> Keyset | None:
        """The end of the page, if there are more than the first `shown` statements."""
        if len(self.rows) <= shown:
            return None
        last = self.rows[shown - 1]
        if self.matching is not None:
            return Keyset(*self.matching.sort_key_of(last, self.order))
        st, start, end = last
        return Keyset(start, end, st)


def _find(  # noqa: PLR0913 - what a page depends on
    reader: Reader,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    order: Order,
    limit: int,
    after: Keyset | None,
) -> _PageRows:
    """The statements after `after`: `limit` and one more, if there are that many."""
    matching = matching_in(reader, ref, filter_, revision)
    if matching is None:
        rows = walked(reader, ref, filter_, revision, order, limit + 1, after)
        return _PageRows(rows, None, order)
    return _PageRows(matching.first(order, after, limit + 1), matching, order)


def count_statements(
    reader: Reader, ref: TimelineRef, filter_: StatementFilter, revision: int
) -> int:
    """How many statements the filter matches as of `revision`."""
    matching = matching_in(reader, ref, filter_, revision)
    if matching is not None:
        return matching.total
    plan = plan_query(reader, ref.tl, filter_, revision, whole=True)
    dated = [range_of(plan, "occurred", None, turned=False)] if filter_.occurred else []
    query, values = query_of(plan, "count(*)", dated)
    row = reader.one(query, values)
    return int(row[0]) if row else 0
