"""Deciding proposals: approval, refusal, withdrawal, redaction.

Each takes two appends. An approval carries the commands out on the timeline, under ids that follow
from the proposal, and then it is noted that it was approved. If a crash comes between the two,
those ids show it, and the approval is noted when the proposal is shown or decided the next time.
The other decisions close the proposal before they are noted (`rounds`). A proposal that a crash has
left closed still waits, and can be decided in any way.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from events.errors import Forbidden, OnrecordError, ProposalDecided, Unknown
from events.event.envelope import statement_subject, subject_id
from events.event.types import (
    ProposalApproved,
    ProposalMade,
    ProposalRefused,
    ProposalWithdrawn,
    StatementRedacted,
)
from events.statement.timeline_names import PROPOSALS
from projections import queries
from service.access.principal import ANONYMOUS
from service.messages.write_results import Recorded
from service.writing.deciding.command import Command
from service.writing.deciding.proposal_past import KnownProposal, find_proposal
from service.writing.execution.command import (
    ArrayResult,
    Caller,
    CommandArray,
    CommandResult,
)
from service.writing.execution.commands import Commands
from service.writing.proposing.rounds import Rounds
from service.writing.proposing.wire import array_of

__all__ = ["Decided", "Ending", "Reviewer"]

_BETWEEN: Final = "; approved by "
"""Stands between the proposer and the reviewer, who are the author of what was approved."""
_OWN: Final = "Nobody approves their own proposal: somebody else who may review has to."

Ending = Literal["approved", "refused", "withdrawn", "redacted"]


class Decided(NamedTuple):
    """What has become of a proposal; `is_new` if this call did it. `items` are what an approval has
    recorded."""

    proposal: str
    state: Ending
    is_new: bool
    items: tuple[Recorded, ...] = ()


class Reviewer:
    """Decides proposals. Every call raises Unknown for a proposal that was never made,
    StatementGone for one that is redacted, and what `Commands.execute` raises."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._pasts = commands.pasts
        self._rounds = Rounds(commands)

    async def find(self, timeline: str, id: str) -> KnownProposal:  # noqa: A002 - the API's own word for it
        """The proposal, after an approval that a crash interrupted was completed."""
        found = await self._known(timeline, id)
        if found.folded.state == "proposed" and await self._complete(timeline, found):
            return await self._known(timeline, id)
        return found

    async def approve(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the API's own word for it
        note: str | None,
        caller: Caller,
    ) -> Decided:
        """Carry the commands out, all or none. Raises ProposalDecided if it was refused or
        withdrawn, Forbidden if it is the caller's own, and what refuses the commands: the proposal
        then stays."""
        found = await self.find(timeline, id)
        state = found.folded.state
        if state == "approved":
            return Decided(
                id, state, is_new=False, items=await self._published(timeline, found) or ()
            )
        if state != "proposed":
            raise ProposalDecided(f"The proposal {id!r} was {state} before.", id)
        if found.folded.author == caller.author:
            raise Forbidden("review", _OWN)
        author = f"{found.folded.author}{_BETWEEN}{caller.author}"
        result = await self._carry_out(timeline, found, author, dry_run=caller.dry_run)
        items = _all_recorded(result)
        if not caller.dry_run:
            await self._note_approval(timeline, id, items, note, caller.author)
        return Decided(id, "approved", is_new=True, items=items)

    async def refuse(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the API's own word for it
        reason: str,
        caller: Caller,
    ) -> Decided:
        """Raises ProposalDecided."""
        found = await self.find(timeline, id)
        result = await self._end(timeline, found, ProposalRefused(reason=reason), caller)
        return Decided(id, "refused", is_new=not result.items[0].duplicate)

    async def withdraw(self, timeline: str, id: str, caller: Caller) -> Decided:  # noqa: A002 - the API's own word for it
        """Only its author may: to others it is Unknown. Raises ProposalDecided."""
        found = await self.find(timeline, id)
        if found.folded.author != caller.author:
            raise Unknown("proposal", id)
        result = await self._end(timeline, found, ProposalWithdrawn(), caller)
        return Decided(id, "withdrawn", is_new=not result.items[0].duplicate)

    async def redact(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the API's own word for it
        reason: str,
        caller: Caller,
    ) -> Decided:
        """Remove its text."""
        found = await self.find(timeline, id)
        event = StatementRedacted(revisions=(), reason=reason)
        try:
            result = await self._end(timeline, found, event, caller)
        except ProposalDecided:  # It was approved meanwhile, and its text is removed all the same.
            command = Command(id, event)
            result = await self._commands.execute(PROPOSALS + timeline, command, _bare(caller))
        return Decided(id, "redacted", is_new=not result.items[0].duplicate)

    async def redact_about(self, timeline: str, statement: str, reason: str, author: str) -> None:
        """Remove the text of every proposal about the statement, because it repeats what the
        statement said."""
        name = PROPOSALS + timeline
        if not await self._pasts.is_open(name):
            return
        await self._pasts.head(name)
        folded = self._pasts.folded(name)
        subjects = [statement_subject(statement)]
        places = queries.positions_of(*folded, subjects=subjects) if folded else []
        for event in await self._pasts.read(name, places):
            id_ = subject_id(event.header.subject)
            if folded and event.event is not None and not queries.redaction_of(*folded, id_):
                await self.redact(timeline, id_, reason, Caller(author))

    async def try_out(self, timeline: str, found: KnownProposal) -> ArrayResult:
        """What its commands would come to now."""
        return await self._carry_out(timeline, found, found.folded.author, dry_run=True)

    async def _known(self, timeline: str, id: str) -> KnownProposal:  # noqa: A002 - the API's own word for it
        await self._commands.head(timeline)
        found, _ = await find_proposal(self._pasts, PROPOSALS + timeline, id)
        if found is None:
            raise Unknown("proposal", id)
        return found

    async def _carry_out(
        self, timeline: str, found: KnownProposal, author: str, *, dry_run: bool
    ) -> ArrayResult:
        array = await _commands_of(timeline, found)
        if dry_run:
            return await self._commands.execute_all(timeline, array, Caller(author, dry_run=True))
        return await self._rounds.carry_out(timeline, found.folded.id, array, author)

    async def _complete(self, timeline: str, found: KnownProposal) -> bool:
        """Record the approval if the commands were carried out. Returns whether they were."""
        items = await self._published(timeline, found)
        if items is None:
            return False
        await self._pasts.head(timeline)
        folded = self._pasts.folded(timeline)
        places = queries.places_of(*folded, [items[0].revision]) if folded and items else []
        events = await self._pasts.read(timeline, places)
        authors = [event.header.author for event in events]
        reviewer = authors[0].rpartition(_BETWEEN)[2] if authors else ANONYMOUS
        await self._note_approval(timeline, found.folded.id, items, None, reviewer)
        return True

    async def _published(self, timeline: str, found: KnownProposal) -> tuple[Recorded, ...] | None:
        """What its commands have come to; None if they were not carried out."""
        array = await _commands_of(timeline, found)
        return await self._rounds.recorded(timeline, found.folded.id, array)

    async def _note_approval(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the API's own word for it
        items: tuple[Recorded, ...],
        note: str | None,
        author: str,
    ) -> None:
        revisions = tuple(sorted(item.revision for item in items))
        command = Command(id, ProposalApproved(revisions=revisions, note=note))
        await self._commands.execute(PROPOSALS + timeline, command, Caller(author))

    async def _end(
        self,
        timeline: str,
        found: KnownProposal,
        event: ProposalRefused | ProposalWithdrawn | StatementRedacted,
        caller: Caller,
    ) -> CommandResult:
        """Note a decision other than an approval. A proposal that waits is closed first. Raises
        ProposalDecided."""
        id_ = found.folded.id
        command = Command(id_, event)
        while found.folded.state == "proposed" and not caller.dry_run:
            array = await _commands_of(timeline, found)
            done = await self._rounds.close(timeline, id_, array, command, caller.author)
            if done is not None:
                return done
            found = await self.find(timeline, id_)
        return await self._commands.execute(PROPOSALS + timeline, command, _bare(caller))


def _bare(caller: Caller) -> Caller:
    return Caller(caller.author, dry_run=caller.dry_run)


async def _commands_of(timeline: str, found: KnownProposal) -> CommandArray:
    made = found.made.event
    if not isinstance(made, ProposalMade):
        raise TypeError("a proposal begins with what is proposed")
    return await array_of(made.commands, timeline, is_atomic=True)


def _all_recorded(result: ArrayResult) -> tuple[Recorded, ...]:
    """What was recorded. Raises what refused the first command that was refused."""
    items: list[Recorded] = []
    for item in result.items:
        if isinstance(item, OnrecordError):
            raise item
        items.append(item)
    return tuple(items)
