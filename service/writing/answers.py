"""The last step of a write: the answer says what was recorded, and the timeline's revision."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import UNSET, Raw, structs

from events.errors import OnrecordError
from events.event.types import TimelineOpened
from projections.queries.timelines import show_timeline, shown_time
from service.access.principal import ANONYMOUS
from service.clock import Clock
from service.http.answers import ReadyResponse, revision_header
from service.messages.proposals import Proposed, ProposedItem
from service.messages.write_results import DescribedTimeline, Recorded, RecordedStatements
from service.reading.read_side import ReadSide
from service.signing.signed_ledger import SignedLedger
from service.writing.execution.command import ArrayResult, Command, CommandResult
from service.writing.outcomes import outcomes_of, refusal_of_all
from service.writing.proposing.proposer import ProposedWrite
from service.writing.write_request import ArrayRequest, WriteRequest

__all__ = ["WriteAnswers"]

_NOBODY: Final = (
    "You are not signed in, so nobody can tell that this is yours: you cannot look at the proposal "
    "or withdraw it later. Keep its id, by which an editor finds it."
)


class WriteAnswers:
    """Answers the calls that write: 201 if this call recorded anything, otherwise 200. The answer
    to a dry run is the same as if it had been recorded, except for the header with the timeline's
    revision."""

    def __init__(self, read_side: ReadSide, signed_ledger: SignedLedger, clock: Clock) -> None:
        self._read_side = read_side
        self.covered = signed_ledger.covered
        self._clock = clock

    async def statements(self, request: WriteRequest, result: CommandResult) -> ReadyResponse:
        """Every statement of the request, in order."""
        dry_run = request.caller.dry_run or UNSET
        content = RecordedStatements(request.timeline, result.revision, result.items, dry_run)
        return await self._answer(request, result, content)

    async def item(self, request: WriteRequest, result: CommandResult) -> ReadyResponse:
        """The one thing that the command is about."""
        (item,) = result.items
        dry_run = request.caller.dry_run or UNSET
        return await self._answer(request, result, structs.replace(item, dry_run=dry_run))

    async def timeline(self, request: WriteRequest, result: CommandResult) -> ReadyResponse:
        """The timeline as it is described now; 201 if this call opened it."""
        (item,) = result.items
        if request.caller.dry_run and not item.duplicate:
            shown = await self._timeline_to_be(request, item.revision)
        else:
            ref = await self._read_side.timeline(request.timeline, result.revision)
            found = show_timeline(self._read_side.reader_of(ref.name), ref, result.revision)
            dry_run = request.caller.dry_run or UNSET
            shown = DescribedTimeline(**structs.asdict(found), dry_run=dry_run)
        is_new = item.revision == 1 and not item.duplicate
        return await self._answer(request, result, shown, is_new=is_new)

    async def _timeline_to_be(self, request: WriteRequest, revision: int) -> DescribedTimeline:
        """The timeline as the event of `revision`, which a dry run does not record, would describe
        it."""
        command, now = request.command, shown_time(self._clock())
        if not (isinstance(command, Command) and isinstance(command.event, TimelineOpened)):
            raise TypeError("only a timeline's description shows a timeline")
        described = structs.asdict(command.event) | {"revision": revision, "updated_at": now}
        if revision > 1:
            ref = await self._read_side.timeline(request.timeline, revision - 1)
            found = show_timeline(self._read_side.reader_of(ref.name), ref, revision - 1)
            return DescribedTimeline(**(structs.asdict(found) | described), dry_run=True)
        return DescribedTimeline(
            timeline=request.timeline,
            statements=0,
            first=None,
            last=None,
            opened_at=now,
            **described,
            dry_run=True,
        )

    async def commands(
        self, request: ArrayRequest, result: ArrayResult, instance: str
    ) -> ReadyResponse:
        """The outcome of each command; always 200. Raises InvalidInput or Rejected with the faults
        of all if the array is atomic and any command was refused."""
        refusal = refusal_of_all(request, result) if request.array.is_atomic else None
        if refusal is not None:
            raise refusal
        content = msgspec.json.encode(outcomes_of(request, result, instance))
        fresh = sum(isinstance(item, Recorded) and not item.duplicate for item in result.items)
        headers = await self._headers(request, result.revision, fresh)
        return ReadyResponse(content, 200, headers)

    def proposed(self, request: WriteRequest, proposed: ProposedWrite) -> ReadyResponse:
        """202 with the proposal that the request became."""
        items = tuple(_proposed_item(item) for item in proposed.result.items)
        return _accepted(request, proposed, items)

    async def proposed_array(
        self, request: ArrayRequest, proposed: ProposedWrite, instance: str
    ) -> ReadyResponse:
        """The same for an array of commands: a refused command has its problem in its place. If
        nothing is left to propose, the answer is the one that the commands would have."""
        result = proposed.result
        if not isinstance(result, ArrayResult):
            raise TypeError("an array has an outcome for each command")
        if proposed.proposal is None:
            return await self.commands(request, result, instance)
        outcomes = outcomes_of(request, result, instance).items
        items = tuple(
            _proposed_item(item) if isinstance(item, Recorded) else outcome
            for item, outcome in zip(result.items, outcomes, strict=True)
        )
        return _accepted(request, proposed, items)

    async def _answer(
        self,
        request: WriteRequest,
        result: CommandResult,
        content: object,
        *,
        is_new: bool | None = None,
    ) -> ReadyResponse:
        """201 if something is new; by default, any of the items."""
        fresh = sum(not item.duplicate for item in result.items)
        headers = await self._headers(request, result.revision, fresh)
        status = 201 if (fresh > 0 if is_new is None else is_new) else 200
        return ReadyResponse(msgspec.json.encode(content), status, headers)

    async def _headers(
        self, request: WriteRequest | ArrayRequest, revision: int, fresh: int
    ) -> dict[str, str]:
        """The headers of an answer: `fresh` events bring the timeline to `revision`, unless it is a
        dry run."""
        is_dry = request.caller.dry_run
        headers = revision_header(revision - fresh if is_dry else revision)
        if request.waits:
            covered = await self.covered(request.timeline, revision, now=is_dry)
            headers["Onrecord-Checkpoint"] = covered
        return headers


def _proposed_item(item: Recorded | OnrecordError) -> Raw:
    if not isinstance(item, Recorded):
        raise item
    return Raw(msgspec.json.encode(ProposedItem(item.id, item.duplicate)))


def _accepted(
    request: WriteRequest | ArrayRequest, proposed: ProposedWrite, items: tuple[Raw, ...]
) -> ReadyResponse:
    caller = request.caller
    advice = _NOBODY if caller.author == ANONYMOUS else UNSET
    dry_run = caller.dry_run or UNSET
    content = Proposed(proposed.proposal or "", proposed.state, items, advice, dry_run)
    headers = revision_header(proposed.revision)
    if request.waits:
        # A proposer may not read the proposals' timeline, so its size is not shown.
        headers["Onrecord-Checkpoint"] = "pending"
    return ReadyResponse(msgspec.json.encode(content), 202, headers)
