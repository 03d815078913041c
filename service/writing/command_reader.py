"""Reads an array of commands: JSON, or one JSON object a line. A wrong command is replaced by its
fault; the others are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, cast

import msgspec

from events.errors import Fault, InvalidInput
from events.event.types import (
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    SourceGraded,
    StatementRecorded,
    TimelineOpened,
)
from events.statement import shape
from events.statement.correction import faults_of_changes
from events.statement.statement import Statement
from events.statement.validation import MOST_FAULTS
from service.http.requests import TooLarge
from service.messages.commands import (
    AliasCommand,
    CommandBody,
    GradeCommand,
    RelationCommand,
    faults_of_command,
)
from service.writing.deciding.command import Command, Put
from service.writing.execution.command import CommandArray
from service.writing.execution.slices import Slices

__all__ = ["MOST_COMMANDS", "PUT_AGAIN", "read_commands"]

MOST_COMMANDS: Final = 1_000
"""The most commands of one call."""

PUT_AGAIN: Final = "The whole statement was put again, with these differences."
"""The reason of a correction by a statement that was put without one."""


async def read_commands(
    content: bytes, timeline: str, *, is_atomic: bool, is_lines: bool
) -> CommandArray:
    """The commands of a body for the timeline. Raises InvalidInput if it is not an array, or is
    empty, and TooLarge."""
    texts = [*_lines(content)] if is_lines else shape.decode(content, _ARRAY)
    if not texts:
        raise InvalidInput([Fault("", f"Send 1 to {MOST_COMMANDS:,} commands.")])
    if len(texts) > MOST_COMMANDS:
        message = f"An array has at most {MOST_COMMANDS:,} commands: send it in parts."
        raise TooLarge(message, MOST_COMMANDS)
    read, slices = [], Slices()
    for n, text in enumerate(texts):
        read.append(_read(bytes(text), n, timeline))
        await slices.step()
    return CommandArray(
        tuple(each.item for each in read), tuple(each.kind for each in read), is_atomic
    )


class _Item(NamedTuple):
    """A command, or its fault; and the name under which it was given, if it has one."""

    kind: str
    item: Command | InvalidInput


_ARRAY: Any = list[msgspec.Raw]


def _lines(content: bytes) -> Iterator[bytes]:
    """The lines that are not blank."""
    return (line for line in content.split(b"\n") if line.strip())


def _read(text: bytes, number: int, timeline: str) -> _Item:
    try:
        body = shape.decode(text, CommandBody, faults_of_command)
    except InvalidInput as error:
        faults = [*_faults_of_changes(text), *error.faults][:MOST_FAULTS]
        return _Item(
            "", InvalidInput([each._replace(path=f"/{number}{each.path}") for each in faults])
        )
    ((kind, value),) = body.members.items()
    if kind == "put":
        reason = PUT_AGAIN if body.reason is msgspec.UNSET else body.reason
        return _Item(kind, Command(value.id, Put(statement=value, reason=reason)))
    return _Item(kind, _command(kind, value, timeline))


def _command(kind: str, value: Any, timeline: str) -> Command:
    match value:
        case TimelineOpened():
            return Command(timeline, value)
        case ActorRegistered():
            return Command(value.id, value)
        case Statement():
            return Command(value.id or "", StatementRecorded(statement=value))
        case AliasCommand(actor=actor, alias=alias):
            event = AliasRemoved(alias=alias) if kind == "unalias" else AliasAdded(alias=alias)
            return Command(actor, event)
        case RelationCommand():
            return Command(value.statement, value.event())
        case GradeCommand():
            graded = value.event()
            thing = value.source if isinstance(graded, SourceGraded) else value.statement
            return Command(cast("str", thing), cast("SourceGraded", graded))
        case _:
            return Command(value.id, value.event())


class _Changes(msgspec.Struct):
    changes: dict[str, Any]


class _Correction(msgspec.Struct):
    correction: _Changes


def _faults_of_changes(text: bytes) -> list[Fault]:
    """The faults of the changes in an invalid correction, which the rules do not see."""
    try:
        changes = msgspec.json.decode(text, type=_Correction).correction.changes
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    found = faults_of_changes(changes)
    return [each._replace(path=f"/correction{each.path}") for each in found]
