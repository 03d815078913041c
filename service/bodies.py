"""The bodies of the write calls and of their answers, as the interface has them.

`msgspec` holds their shapes; `faults_of` what a shape cannot say. A body makes the event that its
caller wants to have happened.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from events.errors import Fault
from events.statement import Language, Spelling, StatementId, Text, Words
from events.types import (
    ActorRegistered,
    ActorType,
    Credibility,
    Relation,
    Reliability,
    SourceGraded,
    StatementCorrected,
    StatementGraded,
    StatementRedacted,
    StatementRelated,
    StatementRetracted,
    TimelineOpened,
)
from events.wording import LANGUAGE, SPELLING, STATEMENT_ID, Wording

__all__ = [
    "ActorBody",
    "Correction",
    "Grade",
    "Recorded",
    "RecordedStatements",
    "Redaction",
    "Relating",
    "Retraction",
    "SourceGrade",
    "TimelineBody",
    "faults_of",
]


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a caller sends."""


class TimelineBody(Body, frozen=True):
    """How a timeline is described."""

    title: Words
    description: Text | None = None
    language: Language = "en"

    def event(self) -> TimelineOpened:
        return TimelineOpened(
            title=self.title, description=self.description, language=self.language
        )


class Correction(Body, frozen=True):
    """`changes` is a JSON merge patch (RFC 7396) of any field but `id`."""

    changes: dict[str, Any]
    reason: Text

    def event(self) -> StatementCorrected:
        return StatementCorrected(changes=self.changes, reason=self.reason)


class Retraction(Body, frozen=True):
    """Why a statement is taken back, and who does so."""

    reason: Text
    by: Spelling | None = None

    def event(self) -> StatementRetracted:
        return StatementRetracted(reason=self.reason, by=self.by)


class Redaction(Body, frozen=True):
    """Why the text of a statement has to go."""

    reason: Text

    def event(self) -> StatementRedacted:
        """Which revisions it names is found out when it is decided."""
        return StatementRedacted(revisions=(), reason=self.reason)


class Relating(Body, frozen=True):
    """A relation from the statement in the path, as a rule the later one, to `target`."""

    relation: Relation
    target: StatementId
    note: Text | None = None

    def event(self) -> StatementRelated:
        return StatementRelated(relation=self.relation, target=self.target, note=self.note)


class Grade(Body, frozen=True):
    """How credible a statement is."""

    credibility: Credibility
    note: Text | None = None

    def event(self) -> StatementGraded:
        return StatementGraded(credibility=self.credibility, note=self.note)


class SourceGrade(Body, frozen=True):
    """How reliable a source is, A the best."""

    reliability: Reliability
    note: Text | None = None

    def event(self) -> SourceGraded:
        return SourceGraded(reliability=self.reliability, note=self.note)


class ActorBody(Body, frozen=True):
    """An actor, but for its id, which is in the path."""

    name: Spelling
    type: ActorType

    def event(self, id: str) -> ActorRegistered:  # noqa: A002 - the field's own name
        return ActorRegistered(id=id, name=self.name, type=self.type)


class Recorded(Struct, frozen=True):
    """What was recorded: now, or before (`duplicate`)."""

    id: str
    event_id: str
    revision: int
    duplicate: bool


class RecordedStatements(Struct, frozen=True):
    """The statements of one call in their order, and the timeline's revision after it."""

    timeline: str
    revision: int
    items: tuple[Recorded, ...]


_WORDINGS: dict[str, Wording] = {
    "by": SPELLING,
    "language": LANGUAGE,
    "name": SPELLING,
    "target": STATEMENT_ID,
}


def faults_of(body: Body) -> list[Fault]:
    """Everything that is wrong in a well-shaped body."""
    faults = []
    for name in body.__struct_fields__:
        value = getattr(body, name)
        wording = _WORDINGS.get(name)
        if not isinstance(value, str):
            continue
        if wording is not None and not wording.admits(value):
            faults.append(Fault(f"/{name}", wording.rule))
        elif "\0" in value:
            faults.append(Fault(f"/{name}", "The character U+0000 is not allowed."))
    return faults
