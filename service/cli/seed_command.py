"""One command of a seed: its kinds, their rules, and the key that makes it the same one again."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
from msgspec import Struct

from events.errors import Fault
from events.statement import SourceId, Spelling, Statement, StatementId, Text, faults_of
from events.types import (
    ActorRegistered,
    Credibility,
    Relation,
    Reliability,
    TimelineOpened,
)
from events.wording import LANGUAGE, SOURCE_ID, SPELLING, STATEMENT_ID, Wording

__all__ = [
    "AliasCommand",
    "Command",
    "GradeCommand",
    "Played",
    "RelationCommand",
    "keyed",
    "name_of",
    "wrong_in",
]

_NAMESPACE: Final = uuid.UUID("5f0d6d5c-8d0b-5c0e-9a54-3f4f0c8f2b1d")
"""Of the ids that statements without one get: any UUID, but for ever this one."""


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class AliasCommand(_Part, frozen=True, kw_only=True):
    """One more spelling of the actor with that id."""

    actor: Spelling
    alias: Spelling


class RelationCommand(_Part, frozen=True, kw_only=True):
    """From one statement to another."""

    statement: StatementId
    relation: Relation
    target: StatementId
    note: Text | None = None


class GradeCommand(_Part, frozen=True, kw_only=True):
    """Of a source's reliability, or of a statement's credibility."""

    source: SourceId | None = None
    reliability: Reliability | None = None
    statement: StatementId | None = None
    credibility: Credibility | None = None
    note: Text | None = None


Command: TypeAlias = (
    TimelineOpened | ActorRegistered | AliasCommand | Statement | RelationCommand | GradeCommand
)


class Played(NamedTuple):
    """A command and the line (from 1) that it stands on. `key` is its own for ever: the same
    command on the same timeline has the same one."""

    line: int
    command: Command
    key: str


def keyed(line: int, command: Command, timeline: str) -> Played:
    """The command with its key; a statement without an id gets one that follows from both."""
    canonical = msgspec.json.encode(command, order="sorted")
    kind = type(command).__name__.encode()
    text = b"\n".join((timeline.encode(), kind, canonical))
    if isinstance(command, Statement) and command.id is None:
        given = str(uuid.uuid5(_NAMESPACE, text.decode()))
        command = msgspec.structs.replace(command, id=given)
    return Played(line, command, hashlib.sha256(text).hexdigest())


def name_of(command: Command) -> tuple[str, str | None] | None:
    """What the command describes as a whole, None where it adds to something."""
    match command:
        case TimelineOpened():
            return ("timeline", None)
        case ActorRegistered(id=id) | Statement(id=id):
            return ("actor" if isinstance(command, ActorRegistered) else "statement", id)
        case _:
            return None


def wrong_in(command: Command) -> list[Fault]:
    """What the shape of the line cannot say."""
    match command:
        case Statement():
            return faults_of(command, "/statement")
        case TimelineOpened(language=language):
            return _words(("/timeline/language", language, LANGUAGE))
        case ActorRegistered(id=id, name=name):
            return _words(("/actor/id", id, SPELLING), ("/actor/name", name, SPELLING))
        case AliasCommand(actor=actor, alias=alias):
            return _words(("/alias/actor", actor, SPELLING), ("/alias/alias", alias, SPELLING))
        case RelationCommand(statement=statement, target=target):
            return _words(
                ("/relation/statement", statement, STATEMENT_ID),
                ("/relation/target", target, STATEMENT_ID),
            )
        case GradeCommand():
            return _grade(command)


def _grade(grade: GradeCommand) -> list[Fault]:
    of_source = grade.source is not None and grade.reliability is not None
    of_statement = grade.statement is not None and grade.credibility is not None
    given: list[Any] = [grade.source, grade.reliability, grade.statement, grade.credibility]
    if of_source == of_statement or sum(value is not None for value in given) != 2:
        advice = "A grade has source and reliability, or statement and credibility."
        return [Fault("/grade", advice)]
    return _words(
        ("/grade/source", grade.source, SOURCE_ID),
        ("/grade/statement", grade.statement, STATEMENT_ID),
    )


def _words(*rules: tuple[str, str | None, Wording]) -> list[Fault]:
    return [
        Fault(path, wording.rule)
        for path, text, wording in rules
        if text is not None and not wording.admits(text)
    ]
