"""The commands of a seed: their kinds, their rules, and the key that makes them idempotent."""

from __future__ import annotations

import hashlib
import uuid
from typing import Final, NamedTuple, TypeAlias

import msgspec

from events.event.types import ActorRegistered, TimelineOpened
from events.statement.first_form import first_form
from events.statement.statement import Statement
from service.messages.commands import (
    AliasCommand,
    CommandBody,
    GradeCommand,
    RelationCommand,
)

__all__ = ["Command", "SeedCommand", "as_sent", "keyed", "name_of"]

_NAMESPACE: Final = uuid.UUID("5f0d6d5c-8d0b-5c0e-9a54-3f4f0c8f2b1d")
"""The namespace of the ids of statements without an id: an arbitrary UUID that must never
change."""


Command: TypeAlias = (
    TimelineOpened | ActorRegistered | AliasCommand | Statement | RelationCommand | GradeCommand
)


class SeedCommand(NamedTuple):
    """A command and its line (from 1). `key` is its idempotency key: the same command on the same
    timeline always has the same one."""

    line: int
    command: Command
    key: str


def keyed(line: int, command: Command, timeline: str) -> SeedCommand:
    """The command with its key. A statement without an id gets one that is derived from command and
    timeline."""
    canonical = msgspec.json.encode(first_form(command), order="sorted")
    kind = type(command).__name__.encode()
    text = b"\n".join((timeline.encode(), kind, canonical))
    if isinstance(command, Statement) and command.id is None:
        given = str(uuid.uuid5(_NAMESPACE, text.decode()))
        command = msgspec.structs.replace(command, id=given)
    return SeedCommand(line, command, hashlib.sha256(text).hexdigest())


def name_of(command: Command) -> tuple[str, str | None] | None:
    """The thing that the command describes completely, or None if it only adds to something."""
    match command:
        case TimelineOpened():
            return ("timeline", None)
        case ActorRegistered(id=id) | Statement(id=id):
            return ("actor" if isinstance(command, ActorRegistered) else "statement", id)
        case _:
            return None


def as_sent(command: Command) -> CommandBody:
    """The command in the form of `POST …/commands`."""
    match command:
        case TimelineOpened():
            return CommandBody(timeline=command)
        case ActorRegistered():
            return CommandBody(actor=command)
        case AliasCommand():
            return CommandBody(alias=command)
        case Statement():
            return CommandBody(statement=command)
        case RelationCommand():
            return CommandBody(relation=command)
        case GradeCommand():
            return CommandBody(grade=command)
