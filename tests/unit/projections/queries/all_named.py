"""All actors and sources of a timeline, page after page."""

from __future__ import annotations

from projections import queries
from projections.answers import Actor, SourceItem
from projections.queries import StatementFilter, TimelineRef
from projections.storage.store import Store


def named(store: Store, ref: TimelineRef, filter_: StatementFilter, revision: int) -> set[str]:
    """The names of extra fields, looked for in two statements at a time."""
    found: set[str] = set()
    after: int | None = 0
    while after is not None:
        some, after = queries.extra_names(
            store.reader, ref, filter_, revision, after=after, limit=2
        )
        found |= some
    return found


def actors(store: Store, ref: TimelineRef, revision: int) -> list[Actor]:
    """All actors, two at a time."""
    found: list[Actor] = []
    after: str | None = ""
    while after is not None:
        some, after = queries.list_actors(store.reader, ref, revision, limit=2, after=after)
        found += some
    return found


def sources(store: Store, ref: TimelineRef, revision: int) -> list[SourceItem]:
    """All sources, one at a time."""
    found: list[SourceItem] = []
    after: str | None = ""
    while after is not None:
        some, after = queries.list_sources(store.reader, ref, revision, limit=1, after=after)
        found += some
    return found
