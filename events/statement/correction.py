"""A correction: a JSON merge patch (RFC 7396) of a statement.

A member that the patch removes gets its default. If the result is not a valid statement, each fault
points at the member of `changes` that causes it. Values that were accepted by earlier, milder rules
may stay; only what the correction changes is checked.
"""

from __future__ import annotations

from typing import Any

import msgspec

from events.errors import Fault, Rejected
from events.statement.faults import faults_of
from events.statement.shape import faults_of_value
from events.statement.statement import Said, Statement
from events.statement.validation import MOST_FAULTS, escape, shortened, unescape

__all__ = ["corrected", "faults_of_changes", "in_one_form", "merged"]

_FIELDS = frozenset(Statement.__struct_fields__) - {"id"}
_SAID = frozenset(Said.__struct_encode_fields__)
_PLAIN = Statement(kind="claim", text="x", said=Said(by="x", on=None))
"""A valid statement."""


def corrected(statement: Statement, changes: dict[str, Any]) -> Statement:
    """Apply `changes` to the statement. Raises `Rejected` if they name `id` or an unknown field,
    change nothing, or make it invalid."""
    odd = _unknown(changes)
    if odd:
        changes = _known(changes)  # to report other faults with these
    try:
        raw = _patched(statement, changes)
    except RecursionError as error:
        raise Rejected([Fault("/changes", "The correction nests too deeply.")]) from error
    try:
        patched = msgspec.convert(raw, type=Statement)
        faults = faults_of(patched)
    except msgspec.ValidationError:
        patched = statement
        faults = faults_of_value(raw, Statement, faults_of)
    before = msgspec.to_builtins(statement)
    faults = [fault for fault in faults if _is_within(fault.path, changes, before)]
    if odd or faults:
        faults = [fault._replace(path=f"/changes{_path(fault, changes)}") for fault in faults]
        raise Rejected([*odd, *faults][:MOST_FAULTS])
    if patched == statement:
        raise Rejected([Fault("/changes", "The correction changes nothing.")])
    return patched


def faults_of_changes(changes: dict[str, Any]) -> list[Fault]:
    """The faults that `changes` have, whichever statement they correct."""
    try:
        corrected(_PLAIN, changes)
    except Rejected as error:
        return [fault for fault in error.faults if fault.path != "/changes"]
    return []


def merged(statement: Statement, changes: dict[str, Any]) -> Statement:
    """Apply `changes` as a fold does: check only the shape of the result."""
    return msgspec.convert(_patched(statement, changes), type=Statement)


def in_one_form(changes: dict[str, Any], after: Statement) -> dict[str, Any]:
    """The changes, with each list that may be written in several ways replaced by its form in the
    statement `after` the changes."""
    lists = ("about", "tags")
    return changes | {
        name: [*msgspec.to_builtins(getattr(after, name))] for name in lists if changes.get(name)
    }


def _patched(statement: Statement, changes: dict[str, Any]) -> dict[str, Any]:
    patched: dict[str, Any] = _merge(msgspec.to_builtins(statement), changes)
    said = patched.get("said")
    if isinstance(said, dict):
        said.setdefault("by", None)
        said.setdefault("on", None)
    return patched


def _is_within(path: str, changes: Any, before: Any) -> bool:
    """Whether the patch sets or removes the member that a fault is about, or creates the object
    that lacks it. Members that an older rule accepted stay as they are until a correction changes
    them. `before` is the patched value."""
    for step in map(unescape, path.split("/")[1:]):
        if not isinstance(changes, dict):
            return True
        if step not in changes:
            return not isinstance(before, dict)
        changes = changes[step]
        before = before.get(step) if isinstance(before, dict) else None
    return True


def _path(fault: Fault, changes: Any) -> str:
    """The fault's path in the patch. It ends at a text that is short for an object."""
    path = ""
    for step in fault.path.split("/")[1:]:
        if isinstance(changes, str):
            break
        path = f"{path}/{step}"
        if isinstance(changes, list) and step.isdecimal() and int(step) < len(changes):
            changes = changes[int(step)]
        else:
            changes = changes.get(unescape(step)) if isinstance(changes, dict) else None
    return path


def _merge(target: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merge(result.get(name), value)
    return result


def _unknown(changes: dict[str, Any]) -> list[Fault]:
    """Faults for the unknown field names, a hundred at most."""
    faults = []
    if "id" in changes:
        faults.append(Fault("/changes/id", "A statement's id never changes."))
    odd = [name for name in changes if name not in _FIELDS and name != "id"]
    faults += [_no_field("/changes", "A statement", name) for name in odd[:MOST_FAULTS]]
    said = changes.get("said")
    if isinstance(said, dict):
        odd = [name for name in said if name not in _SAID]
        faults += [_no_field("/changes/said", "said", name) for name in odd[:MOST_FAULTS]]
    return faults[:MOST_FAULTS]


def _known(changes: dict[str, Any]) -> dict[str, Any]:
    """The changes of fields that exist."""
    known = {name: value for name, value in changes.items() if name in _FIELDS}
    if isinstance(said := known.get("said"), dict):
        known["said"] = {name: value for name, value in said.items() if name in _SAID}
    return known


def _no_field(at: str, of: str, name: str) -> Fault:
    name = shortened(name)
    return Fault(f"{at}/{escape(name)}", f"{of} has no field {name!r}.")
