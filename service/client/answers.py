"""What the server answers, as types: its own where they are one thing, here where they are not.

They read what they know and pass over the rest, so that a client outlives a server that has
learned more. Times are RFC 3339, dates EDTF.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from msgspec import Raw, Struct

from projections.actor_queries import Actor
from projections.buckets import Buckets
from projections.diff import CorrectedStatement, MovedStanding, RelationEnds
from projections.facets import Facets
from projections.source_queries import SourceGrade, SourceItem
from projections.statement_queries import (
    ShownRelation,
    ShownStatement,
    Standing,
    StatementBounds,
)
from projections.timeline_queries import Timeline
from service.bodies import Recorded, RecordedStatements
from service.proofs import ConsistencyProof, InclusionProof

__all__ = [
    "Actor",
    "AsOf",
    "Buckets",
    "ConsistencyProof",
    "CorrectedStatement",
    "Diff",
    "Digest",
    "Event",
    "EventsPage",
    "Facets",
    "Health",
    "InclusionProof",
    "MovedStanding",
    "Page",
    "Recorded",
    "RecordedStatements",
    "RelationEnds",
    "ShownRelation",
    "ShownStatement",
    "SourceGrade",
    "SourceItem",
    "Standing",
    "StatementBounds",
    "StatementsPage",
    "Timeline",
]

T = TypeVar("T")


class _Answer(Struct, frozen=True, kw_only=True):
    pass


class AsOf(_Answer, frozen=True, kw_only=True):
    """The earlier state that an answer is of."""

    revision: int
    recorded_at: str


class Page(_Answer, Generic[T], frozen=True, kw_only=True):
    """One page of a list; `next` is the cursor of the one behind it."""

    items: list[T]
    next: str | None = None


class StatementsPage(_Answer, Generic[T], frozen=True, kw_only=True):
    """One page of statements; all pages of one list are of the same `revision`."""

    timeline: str
    revision: int
    as_of: AsOf | None
    items: list[T]
    next: str | None
    total: int | None = None


class Diff(_Answer, frozen=True, kw_only=True, rename={"from_": "from"}):
    """What differs, net, from the one state to the other."""

    from_: AsOf
    to: AsOf
    recorded: list[ShownStatement]
    corrected: list[CorrectedStatement]
    retracted: list[str]
    related: list[RelationEnds]
    unrelated: list[RelationEnds]
    standing: list[MovedStanding]


class Digest(_Answer, frozen=True, kw_only=True):
    """SHA-256 over all that is folded of a timeline at `revision`, as `sha256:<hex>`."""

    timeline: str
    revision: int
    digest: str


class Event(_Answer, frozen=True, kw_only=True):
    """An event. Redacted, it has the revision of the redaction instead of salt and data."""

    timeline: str
    revision: int
    recorded_at: str
    id: str
    type: str
    version: int
    subject: str
    author: str
    digest: str
    seal: str
    salt: str | None = None
    data: dict[str, Any] | None = None
    redacted: int | None = None


class EventsPage(_Answer, frozen=True, kw_only=True):
    """Events in their order; `next_after` is None at the end, `head` the last revision."""

    items: list[Event]
    next_after: int | None
    head: int


class Health(_Answer, frozen=True, kw_only=True):
    """Whether the server can serve; `report` is all that it tells of what it needs."""

    ready: bool
    report: Raw
