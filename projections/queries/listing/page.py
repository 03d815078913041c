"""A page of statements: filtered, in order, pinned to a revision.

Its statements are found among columns in memory, or in the tables
(`projections.queries.listing.walking`). Those without
the order's date come last in both directions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from projections.answers.choices import Order
from projections.queries.columns.kept import hits_in
from projections.queries.listing.encoding import encoded_in, encoded_of
from projections.queries.listing.filter import StatementFilter
from projections.queries.listing.selection import query_of, select_statements
from projections.queries.listing.walking import Keyset, range_of, walked
from projections.queries.statements import Shown, show_some
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader

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


class ShownPage(NamedTuple):
    """Statements of a page; `next` is None on the last page."""

    items: list[Shown]
    next: Keyset | None


class ListedStatements(NamedTuple):
    """`items` are JSON of `ShownStatement`; `next` is None on the last page; `total` is how many
    statements match on all pages, or None if the caller did not want it. `digest` is another one
    where the items are."""

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
    hits = hits_in(reader, ref, filter_, revision)
    found = _Lookup(reader, ref, filter_, revision, hits).find(order, limit + 1, after)
    sts = found.sts[:limit]
    if hits is None:
        items = encoded_of(show_some(reader, ref.tl, sts, revision))
    else:
        items = encoded_in(reader, ref.tl, hits.columns, sts, found.changes[:limit], revision)
    total = None
    if count:
        total = count_statements(reader, ref, filter_, revision) if hits is None else hits.total
    digest = b"".join([item.digest for item in items])
    return ListedStatements([item.json for item in items], found.next(len(items)), total, digest)


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
    found = _Lookup(reader, ref, filter_, revision, hits).find(order, limit + 1, after)
    items = show_some(reader, ref.tl, found.sts[:limit], revision)
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
    """At which revisions up to `limit` of the statements were recorded, ascending, behind the
    revision `after`. Raises `QueryTooLong`."""
    hits = hits_in(reader, ref, filter_, revision)
    keyset = Keyset(None, None, after) if after else None
    return _Lookup(reader, ref, filter_, revision, hits).find("recorded", limit, keyset).sts


class _Found(NamedTuple):
    """Statements in the order of a page, by the revisions at which they were recorded. `changes`:
    revisions at which they were as they are, 0 where that is not known. `key_of` gives the sort key
    of the one with that number."""

    sts: list[int]
    changes: list[int]
    key_of: Callable[[int], Keyset]

    def next(self, shown: int) -> Keyset | None:
        """Where the page ends, if there are more than the first `shown` statements."""
        return self.key_of(shown - 1) if len(self.sts) > shown else None


class _Lookup(NamedTuple):
    """Where the statements of a page come from: `hits`, or the tables where that is None."""

    reader: Reader
    ref: TimelineRef
    filter_: StatementFilter
    revision: int
    hits: Hits | None

    def find(self, order: Order, limit: int, after: Keyset | None) -> _Found:
        """Up to `limit` statements behind `after`."""
        hits = self.hits
        if hits is not None:
            rows = hits.first(order, after, limit)
            sts, changes = hits.statements_of(rows)
            return _Found(sts, changes, lambda n: Keyset(*hits.sort_key_of(rows[n], order)))
        found = walked(self.reader, self.ref, self.filter_, self.revision, order, limit, after)
        sts = [row[0] for row in found]
        return _Found(sts, [0] * len(sts), lambda n: Keyset(found[n][1], found[n][2], sts[n]))


def count_statements(
    reader: Reader, ref: TimelineRef, filter_: StatementFilter, revision: int
) -> int:
    """How many statements the filter matches as of `revision`."""
    hits = hits_in(reader, ref, filter_, revision)
    if hits is not None:
        return hits.total
    question = select_statements(reader, ref.tl, filter_, revision, whole=True)
    dated = [range_of(question, "occurred", None, turned=False)] if filter_.occurred else []
    query, values = query_of(question, "count(*)", dated)
    row = reader.one(query, values)
    return int(row[0]) if row else 0
