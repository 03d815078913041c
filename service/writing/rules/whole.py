"""The rule for putting a whole statement: it is recorded, or corrected if it differs."""

from __future__ import annotations

from typing import Any

import msgspec

from events.errors import AlreadyRetracted
from events.event.types import StatementCorrected
from events.statement.statement import Statement
from service.writing.rules.decision import AlreadyRecorded, Decision, EventRef
from service.writing.rules.statement import StatementPast, decide, record

__all__ = ["changes_between", "put"]


def put(
    past: StatementPast | None,
    made: EventRef,
    statement: Statement,
    reason: str,
    id: str,  # noqa: A002 - the field's own name
) -> Decision:
    """Make the statement equal to `statement`. `made` is the event that gave it its present
    content. Raises StatementGone, AlreadyRetracted."""
    if past is None or past.redacted is not None:
        return record(past, statement, id)
    if past.current is None:
        raise ValueError(f"what the statement {id!r} says now is not known")
    if past.current == statement:
        return AlreadyRecorded(id, made)
    changes = changes_between(past.current, statement)
    try:
        return decide(past, None, StatementCorrected(changes=changes, reason=reason), id)
    except AlreadyRetracted as error:
        advice = "It is not changed by what is put in its place: reinstate it first."
        raise AlreadyRetracted(f"{error} {advice}", id) from error


def changes_between(before: Statement, after: Statement) -> dict[str, Any]:
    """The JSON merge patch (RFC 7396) that turns `before` into `after`."""
    return _patch(msgspec.to_builtins(before), msgspec.to_builtins(after))


def _patch(before: Any, after: Any) -> dict[str, Any]:
    """Lists are replaced whole. A member that is left out, or null, takes its default."""
    patch: dict[str, Any] = {}
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        nested = isinstance(old, dict) and isinstance(new, dict)
        patch[name] = _patch(old, new) if nested else new
    return patch
