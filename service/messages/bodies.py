"""The bodies of the write calls.

`msgspec` checks their shapes, `faults_of_body` the rules that a shape cannot express. `event`
returns the event that the caller wants to record.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, structs

from events.errors import Fault
from events.event.types import (
    ActorRegistered,
    ActorType,
    AliasAdded,
    Credibility,
    Relation,
    Reliability,
    SourceGraded,
    StatementCorrected,
    StatementGraded,
    StatementRedacted,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    TimelineOpened,
)
from events.statement.faults import date_faults, source_faults
from events.statement.statement import (
    DateText,
    Language,
    Name,
    Source,
    Spelling,
    StatementId,
    Text,
)
from events.statement.wording import LANGUAGE, NAME, PROSE, SPELLING, STATEMENT_ID, Wording

__all__ = [
    "ActorBody",
    "AliasBody",
    "Correction",
    "Grade",
    "Redaction",
    "Reinstatement",
    "Relating",
    "Retraction",
    "SourceGrading",
    "StatementChange",
    "TimelineBody",
    "faults_of_body",
]


class RequestBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a caller sends."""


class TimelineBody(RequestBody, frozen=True):
    """The description of a timeline."""

    title: Name
    description: Text | None = None
    language: Language = "en"

    def event(self) -> TimelineOpened:
        return TimelineOpened(
            title=self.title, description=self.description, language=self.language
        )


class Correction(RequestBody, frozen=True):
    """`changes` is a JSON merge patch (RFC 7396) of any field but `id`. `on` is when the speakers
    corrected it, in EDTF, and `source` says where."""

    changes: dict[str, Any]
    reason: Text
    on: DateText | None = None
    source: Source | None = None

    def event(self) -> StatementCorrected:
        return StatementCorrected(**structs.asdict(self))


class Retraction(RequestBody, frozen=True):
    """Why a statement is taken back, who does so, when they said so (EDTF) and where."""

    reason: Text
    by: Spelling | None = None
    on: DateText | None = None
    source: Source | None = None

    def event(self) -> StatementRetracted:
        return StatementRetracted(**structs.asdict(self))


class Reinstatement(RequestBody, frozen=True):
    """Why a retraction is taken back, and who does so."""

    reason: Text
    by: Spelling | None = None

    def event(self) -> StatementReinstated:
        return StatementReinstated(reason=self.reason, by=self.by)


class Redaction(RequestBody, frozen=True):
    """Why the text of a statement must be removed."""

    reason: Text

    def event(self) -> StatementRedacted:
        """The revisions that it names are found when the command is decided."""
        return StatementRedacted(revisions=(), reason=self.reason)


class Relating(RequestBody, frozen=True):
    """A relation from the statement in the path, usually the later one, to `target`. `on` is when
    the relation was stated, in EDTF, and `source` says where."""

    relation: Relation
    target: StatementId
    note: Text | None = None
    on: DateText | None = None
    source: Source | None = None

    def event(self) -> StatementRelated:
        return StatementRelated(**structs.asdict(self))


class Grade(RequestBody, frozen=True):
    """How credible a statement is."""

    credibility: Credibility
    note: Text | None = None

    def event(self) -> StatementGraded:
        return StatementGraded(credibility=self.credibility, note=self.note)


StatementChange = Correction | Retraction | Reinstatement | Relating | Grade | Redaction
"""The bodies of calls that change one statement."""


class SourceGrading(RequestBody, frozen=True):
    """How reliable a source is, A the best."""

    reliability: Reliability
    note: Text | None = None

    def event(self) -> SourceGraded:
        return SourceGraded(reliability=self.reliability, note=self.note)


class ActorBody(RequestBody, frozen=True):
    """An actor without its id, which is in the path."""

    name: Spelling
    type: ActorType

    def event(self, id: str) -> ActorRegistered:  # noqa: A002 - the field's own name
        return ActorRegistered(id=id, name=self.name, type=self.type)


class AliasBody(RequestBody, frozen=True):
    """One more spelling of the actor in the path."""

    alias: Spelling

    def event(self) -> AliasAdded:
        return AliasAdded(alias=self.alias)


_WORDINGS: dict[str, Wording] = {
    "alias": SPELLING,
    "by": SPELLING,
    "language": LANGUAGE,
    "name": SPELLING,
    "target": STATEMENT_ID,
    "title": NAME,
}
"""The rules of fields, by name; every other text is prose."""


def faults_of_body(body: RequestBody) -> list[Fault]:
    """Everything that is wrong in a well-shaped body."""
    faults = []
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if name == "on":
            faults += date_faults("/on", value)
            continue
        if name == "source":
            faults += source_faults("/source", value)
            continue
        wording = _WORDINGS.get(name, PROSE)
        if isinstance(value, str) and not wording.admits(value):
            faults.append(wording.fault(f"/{name}", value))
    return faults
