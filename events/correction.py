"""A correction: a JSON merge patch (RFC 7396) of a statement.

A member that the patch removes takes its default. Where the patched statement would not be one,
the faults stand at the members of `changes` that cause them.
"""

from __future__ import annotations

from typing import Any

import msgspec

from events.errors import Fault, Rejected
from events.shape import escape, fault_of, shortened
from events.statement import Said, Statement, faults_of

__all__ = ["corrected", "merged"]

_MOST_FAULTS = 100
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
        fault = fault_of(error, Statement)
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
    """The names that are none of ours, up to a hundred of them."""
    faults = []
    if "id" in changes:
        faults.append(Fault("/changes/id", "A statement's id never changes."))
    odd = [name for name in changes if name not in _FIELDS and name != "id"]
    faults += [_no_field("/changes", "A statement", name) for name in odd[:_MOST_FAULTS]]
    said = changes.get("said")
    if isinstance(said, dict):
        odd = [name for name in said if name not in _SAID]
        faults += [_no_field("/changes/said", "said", name) for name in odd[:_MOST_FAULTS]]
    return faults[:_MOST_FAULTS]


def _no_field(at: str, of: str, name: str) -> Fault:
    name = shortened(name)
    return Fault(f"{at}/{escape(name)}", f"{of} has no field {name!r}.")
