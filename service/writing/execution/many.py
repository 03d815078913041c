"""Carries out many commands of one call. Everything that they name is found together, each is
decided on the changes of those before it, and the resulting events are one append.

A crash leaves all of an append or nothing. If other writers are faster again and again, the
commands are carried out in smaller parts, one after another; then a crash leaves the first parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import structs

from events.errors import (
    IdempotencyConflict,
    InvalidInput,
    OnrecordError,
    Refused,
    RevisionConflict,
    StatementGone,
    Unknown,
)
from events.event.codec import Codec
from events.event.envelope import HEAD, Subject
from events.event.types import StatementRecorded, StatementRedacted, TimelineOpened
from events.log.contract import Log
from events.statement.timeline_names import is_reserved
from service.clock import IdMaker
from service.messages.write_results import Recorded
from service.writing.deciding.command import Command
from service.writing.deciding.decide import decide
from service.writing.deciding.finder import Finder
from service.writing.deciding.subjects import subjects_of
from service.writing.deciding.working_state import FoundState, WorkingState
from service.writing.execution.command import ArrayResult, Caller, CommandArray
from service.writing.execution.event_writer import Draft, EventWriter
from service.writing.execution.idempotency import Key
from service.writing.execution.retries import retry_conflicts
from service.writing.execution.slices import Slices
from service.writing.execution.subject_locks import SubjectLocks
from service.writing.rules.decision import AlreadyRecorded, EventRef

__all__ = ["ManyCommands"]

_Numbered = Mapping[int, Command]
"""Commands, by their numbers in the call, in order."""

_Outcome = Recorded | OnrecordError


class _Course(NamedTuple):
    """The results of the commands if the first event gets the revision after `base`: an outcome for
    each, the events, and the revisions that their subjects must still have."""

    base: int
    state: WorkingState
    outcomes: dict[int, _Outcome]
    drafts: list[Draft]
    expected: dict[Subject, int]


class _Part(NamedTuple):
    """The outcomes of some of the commands, and the timeline's revision after them."""

    outcomes: dict[int, _Outcome]
    revision: int


class _Call(NamedTuple):
    """The common part of all parts of a call. `records` is False if nothing may be recorded,
    because the call is all or nothing and some of it is malformed or forbidden."""

    timeline: str
    caller: Caller
    key: Key | None
    is_atomic: bool
    records: bool


