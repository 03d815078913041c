"""Reads a file of commands, one JSON object a line, and checks all of it before anything is
played."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import UNSET, Struct, UnsetType

from events.errors import Fault, InvalidInput
from events.event.types import ActorRegistered, TimelineOpened
from events.statement.shape import decode
from events.statement.statement import Statement
from events.statement.wording import ACTOR_ID
from service.cli.seeding.seed_command import (
    Command,
    SeedCommand,
    as_sent,
    keyed,
    name_of,
)
from service.cli.statements.encoding import wrong_byte
from service.messages.commands import (
    AliasCommand,
    GradeCommand,
    RelationCommand,
    faults_of_command,
)

__all__ = ["SeedFault", "read_seed"]


class _Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    timeline: TimelineOpened | UnsetType = UNSET
    actor: ActorRegistered | UnsetType = UNSET
    alias: AliasCommand | UnsetType = UNSET
    statement: Statement | UnsetType = UNSET
    relation: RelationCommand | UnsetType = UNSET
    grade: GradeCommand | UnsetType = UNSET


class SeedFault(NamedTuple):
    """A fault on a line (from 1)."""

    line: int
    fault: Fault

    def __str__(self) -> str:
        at = f" {self.fault.path}" if self.fault.path else ""
        column = f", column {self.fault.column}" if self.fault.column else ""
        return f"line {self.line}{at}{column}: {self.fault.message}"


def read_seed(lines: Iterable[bytes], timeline: str) -> tuple[list[SeedCommand], list[SeedFault]]:
    """The commands for `timeline`, and all their faults.

    Blank lines are skipped. A statement without an id gets one that is derived from the timeline
    and the statement; a line that repeats an earlier one is left out.
    """
    played: list[SeedCommand] = []
    faults: list[SeedFault] = []
    seen = _Seen()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if (wrong := wrong_byte(line)) is not None:
            faults.append(SeedFault(number, Fault("", wrong)))
            continue
        try:
            command = _command(line)
        except InvalidInput as error:
            faults += [SeedFault(number, fault) for fault in error.faults]
            continue
        item = keyed(number, command, timeline)
        found = [*_wrong_in(item.command), *seen.clash(item)]
        faults += [SeedFault(number, fault) for fault in found]
        if seen.add(item):
            played.append(item)
    return played, faults


def _wrong_in(command: Command) -> list[Fault]:
    """Everything that is wrong in a command of the right shape. The id of an actor may be new."""
    faults = faults_of_command(as_sent(command))
    if isinstance(command, ActorRegistered) and not ACTOR_ID.admits(command.id):
        faults.append(ACTOR_ID.fault("/actor/id", command.id))
    return faults


class _Seen:
    """The lines so far. If a file described one thing in two ways, playing it would change the
    thing every time."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._first: dict[tuple[str, str | None], SeedCommand] = {}

    def add(self, item: SeedCommand) -> bool:
        """Remember the command. Returns False if an earlier line has the same one."""
        new = item.key not in self._keys
        self._keys.add(item.key)
        if (name := name_of(item.command)) is not None:
            self._first.setdefault(name, item)
        return new

    def clash(self, item: SeedCommand) -> Iterator[Fault]:
        """Faults for contradictions to earlier lines."""
        name = name_of(item.command)
        earlier = None if name is None else self._first.get(name)
        if name is not None and earlier is not None and earlier.key != item.key:
            yield Fault("", f"Line {earlier.line} says something else of the same {name[0]}.")
        if isinstance(item.command, TimelineOpened) and self._keys and earlier is None:
            yield Fault("", "The timeline is opened on the first line, if at all.")


def _command(line: bytes) -> Command:
    given = decode(line, _Line)
    commands = [
        command
        for name in given.__struct_fields__
        if (command := getattr(given, name)) is not UNSET
    ]
    if len(commands) != 1:
        names = ", ".join(given.__struct_fields__)
        raise InvalidInput([Fault("", f"A line is an object with exactly one of {names}.")])
    found: Command = commands[0]
    return found
