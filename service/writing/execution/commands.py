"""Executing commands: the past is loaded, the rule decides, the events are appended."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from events.errors import (
    CorruptEvent,
    IdempotencyConflict,
    LogReplaced,
    OnrecordError,
    RevisionConflict,
    Unknown,
)
from events.event.codec import Codec
from events.event.envelope import NEW, TIMELINE
from events.event.types import (
    AccessChange,
    ProposalChange,
    StatementRedacted,
    TimelineOpened,
)
from events.log.contract import Log, partition_of
from events.log.mismatch import MismatchReports
from events.statement.timeline_names import ACCESS_TIMELINE, PROPOSALS, is_reserved
from projections.progress import Progress
from projections.storage.read_model import ReadModel
from service.clock import IdMaker, Randomness
from service.messages.write_results import Recorded
from service.writing.deciding.command import Command, Put
from service.writing.deciding.decide import decide
from service.writing.deciding.finder import Finder
from service.writing.deciding.past import Expected, Pasts, named_by
from service.writing.deciding.proposal_past import find_proposal
from service.writing.deciding.recent import RecentStatements
from service.writing.deciding.subjects import subjects_of
from service.writing.deciding.working_state import WorkingState
from service.writing.execution.command import (
    EXISTING,
    ArrayResult,
    Caller,
    CommandArray,
    CommandResult,
    RecordStatements,
)
from service.writing.execution.event_writer import Draft, EventWriter
from service.writing.execution.idempotency import Key
from service.writing.execution.many import ManyCommands
from service.writing.execution.pace import Pace
from service.writing.execution.retries import retry_conflicts
from service.writing.execution.statement_recorder import StatementRecorder
from service.writing.execution.subject_locks import SubjectLocks
from service.writing.rules import access, proposal
from service.writing.rules.decision import AlreadyRecorded, Decision, Record

__all__ = ["Commands"]


class Commands:
    """Executes commands. The caller closes the log, the codec and the read model. `mismatches`
    reports timelines whose events in the log differ from what was recorded. `log`, `ids`,
    `fingerprint` and `pasts` are public for making and deciding proposals."""

    def __init__(
        self,
        log: Log,
        codec: Codec,
        read_model: ReadModel,
        progress: Progress,
        ids: IdMaker,
        randomness: Randomness,
    ) -> None:
        self.log = log
        self.ids = ids
        self.fingerprint = codec.claim_fingerprint
        self.mismatches = MismatchReports()
        self.pasts = Pasts(log, codec, read_model, progress)
        recent = RecentStatements(progress)
        self._finder = Finder(self.pasts, recent)
        self._events = EventWriter(log, codec, randomness)
        self._statements = StatementRecorder(log, self.pasts, recent, self._events, ids)
        self._locks = SubjectLocks()
        self._pace = Pace(progress, partial(partition_of, partitions=log.identity.partitions))
        self._many = ManyCommands(log, codec, self._finder, self._events, ids, self._locks)

    async def execute(
        self, timeline: str, command: Command | RecordStatements, caller: Caller
    ) -> CommandResult:
        """Execute the command on the timeline, once.

        Raises the refusals of `events.errors`; RevisionConflict if the caller's If-Match does not
        match, or if others were faster six times; IdempotencyConflict; LogUnavailable (nothing was
        written), OutcomeUnknown (repeat with the same id or key), Lagging, Stalled.
        """
        events = len(command.statements) if isinstance(command, RecordStatements) else 1
        with self.mismatches.reported(timeline, (CorruptEvent, LogReplaced)):
            if caller.dry_run:
                return await self._execute(timeline, command, caller)
            await self._pace.wait(timeline, events)
            result = await self._execute(timeline, command, caller)
            self._pace.note(timeline, result.revision, _new_in(result.items))
            return result

    async def head(self, timeline: str) -> int:
        """The revision of a timeline that callers open. Raises Unknown, LogError."""
        if is_reserved(timeline) or not await self.pasts.is_open(timeline):
            raise Unknown("timeline", timeline)
        return await self.log.revision(timeline)

    async def open_proposals(self, timeline: str) -> str:
        """Open the timeline for proposals about `timeline`, unless it is open, and return its name.
        Raises Unknown, LogError."""
        await self.head(timeline)
        name = PROPOSALS + timeline
        if not await self.pasts.is_open(name):
            opened = TimelineOpened(title=f"Proposals for {timeline}")
            draft = Draft(self.ids(), Record(name, TIMELINE, opened))
            with suppress(RevisionConflict):  # another caller has opened it
                await self._events.write(name, [draft], {TIMELINE: NEW}, "onrecord", None)
        return name

    async def execute_all(self, timeline: str, array: CommandArray, caller: Caller) -> ArrayResult:
        """Carry out the commands in order: see `ManyCommands.execute`."""
        with self.mismatches.reported(timeline, (CorruptEvent, LogReplaced)):
            if caller.dry_run:
                return await self._many.execute(timeline, array, caller)
            await self._pace.wait(timeline, len(array.items))
            result = await self._many.execute(timeline, array, caller)
            self._pace.note(timeline, result.revision, _new_in(result.items))
            return result

    async def _execute(
        self, timeline: str, command: Command | RecordStatements, caller: Caller
    ) -> CommandResult:
        opens = isinstance(command, Command) and isinstance(command.event, TimelineOpened)
        is_open = opens or await self.pasts.is_open(timeline)
        if not is_open or not _is_in_place(timeline, command):
            raise Unknown("timeline", timeline)
        key = None
        if caller.key is not None:
            asked = command if caller.asked is None else caller.asked
            key = Key(timeline, caller.key, asked, self.fingerprint)
        if isinstance(command, RecordStatements):
            return await self._statements.record(timeline, command, caller, key)
        subjects = subjects_of(command)

        async def attempt(_: bool) -> CommandResult | None:
            known = await self._remembered(timeline, command, key) if key else None
            return known or await self._attempt(timeline, command, caller, key)

        def is_final(conflict: RevisionConflict) -> bool:
            return caller.tags is not None and conflict.subject == subjects[0]

        async with self._locks.hold(timeline, subjects):
            return await retry_conflicts(attempt, is_final)

    async def _attempt(
        self, timeline: str, command: Command, caller: Caller, key: Key | None
    ) -> CommandResult | None:
        decision, expected = await self._decide(timeline, command, caller.tags)
        if isinstance(decision, AlreadyRecorded):
            revision = await self.log.revision(timeline)
            made = decision.made
            item = Recorded(decision.id, made.event_id, made.revision, duplicate=True)
            return CommandResult((item,), revision)
        event_id = key.event_id() if key else self.ids()
        drafts = [Draft(event_id, decision)]
        appended = await self._events.write(
            timeline, drafts, expected, caller.author, key, dry_run=caller.dry_run
        )
        if appended is None:
            return None
        item = Recorded(decision.id, event_id, appended.revisions[0], duplicate=False)
        return CommandResult((item,), appended.revision)

    async def _remembered(self, timeline: str, command: Command, key: Key) -> CommandResult | None:
        """The result of the request that used the key before; None if none has."""
        if command.event.event_type.startswith("statement.") and not isinstance(
            command.event, StatementRedacted
        ):
            self.pasts.refuse_redacted(timeline, command.id)
        claim, event = await self.log.receipts(timeline, [key.claim.id, key.event_id()])
        if claim is None:
            return None
        if claim.fingerprint != key.claim.fingerprint or event is None:
            raise IdempotencyConflict(key.given)
        item = Recorded(command.id, key.event_id(), event.revision, duplicate=True)
        return CommandResult((item,), claim.revision)

    async def _decide(
        self, timeline: str, command: Command, tags: tuple[str, ...] | None
    ) -> tuple[Decision, Expected]:
        """The decision of the command's rule, and the revisions of the subjects that it read."""
        if isinstance(command.event, AccessChange):
            past, expected = await self.pasts.access(timeline, command.id, command.event)
            return access.decide(past, command.event, command.id), expected
        if timeline.startswith(PROPOSALS):
            return await self._decide_proposal(timeline, command)
        found = await self._finder.find(timeline, [command])
        state = WorkingState(found)
        subject = subjects_of(command)[0]
        if tags is not None and subject.startswith("statements/"):
            if isinstance(command.event, Put) and state.statement(command.id) is None:
                raise RevisionConflict(subject, named_by(tags), 0)
            if tags != EXISTING:
                await self.pasts.check_tags(timeline, command.id, tags)
        return decide(timeline, state, command), found.expected

    async def _decide_proposal(self, timeline: str, command: Command) -> tuple[Decision, Expected]:
        found, expected = await find_proposal(self.pasts, timeline, command.id)
        past, event = found and found.past, command.event
        if isinstance(event, ProposalChange):
            return proposal.decide(past, event, command.id), expected
        if not isinstance(event, StatementRedacted):
            raise TypeError(f"{event.event_type} is not about a proposal")
        revisions = found.revisions if found else ()
        return proposal.redact(past, revisions, event.reason, command.id), expected


def _new_in(items: Sequence[Recorded | OnrecordError]) -> int:
    """How many of them were recorded just now."""
    return sum(isinstance(item, Recorded) and not item.duplicate for item in items)


def _is_in_place(timeline: str, command: Command | RecordStatements) -> bool:
    """Whether the command belongs on that timeline: commands about keys and grants on `_access`,
    those about proposals on timelines of proposals, and all others on timelines that callers
    open."""
    if isinstance(command, RecordStatements):
        return not is_reserved(timeline)
    event = command.event
    if isinstance(event, AccessChange):
        return timeline == ACCESS_TIMELINE
    if isinstance(event, ProposalChange):
        return timeline.startswith(PROPOSALS)
    if isinstance(event, StatementRedacted) and timeline.startswith(PROPOSALS):
        return True
    return not is_reserved(timeline)
