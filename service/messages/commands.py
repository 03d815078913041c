"""The commands of `POST …/commands` and of a seed: objects with one member, whose name is the
command."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from msgspec import UNSET, Struct, UnsetType, structs

from events.errors import Fault
from events.event.types import (
    ActorRegistered,
    Credibility,
    Reliability,
    SourceGraded,
    StatementCorrected,
    StatementGraded,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
    TimelineOpened,
)
from events.statement.faults import faults_of
from events.statement.statement import (
    SourceId,
    Spelling,
    Statement,
    StatementId,
    Text,
)
from events.statement.wording import PROSE, SOURCE_ID, STATEMENT_ID, Wording
from service.messages.bodies import (
    Correction,
    Redaction,
    Reinstatement,
    Relating,
    RequestBody,
    Retraction,
    faults_of_body,
)

__all__ = [
    "AliasCommand",
    "CommandBody",
    "CorrectionCommand",
    "GradeCommand",
    "RelationCommand",
    "UnrelationCommand",
    "faults_of_command",
]


def _all_but(name: str, body: RequestBody) -> dict[str, Any]:
    """The members of the body without this one: those of the event."""
    return {key: value for key, value in structs.asdict(body).items() if key != name}


class AliasCommand(RequestBody, frozen=True, kw_only=True):
    """A spelling of the actor with that id."""

    actor: Spelling
    alias: Spelling


class RelationCommand(Relating, frozen=True, kw_only=True):
    """A relation from one statement to another."""

    statement: StatementId

    def event(self) -> StatementRelated:
        return StatementRelated(**_all_but("statement", self))


class UnrelationCommand(RequestBody, frozen=True, kw_only=True):
    """The end of a relation from the statement `id`."""

    id: str
    relation: str
    target: str
    reason: Text

    def event(self) -> StatementUnrelated:
        """An unknown relation needs no check: no statement has it."""
        relation: Any = self.relation
        return StatementUnrelated(relation=relation, target=self.target, reason=self.reason)


class GradeCommand(RequestBody, frozen=True, kw_only=True):
    """A grade of a source's reliability, or of a statement's credibility."""

    source: SourceId | None = None
    reliability: Reliability | None = None
    statement: StatementId | None = None
    credibility: Credibility | None = None
    note: Text | None = None

    def event(self) -> SourceGraded | StatementGraded | None:
        """None if the grade is of neither, or of both."""
        given = [self.source, self.reliability, self.statement, self.credibility]
        if sum(value is not None for value in given) != 2:
            return None
        if self.source is not None and self.reliability is not None:
            return SourceGraded(reliability=self.reliability, note=self.note)
        if self.statement is not None and self.credibility is not None:
            return StatementGraded(credibility=self.credibility, note=self.note)
        return None


class CorrectionCommand(Correction, frozen=True, kw_only=True):
    """A correction of the statement `id`."""

    id: str

    def event(self) -> StatementCorrected:
        return StatementCorrected(**_all_but("id", self))


class RetractionCommand(Retraction, frozen=True, kw_only=True):
    """A retraction of the statement `id`."""

    id: str

    def event(self) -> StatementRetracted:
        return StatementRetracted(**_all_but("id", self))


class ReinstatementCommand(Reinstatement, frozen=True, kw_only=True):
    """A reinstatement of the statement `id`."""

    id: str


class RedactionCommand(Redaction, frozen=True, kw_only=True):
    """A redaction of the statement `id`."""

    id: str


class CommandBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One command: exactly one member; `reason` may stand beside `put`."""

    timeline: TimelineOpened | UnsetType = UNSET
    actor: ActorRegistered | UnsetType = UNSET
    alias: AliasCommand | UnsetType = UNSET
    statement: Statement | UnsetType = UNSET
    relation: RelationCommand | UnsetType = UNSET
    grade: GradeCommand | UnsetType = UNSET
    put: Statement | UnsetType = UNSET
    reason: Text | UnsetType = UNSET
    correction: CorrectionCommand | UnsetType = UNSET
    retraction: RetractionCommand | UnsetType = UNSET
    reinstatement: ReinstatementCommand | UnsetType = UNSET
    unrelation: UnrelationCommand | UnsetType = UNSET
    unalias: AliasCommand | UnsetType = UNSET
    redaction: RedactionCommand | UnsetType = UNSET

    @property
    def members(self) -> dict[str, Any]:
        """The given members, without `reason`."""
        given = zip(_NAMES, _values(self), strict=True)
        return {name: value for name, value in given if value is not UNSET}


_NAMES = tuple(name for name in CommandBody.__struct_fields__ if name != "reason")
_values = attrgetter(*_NAMES)


def faults_of_command(body: CommandBody) -> list[Fault]:
    """Everything that is wrong in a command of the right shape."""
    members = body.members
    if len(members) != 1:
        names = ", ".join(_NAMES)
        return [Fault("", f"A command is an object with exactly one of {names}.")]
    ((name, value),) = members.items()
    faults = _faults_of_member(value, f"/{name}")
    if body.reason is not UNSET:
        if body.put is UNSET:
            faults.append(
                Fault("/reason", f"Only put has a reason beside it; {name} has its own inside.")
            )
        if not PROSE.admits(body.reason):
            faults.append(PROSE.fault("/reason", body.reason))
    if body.put is not UNSET and body.put.id is None:
        faults.append(Fault("/put/id", "A statement that is put has an id."))
    return faults


_GRADE = "A grade has source and reliability, or statement and credibility."
_WORDINGS: dict[type, dict[str, Wording]] = {
    RelationCommand: {"statement": STATEMENT_ID},
    GradeCommand: {"source": SOURCE_ID, "statement": STATEMENT_ID, "note": PROSE},
}
"""The rules of fields that bodies of single calls lack, or have in their path."""


def _faults_of_member(value: Any, at: str) -> list[Fault]:
    if isinstance(value, Statement):
        return faults_of(value, at)
    faults = []
    if isinstance(value, GradeCommand):
        if value.event() is None:
            faults.append(Fault(at, _GRADE))
    else:
        faults += [fault._replace(path=f"{at}{fault.path}") for fault in faults_of_body(value)]
    for name, wording in _WORDINGS.get(type(value), {}).items():
        text = getattr(value, name)
        if text is not None and not wording.admits(text):
            faults.append(wording.fault(f"{at}/{name}", text))
    return faults
