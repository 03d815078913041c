"""Making proposals: a write is decided as usual, and then stored instead of being carried out.

A proposal contains the commands that would record something new. While it waits, the same write by
the same author returns it. With an Idempotency-Key the same request always returns the same
proposal, with its present state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

import msgspec
from msgspec import structs

from events.errors import IdempotencyConflict, InvalidInput, OnrecordError, StatementGone
from events.event.types import ProposalMade, StatementRecorded
from events.statement.timeline_names import PROPOSALS
from projections.answers.proposal import ProposalState
from service.messages.write_results import Recorded
from service.writing.deciding.command import Command
from service.writing.deciding.proposal_past import KnownProposal
from service.writing.execution.command import (
    ArrayResult,
    Caller,
    CommandArray,
    CommandResult,
    RecordStatements,
)
from service.writing.execution.commands import Commands
from service.writing.execution.idempotency import Key, content_of
from service.writing.proposing.reviewer import Reviewer
from service.writing.proposing.series import ProposalSeries
from service.writing.proposing.wire import wire_of

__all__ = ["ProposedWrite", "Proposer"]

_NAMESPACE: Final = UUID("4d1c7b52-3e0a-5b57-8f86-2a9d0c1e6f37")

_Outcome = Recorded | OnrecordError


class ProposedWrite(NamedTuple):
    """The result of a write that was proposed. `proposal` is the id of its proposal, which is new
    or was waiting; None if the write contains nothing new. `revision` is the timeline's own, which
    no proposal changes."""

    result: CommandResult | ArrayResult
    proposal: str | None
    revision: int = 0
    state: ProposalState = "proposed"


class Proposer:
    """Makes proposals."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._reviewer = Reviewer(commands)
        self._log = commands.log
        self._fingerprint = commands.fingerprint

    async def propose(
        self, timeline: str, command: Command | RecordStatements, caller: Caller
    ) -> ProposedWrite:
        """Propose a command, or statements all or none. Raises what `Commands.execute` raises, and
        Forbidden for commands that cannot be proposed."""
        wanted = _commands_in(command)
        before = await self._before(timeline, command, caller)
        if before is not None:
            known = [Recorded(each.id, "", 0, duplicate=True) for each in wanted]
            items = tuple(_as_proposed(wanted, known, before, caller.key))
            revision = await self._commands.head(timeline)
            result = CommandResult(items, revision)
            return ProposedWrite(result, before.folded.id, revision, before.folded.state)
        tried = await self._commands.execute(timeline, command, _dry(caller))
        outcomes = dict(enumerate(tried.items))
        proposal = await self._keep(timeline, wanted, outcomes, caller, command)
        items = tuple(_in_order(tried.items, wanted, proposal))
        return ProposedWrite(tried._replace(items=items), proposal, _revision_before(tried))

    async def propose_all(
        self, timeline: str, array: CommandArray, caller: Caller
    ) -> ProposedWrite:
        """Propose those of the commands that would be carried out; none if the array is atomic and
        one of them would be refused. Raises what `Commands.execute_all` raises."""
        before = await self._before(timeline, array, caller)
        tried = await self._commands.execute_all(timeline, array, _dry(caller))
        revision = _revision_before(tried)
        if before is not None:
            again = _as_proposed(array.items, tried.items, before, caller.key)
            result = tried._replace(items=tuple(again))
            return ProposedWrite(result, before.folded.id, revision, before.folded.state)
        if array.is_atomic and tried.refused:
            return ProposedWrite(tried, None)
        outcomes = dict(enumerate(tried.items))
        proposal = await self._keep(timeline, array.items, outcomes, caller, array)
        items = tuple(_in_order(tried.items, array.items, proposal))
        return ProposedWrite(tried._replace(items=items), proposal, revision)

    async def _before(
        self, timeline: str, asked: Command | RecordStatements | CommandArray, caller: Caller
    ) -> KnownProposal | None:
        """The proposal that the same request with the same Idempotency-Key became before. Raises
        IdempotencyConflict if the key was used for another request."""
        if caller.key is None:
            return None
        key = self._key(timeline, caller, asked)
        (claim,) = await self._log.receipts(PROPOSALS + timeline, [key.claim.id])
        if claim is None:
            return None
        if claim.fingerprint != key.claim.fingerprint:
            raise IdempotencyConflict(key.given)
        return await self._reviewer.find(timeline, key.event_id())

    def _key(
        self, timeline: str, caller: Caller, asked: Command | RecordStatements | CommandArray
    ) -> Key:
        """The caller's key, in the scope of the caller's own proposals."""
        text = f"{caller.key}\n{caller.author}"
        return Key(PROPOSALS + timeline, text, asked, self._fingerprint)

    async def _keep(
        self,
        timeline: str,
        wanted: Sequence[Command | InvalidInput],
        outcomes: Mapping[int, _Outcome],
        caller: Caller,
        asked: Command | RecordStatements | CommandArray,
    ) -> str | None:
        """Make a proposal of the new commands, except in a dry run, or if it is waiting already.
        Returns its id; None if nothing is new."""
        new = [wanted[n] for n, outcome in outcomes.items() if _is_new(outcome)]
        commands = [each for each in new if isinstance(each, Command)]
        if not commands:
            return None
        is_atomic = not isinstance(asked, CommandArray) or asked.is_atomic
        key = self._key(timeline, caller, asked) if caller.key is not None else None
        if key is not None:
            id_, waits = key.event_id(), False
        else:
            id_, waits = await self._in_series(timeline, commands, caller.author, is_atomic)
        wires = tuple(map(wire_of, _named(commands, id_)))
        if not waits and not caller.dry_run:
            name = await self._commands.open_proposals(timeline)
            made = Command(id_, ProposalMade(commands=wires, atomic=is_atomic))
            proposer = Caller(caller.author, key.text if key else None, asked=asked)
            await self._commands.execute(name, made, proposer)
        return id_

    async def _in_series(
        self, timeline: str, commands: Sequence[Command], author: str, is_atomic: bool
    ) -> tuple[str, bool]:
        """The id of the waiting proposal with this content, and True; or the next id, and False."""
        content = content_of(CommandArray(tuple(commands), (), is_atomic))
        fingerprint = self._fingerprint(b"%d\n%b" % (is_atomic, content))
        series = ProposalSeries(self._log, PROPOSALS + timeline, author, fingerprint)
        length = await series.length()
        if length and await self._waits(timeline, series.id(length - 1)):
            return series.id(length - 1), True
        return series.id(length), False

    async def _waits(self, timeline: str, proposal: str) -> bool:
        try:
            found = await self._reviewer.find(timeline, proposal)
        except StatementGone:
            return False
        return found.folded.state == "proposed"


