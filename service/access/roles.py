"""Roles, and the rights that each of them gives.

    right      may
    read       see everything under a timeline: statements, events, streams, proofs, the page
    propose    write what becomes a proposal
    write      record, correct, retract, reinstate, relate, grade, register actors, import
    review     approve and refuse proposals
    open       open timelines within the pattern, and describe them
    redact     have the text of a statement removed
    manage     issue and revoke keys, give and take grants
    operate    see the metrics and the details of the health

`manage` needs the role of an admin on `*`, because a key or a grant can be about any timeline. An
admin may `operate` on the same condition, because health and metrics speak of all timelines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

__all__ = ["RIGHTS", "ROLES", "SERVICE_RIGHTS", "Right", "rights_of"]

Right = Literal["read", "propose", "write", "review", "open", "redact", "manage", "operate"]

RIGHTS: Final[tuple[Right, ...]] = get_args(Right)

SERVICE_RIGHTS: Final[frozenset[Right]] = frozenset({"manage", "operate"})
"""Rights to the whole service, not to a timeline."""

_READER: Final[frozenset[Right]] = frozenset({"read"})
_CONTRIBUTOR: Final[frozenset[Right]] = _READER | {"propose"}
_WRITER: Final[frozenset[Right]] = _CONTRIBUTOR | {"write"}
_EDITOR: Final[frozenset[Right]] = _WRITER | {"review", "open"}
_OPERATOR: Final[frozenset[Right]] = frozenset({"operate"})

ROLES: Final[Mapping[str, frozenset[Right]]] = {
    "reader": _READER,
    "contributor": _CONTRIBUTOR,
    "writer": _WRITER,
    "editor": _EDITOR,
    "admin": _EDITOR | {"redact", "manage", "operate"},
    "operator": _OPERATOR,
}
"""The rights of each role."""


def rights_of(role: str, timelines: str) -> frozenset[Right]:
    """The rights that the role gives on the timelines of that pattern. A role that this version
    does not know gives none."""
    rights = ROLES.get(role, frozenset())
    if role == "admin" and timelines != "*":
        return rights - SERVICE_RIGHTS
    return rights
