"""The events: what can happen, each a frozen type with a stable name and a schema version.

The name and the version stand in the header, so the data holds neither. What an event is about
is its subject, in the header too.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

from events.envelope import ACTORS, Subject, statement_subject
from events.statement import Language, Spelling, Statement, StatementId, Text, Words

__all__ = [
    "TYPES",
    "ActorDescribed",
    "ActorRegistered",
    "ActorType",
    "AliasAdded",
    "AliasRemoved",
    "Credibility",
    "Event",
    "Relation",
    "Reliability",
    "SourceGraded",
    "StatementCorrected",
    "StatementGraded",
    "StatementRecorded",
    "StatementRedacted",
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


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The root of the events. Its name and version go to the header, not into the data."""

    event_type: ClassVar[str]
    schema_version: ClassVar[int] = 1


class TimelineOpened(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "timeline.opened"
    title: Words
    description: Text | None = None
    language: Language = "en"


class TimelineDescribed(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "timeline.described"
    title: Words
    description: Text | None = None
    language: Language = "en"


class StatementRecorded(Event, frozen=True, kw_only=True):
    """The whole statement, its id included: the data is the statement itself."""

    event_type: ClassVar[str] = "statement.recorded"
    statement: Statement


class StatementCorrected(Event, frozen=True, kw_only=True):
    """`changes` is a JSON merge patch (RFC 7396) of the statement."""

    event_type: ClassVar[str] = "statement.corrected"
    changes: dict[str, Any]
    reason: Text


class StatementRetracted(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "statement.retracted"
    reason: Text
    by: Spelling | None = None


class StatementRelated(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "statement.related"
    relation: Relation
    target: StatementId
    note: Text | None = None


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
    """`revisions` are those of every event whose subject is the statement."""

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
        StatementRelated,
        StatementUnrelated,
        StatementGraded,
        StatementRedacted,
        SourceGraded,
        ActorRegistered,
        ActorDescribed,
        AliasAdded,
        AliasRemoved,
    )
}
"""Every event type by its name."""


def touches(subject: Subject, event: Event) -> tuple[Subject, ...]:
    """The subjects that the event moves to its revision: its own first, then its target, or
    `actors` for whatever claims or frees a spelling."""
    match event:
        case StatementRelated(target=target) | StatementUnrelated(target=target):
            return (subject, statement_subject(target))
        case ActorRegistered() | ActorDescribed() | AliasAdded() | AliasRemoved():
            return (subject, ACTORS)
        case _:
            return (subject,)