def _commands_in(command: Command | RecordStatements) -> list[Command]:
    if isinstance(command, Command):
        return [command]
    return [
        Command(each.id or "", StatementRecorded(statement=each)) for each in command.statements
    ]


def _is_new(outcome: _Outcome) -> bool:
    return isinstance(outcome, Recorded) and not outcome.duplicate


def _revision_before(result: CommandResult | ArrayResult) -> int:
    """The timeline's real revision; a dry run has counted beyond it."""
    return result.revision - sum(map(_is_new, result.items))


def _dry(caller: Caller) -> Caller:
    return caller._replace(key=None, dry_run=True)


def _named(commands: Sequence[Command], proposal: str) -> list[Command]:
    """The commands of the proposal. Statements without an id get one that is derived from the
    proposal's id and their place in it."""
    named = list(commands)
    for n, (_, event) in enumerate(commands):
        if isinstance(event, StatementRecorded) and event.statement.id is None:
            id_ = str(uuid5(_NAMESPACE, f"{proposal}\n{n}"))
            statement = structs.replace(event.statement, id=id_)
            named[n] = Command(id_, StatementRecorded(statement=statement))
    return named


def _in_order(
    outcomes: Sequence[Any], wanted: Sequence[Command | InvalidInput], proposal: str | None
) -> Iterator[Any]:
    """The outcomes; a command that became part of the proposal has the id that it has there."""
    new = [each for each, came in zip(wanted, outcomes, strict=True) if _is_new(came)]
    commands = [each for each in new if isinstance(each, Command)]
    named = iter(_named(commands, proposal) if proposal else commands)
    for outcome in outcomes:
        yield structs.replace(outcome, id=next(named).id) if _is_new(outcome) else outcome


def _as_proposed(
    wanted: Sequence[Command | InvalidInput],
    outcomes: Sequence[Any],
    before: KnownProposal,
    key: str | None,
) -> Iterator[Any]:
    """The outcomes of a request that was proposed before. A command that was refused then, and
    would be accepted now, needs another key."""
    made = before.made.event
    kept = iter(made.commands if isinstance(made, ProposalMade) else ())
    following = next(kept, None)
    for each, outcome in zip(wanted, outcomes, strict=True):
        if isinstance(each, Command) and following is not None and _is_of(each, following):
            ((_, told),) = [pair for pair in following.items() if pair[0] != "reason"]
            id_ = each.id or str(told["id"])
            yield Recorded(id_, "", 0, duplicate=False)
            following = next(kept, None)
        else:
            yield IdempotencyConflict(key or "") if _is_new(outcome) else outcome


def _is_of(command: Command, kept: Mapping[str, Any]) -> bool:
    """Whether the command became this part of a proposal, in which every statement has an id."""
    event = command.event
    if isinstance(event, StatementRecorded) and event.statement.id is None:
        told = kept.get("statement")
        if told is None:
            return False
        kept = {"statement": told | {"id": None}}
    return bool(_plain(wire_of(command)) == _plain(kept))


def _plain(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))
