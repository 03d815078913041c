"""A correction: a JSON merge patch (RFC 7396) of a statement.

A member that the patch removes takes its default. Where the patched statement would not be one,
the faults stand at the members of `changes` that cause them.
"""

from __future__ import annotations

from typing import Any

import msgspec

from events.errors import Fault, Rejected
from events.shape import escape, fault_of
from events.statement import Said, Statement, faults_of

__all__ = ["corrected", "merged"]

_FIELDS = frozenset(Statement.__struct_fields__) - {"id"}
_SAID = frozenset(Said.__struct_fields__)


def corrected(statement: Statement, changes: dict[str, Any]) -> Statement:
    """The statement with `changes`; `Rejected` where they name `id` or an unknown field, change
    nothing, or make it invalid."""
    faults = _unknown(changes)
    if faults:
        raise Rejected(faults)
    try:
        patched = merged(statement, changes)
    except msgspec.ValidationError as error:
        fault = fault_of(error)
        raise Rejected([fault._replace(path=f"/changes{fault.path}")]) from error
    except RecursionError as error:
        raise Rejected([Fault("/changes", "The correction nests too deeply.")]) from error
    faults = faults_of(patched, "/changes")
    if faults:
        raise Rejected(faults)
    if patched == statement:
        raise Rejected([Fault("/changes", "The correction changes nothing.")])
    return patched


def merged(statement: Statement, changes: dict[str, Any]) -> Statement:
    """The statement with `changes`, its shape checked and nothing else: what a fold applies."""
    patched = _merge(msgspec.to_builtins(statement), changes)
    said = patched.get("said")
    if isinstance(said, dict):
        said.setdefault("on", None)
    return msgspec.convert(patched, type=Statement)


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
    faults = []
    for name in changes:
        if name == "id":
            faults.append(Fault("/changes/id", "A statement's id never changes."))
        elif name not in _FIELDS:
            faults.append(Fault(f"/changes/{escape(name)}", f"A statement has no field {name!r}."))
    said = changes.get("said")
    if isinstance(said, dict):
        faults.extend(
            Fault(f"/changes/said/{escape(name)}", f"said has no field {name!r}.")
            for name in said
            if name not in _SAID
        )
    return faults
