"""The event types: each is a frozen type with a stable name and a schema version.

Name, version and subject (what the event is about) are in the header, not in the data.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from events.event.access_events import (
    AccessChange,
    GrantGiven,
    GrantTaken,
    KeyIssued,
    KeyRevoked,
)
from events.event.base import Event
from events.event.envelope import ACTORS, Subject, statement_subject
from events.event.proposal_events import (
    ProposalApproved,
    ProposalChange,
    ProposalMade,
    ProposalRefused,
    ProposalWithdrawn,
)
from events.statement.statement import (
    DateText,
    Language,
    Name,
    Source,
    Spelling,
    Statement,
    StatementId,
    Text,
)

__all__ = [
    "TYPES",
    "AccessChange",
    "ActorDescribed",
    "ActorRegistered",
    "ActorType",
    "AliasAdded",
    "AliasRemoved",
    "Credibility",
    "Event",
    "GrantGiven",
    "GrantTaken",
    "KeyIssued",
    "KeyRevoked",
    "ProposalApproved",
    "ProposalChange",
    "ProposalMade",
    "ProposalRefused",
    "ProposalWithdrawn",
    "Relation",
    "Reliability",
    "SourceGraded",
    "StatementCorrected",
    "StatementGraded",
    "StatementRecorded",
    "StatementRedacted",
    "StatementReinstated",
    "StatementRelated",
    "StatementRetracted",
    "StatementUnrelated",
    "TimelineDescribed",
    "TimelineOpened",
    "touches",
]

Relation = Literal["supports", "disputes", "repeats", "responds-to", "supersedes"]
ActorType = Literal["person", "state", "organisation", "unit", "agency", "outlet", "other"]
Reliability = Literal["A", "B", "C", "D", "E", "F"]
Credibility = Annotated[int, Meta(ge=1, le=6, description="Admiralty scale, 1 the best")]


class TimelineOpened(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "timeline.opened"
    title: Name
    description: Text | None = None
    language: Language = "en"


class TimelineDescribed(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "timeline.described"
    title: Name
    description: Text | None = None
    language: Language = "en"


class StatementRecorded(Event, frozen=True, kw_only=True):
    """The whole statement, its id included: the data is the statement itself."""

    event_type: ClassVar[str] = "statement.recorded"
    schema_version: ClassVar[int] = 2
    statement: Statement


class StatementCorrected(Event, frozen=True, kw_only=True):
    """`changes` is a JSON merge patch (RFC 7396) of the statement. `on` is when the speakers
    corrected it, and `source` where they did."""

    event_type: ClassVar[str] = "statement.corrected"
    changes: dict[str, Any]
    reason: Text
    on: DateText | None = None
    source: Source | None = None


class StatementRetracted(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "statement.retracted"
    reason: Text
    by: Spelling | None = None
    on: DateText | None = None
    source: Source | None = None


class StatementReinstated(Event, frozen=True, kw_only=True):
    """A retraction is undone: the statement counts again, and so do its relations to others."""

    event_type: ClassVar[str] = "statement.reinstated"
    reason: Text
    by: Spelling | None = None


class StatementRelated(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "statement.related"
    relation: Relation
    target: StatementId
    note: Text | None = None
    on: DateText | None = None
    source: Source | None = None


class StatementUnrelated(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "statement.unrelated"
    relation: Relation
    target: StatementId
    reason: Text


class StatementGraded(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "statement.graded"
    credibility: Credibility
    note: Text | None = None


class StatementRedacted(Event, frozen=True, kw_only=True):
    """`revisions` are those of every event whose subject is the statement; on the timeline of
    proposals, of every event whose subject is the proposal."""

    event_type: ClassVar[str] = "statement.redacted"
    revisions: tuple[int, ...]
    reason: Text


class SourceGraded(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "source.graded"
    reliability: Reliability
    note: Text | None = None


class ActorRegistered(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "actor.registered"
    id: Spelling
    name: Spelling
    type: ActorType


class ActorDescribed(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "actor.described"
    id: Spelling
    name: Spelling
    type: ActorType


class AliasAdded(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "alias.added"
    alias: Spelling


class AliasRemoved(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "alias.removed"
    alias: Spelling


TYPES: dict[str, type[Event]] = {
    cls.event_type: cls
    for cls in (
        TimelineOpened,
        TimelineDescribed,
        StatementRecorded,
        StatementCorrected,
        StatementRetracted,
        StatementReinstated,
        StatementRelated,
        StatementUnrelated,
        StatementGraded,
        StatementRedacted,
        SourceGraded,
        ActorRegistered,
        ActorDescribed,
        AliasAdded,
        AliasRemoved,
        KeyIssued,
        KeyRevoked,
        GrantGiven,
        GrantTaken,
        ProposalMade,
        ProposalApproved,
        ProposalRefused,
        ProposalWithdrawn,
    )
}
"""Every event type by its name."""


def touches(subject: Subject, event: Event) -> tuple[Subject, ...]:
    """The subjects whose revision the event changes: first its own, then its target, and `actors`
    if it claims or frees a spelling. For a proposal, also the statements with text in it."""
    match event:
        case StatementRecorded():
            return (subject,)  # as for nearly all events
        case StatementRelated(target=target) | StatementUnrelated(target=target):
            return (subject, statement_subject(target))
        case ActorRegistered() | ActorDescribed() | AliasAdded() | AliasRemoved():
            return (subject, ACTORS)
        case ProposalMade():
            return (subject, *map(statement_subject, event.statements))
        case _:
            return (subject,)
