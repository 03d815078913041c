"""A timeline of this service as the target of an import, in the name of the principal who ordered
it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar, cast

import msgspec

from events.edtf.timestamp import parse_rfc3339
from events.errors import (
    AlreadyRetracted,
    Fault,
    Forbidden,
    InvalidInput,
    Lagging,
    LogUnavailable,
    OnrecordError,
    OutcomeUnknown,
    Rejected,
    RevisionConflict,
    StatementExists,
    StatementGone,
    Unknown,
)
from events.statement.statement import Statement
from projections import queries
from projections.answers.statement import ShownStatement
from projections.queries import Keyset, StatementFilter, TimelineRef
from service.access.access import Access
from service.access.principal import Principal
from service.access.roles import Right
from service.clock import Clock
from service.interchange.imports.target import CommandOutcome, OriginRow, shown_content
from service.messages.write_results import Recorded
from service.reading.event_lines import EventQuestion
from service.reading.read_side import ReadSide
from service.writing.command_reader import read_commands
from service.writing.execution.command import ArrayResult, Caller
from service.writing.execution.commands import Commands
from service.writing.permission import only_permitted
from service.writing.proposing.proposer import Proposer

__all__ = ["ServiceTarget"]

_PAGE: Final = 500
_ATTEMPTS: Final = 120
_PAUSE: Final = 1.0
_NO_RIGHT: Final = "Who ordered this import may not write here any more."
_LATER: Final = (Lagging, LogUnavailable, OutcomeUnknown, RevisionConflict)
"""Errors that may pass soon: the same commands may be sent again after them."""

_PROBLEMS: Final = (
    (StatementGone, "statement-redacted"),
    (AlreadyRetracted, "already-retracted"),
    (StatementExists, "statement-exists"),
)

_shown = msgspec.json.Decoder(ShownStatement)
T = TypeVar("T")


class ServiceTarget:
    """A timeline of this service as a target. Each array is checked against what its principal may
    do at that moment. If the principal may only propose, each array becomes a proposal; while the
    proposal waits, the same array returns it."""

    def __init__(
        self,
        commands: Commands,
        read_side: ReadSide,
        access: Access,
        clock: Clock,
        timeline: str,
        principal: Principal,
    ) -> None:
        self._commands = commands
        self._read_side = read_side
        self._access = access
        self._clock = clock
        self._timeline = timeline
        self._principal = principal
        self.revision = 0
        self.proposals: list[str] = []

    async def is_open(self) -> bool:
        """Whether the timeline exists."""
        try:
            ref = await self._patiently(lambda: self._read_side.timeline(self._timeline))
        except Unknown:
            return False
        self.revision = ref.revision
        return True

    async def origin_rows(self, dataset: str) -> AsyncIterator[OriginRow]:
        """Every statement of the timeline that came from the dataset."""
        ref = await self._newest()
        wanted, after = StatementFilter(datasets=(dataset,)), None
        while True:
            page = queries.list_statements(
                self._read_side.reader_of(self._timeline),
                ref,
                wanted,
                ref.revision,
                order="recorded",
                limit=_PAGE,
                after=None if after is None else Keyset(*after),
            )
            for item in map(_shown.decode, page.items):
                retraction = item.retraction
                retracted = None if retraction is None else retraction.reason
                yield OriginRow(item.id, retracted, item.recorded_at, item.corrected_at)
            after = page.next
            if after is None:
                return
            await asyncio.sleep(0)  # noqa: TID251 - other requests have their turn

    async def event_lines(self, subjects: Sequence[str] = ()) -> AsyncIterator[Sequence[bytes]]:
        """The lines of events; see `ImportTarget`."""
        ref = await self._newest()
        question = EventQuestion(ref.revision, subjects=tuple(subjects))
        async for lines in self._read_side.event_lines(ref, question):
            yield [each.line for each in lines]

    async def carry_out(
        self, commands: Sequence[Any], *, dry_run: bool, key: str | None = None
    ) -> list[CommandOutcome]:
        """Carry out commands; see `ImportTarget`."""
        if not commands:
            return []
        content = await asyncio.to_thread(msgspec.json.encode, list(commands))
        array = await read_commands(content, self._timeline, is_atomic=False, is_lines=False)
        proposes = await self._patiently(self._only_proposes)
        caller = Caller(self._principal.author, key, None, dry_run, proposes)

        async def attempt() -> ArrayResult:
            permitted = only_permitted(array, self._timeline, self)
            if not proposes:
                return await self._commands.execute_all(self._timeline, permitted, caller)
            found = await Proposer(self._commands).propose_all(self._timeline, permitted, caller)
            self._note(found.proposal, dry_run=dry_run)
            return cast("ArrayResult", found.result)

        result = await self._patiently(attempt)
        if not dry_run and not proposes:
            self.revision = max(self.revision, result.revision)
        is_recorded = not (dry_run or proposes)
        return [_outcome(n, item, is_recorded=is_recorded) for n, item in enumerate(result.items)]

    def _note(self, proposal: str | None, *, dry_run: bool) -> None:
        if not dry_run and proposal is not None and proposal not in self.proposals:
            self.proposals.append(proposal)

    async def content(
        self,
        id: str,  # noqa: A002 - the field's own name
        before: int | None = None,
    ) -> Statement | None:
        """What a statement says or said; see `ImportTarget`."""
        self.require("read", self._timeline)
        least = 0 if before is None else before - 1
        ref = await self._patiently(lambda: self._read_side.timeline(self._timeline, least))
        reader = self._read_side.reader_of(self._timeline)
        found = queries.show_statement(reader, ref, id, least or ref.revision)
        return None if found is None else shown_content(_shown.decode(found.json))

    async def _newest(self) -> TimelineRef:
        """The timeline, once everything that is in the log now is folded."""
        head = await self._patiently(lambda: self._read_side.log.revision(self._timeline))
        return await self._patiently(lambda: self._read_side.timeline(self._timeline, head))

    async def wait_for_fold(self, behind: int = 0) -> int:
        """Wait until the timeline's fold lags by at most this many events."""
        wanted = max(0, self.revision - behind)
        ref = await self._patiently(lambda: self._read_side.timeline(self._timeline, wanted))
        return max(0, self.revision - ref.revision)

    async def _only_proposes(self) -> bool:
        """Whether the commands become a proposal. Raises Forbidden if the principal may not even
        propose, and Lagging while keys and grants are unknown."""
        self.require_writing(self._timeline)
        return not self._may("write", self._timeline)

    def require_writing(self, timeline: str | None) -> None:
        """Require `write`, or `propose` if the principal does not have `write`."""
        self.require("propose" if not self._may("write", timeline) else "write", timeline)

    def require(self, right: Right, timeline: str | None = None) -> None:
        """Raise Forbidden unless the principal has the right and the key is still valid; Lagging
        while that is unknown."""
        if not self._may(right, timeline):
            raise Forbidden(right, _NO_RIGHT)

    def _may(self, right: Right, timeline: str | None) -> bool:
        policy = self._access.known_policy
        kept = policy.keys_by_name.get(self._principal.author)
        is_key = self._principal.name == f"key:{self._principal.author}"
        holds = not is_key or (kept is not None and not self._has_ended(kept.key))
        return holds and policy.allows(self._principal, right, timeline)

    def _has_ended(self, key: Any) -> bool:
        if key.revoked is not None:
            return True
        return key.expires is not None and parse_rfc3339(key.expires) <= self._clock()

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        for _ in range(_ATTEMPTS):
            try:
                return await ask()
            except _LATER:
                await asyncio.sleep(_PAUSE)  # noqa: TID251 - the log tells nobody when it is back
        return await ask()


def _outcome(number: int, item: Recorded | OnrecordError, *, is_recorded: bool) -> CommandOutcome:
    if isinstance(item, Recorded):
        return CommandOutcome(item.duplicate, revision=item.revision if is_recorded else None)
    if isinstance(item, InvalidInput | Rejected):
        at = f"/{number}"
        faults = tuple(fault._replace(path=fault.path.removeprefix(at)) for fault in item.faults)
        return CommandOutcome(faults=faults or (Fault("", str(item)),))
    problem = next((name for kind, name in _PROBLEMS if isinstance(item, kind)), None)
    return CommandOutcome(faults=(Fault("", str(item)),), problem=problem)
