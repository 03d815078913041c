"""The rules of a statement, from its recording to its redaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, structs

from events.errors import (
    AlreadyRetracted,
    Fault,
    NotRetracted,
    Rejected,
    RelationExists,
    StatementExists,
    StatementGone,
    Unknown,
)
from events.event import types
from events.event.envelope import Header, statement_subject, subject_id
from events.event.types import (
    Event,
    StatementCorrected,
    StatementGraded,
    StatementRecorded,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
)
from events.statement.correction import corrected, in_one_form
from events.statement.statement import Statement
from service.writing.rules.decision import AlreadyRecorded, Decision, EventRef, Record, event_ref

__all__ = ["Pair", "StatementPast", "begin", "decide", "record", "record_all", "redact"]

Pair = tuple[str, str]
"""A relation: its name and its target."""


class StatementPast(Struct, frozen=True):
    """The result of the events about a statement.

    `first` is the statement as it was recorded, `current` as corrected since; both are None once
    the text is gone. `retracted` is the revision of the retraction that is in force, `redacted`
    that of the redaction. `relations` are its own that are in force, as far as the command needs
    them.
    """

    id: str
    recorded: EventRef
    first: Statement | None = None
    current: Statement | None = None
    retracted: int | None = None
    redacted: int | None = None
    relations: frozenset[Pair] = frozenset()


def begin(header: Header, event: Event | None) -> StatementPast | None:
    """The statement after its first event; None if that event is not a recording. `event` is None
    if its data is gone."""
    if header.type != StatementRecorded.event_type:
        return None
    statement = event.statement if isinstance(event, StatementRecorded) else None
    return StatementPast(subject_id(header.subject), event_ref(header), statement, statement)


def record(past: StatementPast | None, statement: Statement, id: str) -> Decision:  # noqa: A002 - the field's own name
    """Record the statement under its id. If the same was recorded first, it is a duplicate. Raises
    StatementExists, StatementGone."""
    if past is None:
        return Record(id, statement_subject(id), StatementRecorded(statement=statement))
    _refuse_redacted(past)
    if past.first != statement:
        raise StatementExists([id])
    return AlreadyRecorded(id, past.recorded)


def record_all(
    pasts: Mapping[str, StatementPast], statements: Iterable[tuple[str, Statement]]
) -> dict[str, Decision]:
    """Record the statements, each with its id; two equal ones count as one. Returns the decisions
    by id, in the order of the statements. Raises what `record` raises; StatementExists has all ids
    that are taken."""
    first: dict[str, Statement] = {}
    decisions: dict[str, Decision] = {}
    taken: dict[str, None] = {}
    for id_, statement in statements:
        before = first.setdefault(id_, statement)
        try:
            if before is statement:
                decisions[id_] = record(pasts.get(id_), statement, id_)
            elif before != statement:
                taken[id_] = None
        except StatementExists:
            taken[id_] = None
    if taken:
        raise StatementExists([*taken])
    return decisions


def decide(
    past: StatementPast | None,
    target: StatementPast | None,
    wanted: Event,
    id: str,  # noqa: A002 - the field's own name
) -> Record:
    """Decide about `wanted` for the statement `id`. `target` is the past of the statement that a
    new relation points to. Raises Unknown, StatementGone and the errors of each rule."""
    known = _known(past, id)
    match wanted:
        case StatementCorrected(changes=changes):
            _refuse_retracted(known)
            if known.current is not None:
                after = corrected(known.current, changes)
                wanted = structs.replace(wanted, changes=in_one_form(changes, after))
        case StatementRetracted():
            _refuse_retracted(known)
        case StatementReinstated():
            _refuse_standing(known)
        case StatementRelated():
            _check_relation(known, target, wanted)
        case StatementUnrelated():
            _check_relation_stands(known, wanted)
        case StatementGraded():
            pass
        case _:
            raise TypeError(f"{wanted.event_type} is not decided here")
    return Record(id, statement_subject(id), wanted)


def redact(past: StatementPast | None, revisions: Sequence[int], reason: str, id: str) -> Record:  # noqa: A002 - the field's own name
    """Redact the statement `id`; `revisions` are those of every event whose subject it is.
    Raises Unknown, StatementGone."""
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
        raise StatementGone(past.id, past.redacted)


def _refuse_retracted(past: StatementPast) -> None:
    if past.retracted is not None:
        raise AlreadyRetracted(
            f"Statement {past.id!r} was retracted at revision {past.retracted}.", past.id
        )


def _refuse_standing(past: StatementPast) -> None:
    if past.retracted is None:
        raise NotRetracted(f"Statement {past.id!r} is not retracted.", past.id)


def _check_relation_stands(past: StatementPast, wanted: StatementUnrelated) -> None:
    relation, other = wanted.relation, wanted.target
    if (relation, other) not in past.relations:
        message = f"Statement {past.id!r} has no relation {relation!r} to {other!r}."
        raise Unknown("relation", f"{relation}/{other}", message)


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