class ManyCommands:
    """Carries out arrays of commands."""

    def __init__(
        self,
        log: Log,
        codec: Codec,
        finder: Finder,
        events: EventWriter,
        ids: IdMaker,
        locks: SubjectLocks,
    ) -> None:
        self._log = log
        self._fingerprint = codec.claim_fingerprint
        self._finder = finder
        self._pasts = finder.pasts
        self._events = events
        self._ids = ids
        self._locks = locks

    async def execute(self, timeline: str, array: CommandArray, caller: Caller) -> ArrayResult:
        """Carry out the commands. The refusal of a command is its outcome, and does not stop the
        others; but if the array is atomic, any refusal stops all.

        Raises what `Commands.execute` raises but for the refusals of single commands; Unknown if
        the timeline is not open and no command opens it.
        """
        key = caller.key and Key(timeline, caller.key, array, self._fingerprint)
        commands = self._named(array, key or None)
        opens = any(isinstance(each.event, TimelineOpened) for each in commands.values())
        is_open = opens or await self._pasts.is_open(timeline)
        if not is_open or is_reserved(timeline):
            raise Unknown("timeline", timeline)
        whole = len(commands) == len(array.items)
        call = _Call(timeline, caller, key or None, array.is_atomic, whole or not array.is_atomic)
        subjects = (each for command in commands.values() for each in subjects_of(command))
        async with self._locks.hold(timeline, subjects):
            part = await self._carry_out(call, commands)
        malformed = {n: i for n, i in enumerate(array.items) if not isinstance(i, Command)}
        outcomes = {**part.outcomes, **array.forbidden, **malformed}
        return ArrayResult(tuple(outcomes[n] for n in range(len(array.items))), part.revision)

    def _named(self, array: CommandArray, key: Key | None) -> _Numbered:
        """The commands that may be carried out, by number; statements without an id get one."""
        commands = {
            n: each
            for n, each in enumerate(array.items)
            if isinstance(each, Command) and n not in array.forbidden
        }
        missing = [
            n
            for n, (_, event) in commands.items()
            if isinstance(event, StatementRecorded) and event.statement.id is None
        ]
        fresh = [key.statement_id(n) for n in missing] if key else self._ids.many(len(missing))
        for n, id_ in zip(missing, fresh, strict=True):
            event = commands[n].event
            if isinstance(event, StatementRecorded):
                statement = structs.replace(event.statement, id=id_)
                commands[n] = Command(id_, StatementRecorded(statement=statement))
        return commands

    async def _carry_out(self, call: _Call, commands: _Numbered) -> _Part:
        async def attempt(_: bool) -> _Part | None:
            return await self._attempt(call, commands)

        try:
            return await retry_conflicts(attempt, commands=len(commands))
        except RevisionConflict as conflict:
            if call.is_atomic or call.caller.dry_run:
                raise
            if len(commands) == 1:
                revision = await self._log.revision(call.timeline)
                return _Part(dict.fromkeys(commands, conflict), revision)
        numbers, middle = [*commands], len(commands) // 2
        first = await self._carry_out(call, {n: commands[n] for n in numbers[:middle]})
        rest = await self._carry_out(call, {n: commands[n] for n in numbers[middle:]})
        return _Part(first.outcomes | rest.outcomes, rest.revision)

    async def _attempt(self, call: _Call, commands: _Numbered) -> _Part | None:
        is_spent, outcomes = await self._remembered(call, commands)
        left = {n: each for n, each in commands.items() if n not in outcomes}
        ids = [call.key.event_id(n) for n in left] if call.key else self._ids.many(len(left))
        found = await self._finder.find(call.timeline, [*left.values()])
        course = await _decided(call.timeline, found, left, ids, found.head)
        refused = [each for each in course.outcomes.values() if not isinstance(each, Recorded)]
        if not call.records or (call.is_atomic and refused):
            return _Part(outcomes | course.outcomes, found.head)
        is_spending = not is_spent and len(refused) < len(left)
        appended = await self._events.write(
            call.timeline,
            course.drafts,
            course.expected,
            call.caller.author,
            call.key if is_spending else None,
            dry_run=call.caller.dry_run,
        )
        if appended is None:
            return None
        first = appended.revisions[0] if appended.revisions else course.base + 1
        if first != course.base + 1:  # other events came between, which changes no decision
            course = await _decided(call.timeline, found, left, ids, first - 1)
        if not call.caller.dry_run:
            decisions = [draft.decision for draft in course.drafts]
            recorded = zip(decisions, appended.revisions, strict=True)
            self._finder.recent.keep(call.timeline, course.state, [*recorded])
        return _Part(outcomes | course.outcomes, appended.revision)

    async def _remembered(
        self, call: _Call, commands: _Numbered
    ) -> tuple[bool, dict[int, _Outcome]]:
        """Whether the key was used for this call before, and what was recorded for it then.
        Commands that were refused then are decided again."""
        key, timeline = call.key, call.timeline
        if key is None:
            return False, {}
        ids = {n: key.event_id(n) for n in commands}
        claim, *receipts = await self._log.receipts(timeline, [key.claim.id, *ids.values()])
        if claim is None:
            return False, {}
        if claim.fingerprint != key.claim.fingerprint:
            raise IdempotencyConflict(key.given)
        done: dict[int, _Outcome] = {}
        for (n, command), receipt in zip(commands.items(), receipts, strict=True):
            if receipt is not None:
                item = Recorded(command.id, ids[n], receipt.revision, duplicate=True)
                done[n] = self._gone(timeline, command) or item
        return True, done

    def _gone(self, timeline: str, command: Command) -> StatementGone | None:
        """The error if the statement of a command was redacted since, unless by the command
        itself."""
        event = command.event
        if isinstance(event, StatementRedacted) or not event.event_type.startswith("statement."):
            return None
        try:
            self._pasts.refuse_redacted(timeline, command.id)
        except StatementGone as error:
            return error
        return None


async def _decided(
    timeline: str, found: FoundState, commands: _Numbered, ids: Sequence[str], base: int
) -> _Course:
    """Decide the commands, each with the id of the event that it may make."""
    state = WorkingState(found)
    course, slices = _Course(base, state, {}, [], {}), Slices()
    for (n, command), event_id in zip(commands.items(), ids, strict=True):
        await slices.step()
        try:
            decision = decide(timeline, state, command)
        except (Refused, InvalidInput) as error:
            course.outcomes[n] = error
            continue
        if isinstance(decision, AlreadyRecorded):
            revision, made_id = decision.made
            course.outcomes[n] = Recorded(decision.id, made_id, revision, duplicate=True)
            continue
        revision = base + len(course.drafts) + 1
        state.apply(decision, EventRef(revision, event_id))
        course.drafts.append(Draft(event_id, decision))
        course.outcomes[n] = Recorded(decision.id, event_id, revision, duplicate=False)
        for subject in subjects_of(command):
            if subject in found.expected:
                course.expected[subject] = found.expected[subject]
    if state.reads_head:
        course.expected[HEAD] = base
    return course
