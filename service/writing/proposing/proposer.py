"""Making proposals: a write is decided as it would be, and kept instead of being carried out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import structs

from events.errors import InvalidInput
from events.event.types import ProposalMade, StatementRecorded
from events.statement.statement import Statement
from events.statement.timeline_names import PROPOSALS
from service.messages.write_results import Recorded
from service.writing.deciding.command import Command
from service.writing.execution.command import (
    ArrayResult,
    Caller,
    CommandArray,
    CommandResult,
    RecordStatements,
)
from service.writing.execution.commands import Commands
from service.writing.execution.idempotency import Key
from service.writing.proposing.wire import wire_of

__all__ = ["Attempt", "Proposer"]

_Names = Callable[[int], str]
"""The id of the statement at that place, if it was given none."""


class Attempt(NamedTuple):
    """What a write would have come to. `proposal` is the id of the proposal that it became; None if
    nothing is left to propose. `revision` is the timeline's own, which no proposal changes."""

    result: CommandResult | ArrayResult
    proposal: str | None
    revision: int = 0


class Proposer:
    """Makes proposals."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._ids = commands.ids
        self._fingerprint = commands.fingerprint

    async def propose(
        self, timeline: str, command: Command | RecordStatements, caller: Caller
    ) -> Attempt:
        """Propose a command, or statements all or none. Raises what `Commands.execute` raises, and
        Forbidden for what cannot be proposed."""
        key = self._key(timeline, command, caller)
        if isinstance(command, RecordStatements):
            statements = [
                _with_id(statement, n, self._naming(key))
                for n, statement in enumerate(command.statements)
            ]
            wire = [wire_of(Command("", StatementRecorded(statement=each))) for each in statements]
            command = RecordStatements(statements)
        else:
            wire = [wire_of(command)]
        made = Command(
            key.event_id() if key else self._ids(),
            ProposalMade(commands=tuple(wire), atomic=True),
        )
        if key and await self._commands.remembered(PROPOSALS + timeline, made, key.text):
            ids = [next(iter(each.values())) for each in wire]
            items = tuple(Recorded(_id_in(each), "", 0, duplicate=False) for each in ids)
            revision = await self._commands.head(timeline)
            return Attempt(CommandResult(items, revision), made.id, revision)
        result = await self._commands.execute(timeline, command, _dry(caller))
        if all(item.duplicate for item in result.items):
            return Attempt(result, None)
        return Attempt(result, await self._keep(timeline, made, caller, key), _before(result))

    async def propose_all(self, timeline: str, array: CommandArray, caller: Caller) -> Attempt:
        """Propose those of the commands that would be carried out; none if the array is atomic and
        one of them would be refused. Raises what `Commands.execute_all` raises."""
        key = self._key(timeline, array, caller)
        items = tuple(_named(item, n, self._naming(key)) for n, item in enumerate(array.items))
        array = array._replace(items=items)
        result = await self._commands.execute_all(timeline, array, _dry(caller))
        kept = [
            wire_of(item)
            for item, outcome in zip(items, result.items, strict=True)
            if isinstance(item, Command) and isinstance(outcome, Recorded)
        ]
        is_refused = array.is_atomic and len(kept) < len(items)
        new = [i for i in result.items if isinstance(i, Recorded) and not i.duplicate]
        if is_refused or not new:
            return Attempt(result, None)
        made = Command(
            key.event_id() if key else self._ids(),
            ProposalMade(commands=tuple(kept), atomic=array.is_atomic),
        )
        return Attempt(result, await self._keep(timeline, made, caller, key), _before(result))

    def _key(
        self, timeline: str, command: Command | RecordStatements | CommandArray, caller: Caller
    ) -> Key | None:
        """The caller's key, in the scope of the caller's own proposals."""
        if caller.key is None:
            return None
        text = f"{caller.key}\n{caller.author}"
        return Key(PROPOSALS + timeline, text, command, self._fingerprint)

    def _naming(self, key: Key | None) -> _Names:
        return key.statement_id if key else lambda _: self._ids()

    async def _keep(self, timeline: str, made: Command, caller: Caller, key: Key | None) -> str:
        """Record the proposal, unless it is a dry run; its id. The key is spent on it."""
        if not caller.dry_run:
            name = await self._commands.open_proposals(timeline)
            proposer = Caller(caller.author, key.text if key else None)
            await self._commands.execute(name, made, proposer)
        return made.id


def _before(result: CommandResult | ArrayResult) -> int:
    """The timeline's revision, of which a dry run has counted on."""
    return result.revision - sum(
        isinstance(item, Recorded) and not item.duplicate for item in result.items
    )


def _dry(caller: Caller) -> Caller:
    return caller._replace(key=None, dry_run=True)


def _named(item: Command | InvalidInput, number: int, names: _Names) -> Command | InvalidInput:
    if not isinstance(item, Command) or not isinstance(item.event, StatementRecorded):
        return item
    statement = _with_id(item.event.statement, number, names)
    return Command(statement.id or "", StatementRecorded(statement=statement))


def _with_id(statement: Statement, number: int, names: _Names) -> Statement:
    return statement if statement.id else structs.replace(statement, id=names(number))


def _id_in(members: Any) -> str:
    """The id of the thing that a command on the wire is about."""
    return str(
        next(members[name] for name in ("id", "statement", "source", "actor") if name in members)
    )
