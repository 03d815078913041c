"""The rules of a statement, from being recorded to being redacted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, structs

from events import types
from events.correction import corrected, merged
from events.envelope import Header, statement_subject
from events.errors import (
    AlreadyRetracted,
    Fault,
    Rejected,
    RelationExists,
    StatementExists,
    StatementRedacted,
    Unknown,
)
from events.statement import Statement
from events.types import (
    Event,
    StatementCorrected,
    StatementGraded,
    StatementRecorded,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
)
from service.decide.decision import Decision, Made, Record, Same, made_by

__all__ = ["StatementPast", "decide", "evolve", "record", "record_all", "redact"]

Pair = tuple[str, str]
"""A relation as its statement tells it: its name and its target."""


class StatementPast(Struct, frozen=True):
    """What the events about a statement amount to.

    `first` is the statement as it was recorded, `current` as corrected since; both are None once
    the text is gone. `retracted` and `redacted` are the revisions at which that happened.
    `relations` are those that stand.
    """

    id: str
    recorded: Made
    first: Statement | None = None
    current: Statement | None = None
    retracted: int | None = None
    redacted: int | None = None
    relations: Mapping[Pair, Made] = {}


def evolve(past: StatementPast | None, header: Header, event: Event | None) -> StatementPast | None:
    """The statement after one more event. `past` is None before it was recorded, `event` where
    its data is gone. An event that has the statement as its target changes nothing here."""
    if past is None:
        return _begin(header, event)
    if header.subject != statement_subject(past.id):
        return past
    match event:
        case StatementCorrected(changes=changes) if past.current is not None:
            return structs.replace(past, current=merged(past.current, changes))
        case StatementRetracted():
            return structs.replace(past, retracted=header.revision)
        case types.StatementRedacted():
            return structs.replace(past, redacted=header.revision, first=None, current=None)
        case StatementRelated(relation=relation, target=target):
            stands = {**past.relations, (relation, target): made_by(header)}
            return structs.replace(past, relations=stands)
        case StatementUnrelated(relation=relation, target=target):
            gone = (relation, target)
            stands = {pair: made for pair, made in past.relations.items() if pair != gone}
            return structs.replace(past, relations=stands)
        case _:
            return past


def _begin(header: Header, event: Event | None) -> StatementPast | None:
    if header.type != StatementRecorded.event_type:
        return None
    statement = event.statement if isinstance(event, StatementRecorded) else None
    return StatementPast(header.subject.partition("/")[2], made_by(header), statement, statement)


def record(past: StatementPast | None, statement: Statement, id: str) -> Decision:  # noqa: A002 - the field's own name
    """Record the statement under its id; it is a duplicate of what was recorded first if that
    was the same. Raises StatementExists, StatementRedacted."""
    if past is None:
        return Record(id, statement_subject(id), StatementRecorded(statement=statement))
    _refuse_redacted(past)
    if past.first != statement:
        raise StatementExists(f"Statement {id!r} is recorded with other content.", id)
    return Same(id, past.recorded)


def record_all(
    pasts: Mapping[str, StatementPast], statements: Iterable[tuple[str, Statement]]
) -> dict[str, Decision]:
    """Record the statements, each with its id; the same twice is one. The decisions are by id,
    in the order in which the ids come first. Raises what `record` raises."""
    first: dict[str, Statement] = {}
    decisions: dict[str, Decision] = {}
    for id_, statement in statements:
        before = first.setdefault(id_, statement)
        if before is statement:
            decisions[id_] = record(pasts.get(id_), statement, id_)
        elif before != statement:
            raise StatementExists(f"Two statements of this request have the id {id_!r}.", id_)
    return decisions


def decide(
    past: StatementPast | None,
    target: StatementPast | None,
    wanted: Event,
    id: str,  # noqa: A002 - the field's own name
) -> Record:
    """Let `wanted` happen to the statement `id`. `target` is the past of the statement that a
    new relation points to. Raises Unknown, StatementRedacted and what each rule names."""
    known = _known(past, id)
    match wanted:
        case StatementCorrected(changes=changes):
            _refuse_retracted(known)
            if known.current is not None:
                corrected(known.current, changes)
        case StatementRetracted():
            _refuse_retracted(known)
        case StatementRelated():
            _check_relation(known, target, wanted)
        case StatementUnrelated(relation=relation, target=other):
            if (relation, other) not in known.relations:
                raise Unknown(
                    "relation",
                    f"{relation}/{other}",
                    f"Statement {id!r} has no relation {relation!r} to {other!r}.",
                )
        case StatementGraded():
            pass
        case _:
            raise TypeError(f"{wanted.event_type} is not decided here")
    return Record(id, statement_subject(id), wanted)


def redact(past: StatementPast | None, revisions: Sequence[int], reason: str, id: str) -> Record:  # noqa: A002 - the field's own name
    """Redact the statement `id`; `revisions` are those of every event whose subject it is.
    Raises Unknown, StatementRedacted."""
    _known(past, id)
    event = types.StatementRedacted(revisions=tuple(revisions), reason=reason)
    return Record(id, statement_subject(id), event)


def _known(past: StatementPast | None, id: str) -> StatementPast:  # noqa: A002 - the field's own name
    if past is None:
        raise Unknown("statement", id)
    _refuse_redacted(past)
    return past


def _refuse_redacted(past: StatementPast) -> None:
    if past.redacted is not None:
        raise StatementRedacted(past.id, past.redacted)


def _refuse_retracted(past: StatementPast) -> None:
    if past.retracted is not None:
        raise AlreadyRetracted(
            f"Statement {past.id!r} was retracted at revision {past.retracted}.", past.id
        )


def _check_relation(
    past: StatementPast, target: StatementPast | None, wanted: StatementRelated
) -> None:
    if wanted.target == past.id:
        raise Rejected([Fault("/target", "A statement has no relation to itself.")], past.id)
    if target is None:
        message = f"There is no statement {wanted.target!r} here. Record it first."
        raise Rejected([Fault("/target", message)], wanted.target)
    _refuse_redacted(target)
    if (wanted.relation, wanted.target) in past.relations:
        raise RelationExists(
            f"{past.id!r} {wanted.relation} {wanted.target!r} already.",
            f"{wanted.relation}/{wanted.target}",
        )
