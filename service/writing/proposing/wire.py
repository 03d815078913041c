"""Commands in the form of `POST …/commands`, which is how a proposal stores them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from events.errors import Forbidden
from events.event.types import (
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    SourceGraded,
    StatementCorrected,
    StatementGraded,
    StatementRecorded,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
    TimelineOpened,
)
from service.writing.command_reader import read_commands
from service.writing.deciding.command import Command, Put
from service.writing.execution.command import CommandArray

__all__ = ["array_of", "wire_of"]

_KINDS: Final[Mapping[type, tuple[str, str]]] = {
    StatementCorrected: ("correction", "id"),
    StatementRetracted: ("retraction", "id"),
    StatementReinstated: ("reinstatement", "id"),
    StatementRelated: ("relation", "statement"),
    StatementUnrelated: ("unrelation", "id"),
    StatementGraded: ("grade", "statement"),
    SourceGraded: ("grade", "source"),
    ActorRegistered: ("actor", "id"),
    AliasAdded: ("alias", "actor"),
    AliasRemoved: ("unalias", "actor"),
}
"""The name of a command and of the member that says what it is about, by the type of its event."""

_UNPROPOSABLE: Final = "Only what records can be proposed, not what needs the right {!r}."


def wire_of(command: Command) -> dict[str, Any]:
    """The command as an object with one member, and a reason beside `put`. Raises Forbidden if it
    cannot be proposed."""
    id_, event = command
    if isinstance(event, StatementRecorded):
        return {"statement": _members(event.statement)}
    if isinstance(event, Put):
        return {"put": _members(event.statement), "reason": event.reason}
    kind = _KINDS.get(type(event))
    if kind is None:
        right = "open" if isinstance(event, TimelineOpened) else "redact"
        raise Forbidden(right, _UNPROPOSABLE.format(right))
    name, thing = kind
    return {name: {thing: id_, **_members(event)}}


async def array_of(
    commands: Sequence[dict[str, Any]], timeline: str, *, is_atomic: bool
) -> CommandArray:
    """The commands of a proposal."""
    content = msgspec.json.encode(commands)
    return await read_commands(content, timeline, is_atomic=is_atomic, is_lines=False)


def _members(thing: Any) -> dict[str, Any]:
    """The members that are not empty."""
    told: dict[str, Any] = msgspec.to_builtins(thing)
    return told
