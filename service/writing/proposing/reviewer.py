"""Deciding proposals: approval, refusal, withdrawal, redaction.

Each takes two appends. An approval carries the commands out on the timeline, and is then recorded.
If the service crashes between the two, the approval is completed when the proposal is next shown or
decided (`approvals`). The other decisions close the proposal before they are recorded (`rounds`). A
proposal that a crash has left closed still waits, and can be decided in any way.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from events.errors import Forbidden, ProposalDecided, Unknown
from events.event.envelope import statement_subject, subject_id
from events.event.types import (
    ProposalRefused,
    ProposalWithdrawn,
    StatementRedacted,
)
from events.statement.timeline_names import PROPOSALS
from projections import queries
from service.messages.write_results import Recorded
from service.writing.deciding.command import Command
from service.writing.deciding.proposal_past import KnownProposal, find_proposal
from service.writing.execution.command import (
    ArrayResult,
    Caller,
    CommandResult,
)
from service.writing.execution.commands import Commands
from service.writing.proposing.approvals import Approvals, commands_of
from service.writing.proposing.rounds import Rounds

__all__ = ["Decided", "Ending", "Reviewer"]

_OWN: Final = "Nobody approves their own proposal: somebody else who may review has to."
_READ_AT_ONCE: Final = 8
"""The most events of proposals that are in memory at a time, because each may have 16 MiB."""

Ending = Literal["approved", "refused", "withdrawn", "redacted"]


class Decided(NamedTuple):
    """A decided proposal; `is_new` if this call decided it. `items` are what an approval has
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
        self._approvals = Approvals(commands, self._rounds)

    async def find(self, timeline: str, id: str) -> KnownProposal:  # noqa: A002 - the API's own word for it
        """The proposal; an approval that a crash interrupted is completed first."""
        found = await self._known(timeline, id)
        if found.folded.state == "proposed" and await self._approvals.complete(timeline, found):
            return await self._known(timeline, id)
        return found

    async def approve(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the API's own word for it
        note: str | None,
        caller: Caller,
    ) -> Decided:
        """Carry the commands out, all or none. If somebody has approved it already, or at the same
        moment, this is not new, and returns what was recorded. Raises ProposalDecided if it was
        refused or withdrawn, Forbidden if it is the caller's own, and the error that refuses the
        commands; the proposal then still waits."""
        found = await self.find(timeline, id)
        state = found.folded.state
        if state == "approved":
            done = await self._approvals.repeat(timeline, found, note, caller)
        elif state != "proposed":
            raise ProposalDecided(f"The proposal {id!r} was {state} before.", id)
        elif found.folded.author == caller.author:
            raise Forbidden("review", _OWN)
        else:
            done = await self._approvals.carry_out(timeline, found, note, caller)
        return Decided(id, "approved", done.is_new, done.items)

    async def refuse(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the API's own word for it
        reason: str,
        caller: Caller,
    ) -> Decided:
        """Refuse it. Raises ProposalDecided."""
        found = await self.find(timeline, id)
        result = await self._end(timeline, found, ProposalRefused(reason=reason), caller)
        return Decided(id, "refused", is_new=not result.items[0].duplicate)

    async def withdraw(self, timeline: str, id: str, caller: Caller) -> Decided:  # noqa: A002 - the API's own word for it
        """Withdraw it. Only its author may: to others it is Unknown. Raises ProposalDecided."""
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
        except ProposalDecided:  # it was approved meanwhile; its text is removed nevertheless
            command = Command(id, event)
            result = await self._commands.execute(PROPOSALS + timeline, command, _bare(caller))
        return Decided(id, "redacted", is_new=not result.items[0].duplicate)

    async def redact_about(self, timeline: str, statement: str, reason: str, author: str) -> None:
        """Remove the text of every proposal about the statement, because proposals repeat what the
        statement said."""
        name = PROPOSALS + timeline
        if not await self._pasts.is_open(name):
            return
        await self._pasts.head(name)
        folded = self._pasts.folded(name)
        subjects = [statement_subject(statement)]
        positions = queries.positions_of(*folded, subjects=subjects) if folded else []
        for first in range(0, len(positions), _READ_AT_ONCE):
            for event in await self._pasts.read(name, positions[first : first + _READ_AT_ONCE]):
                id_ = subject_id(event.header.subject)
                if folded and event.event is not None and not queries.redaction_of(*folded, id_):
                    await self.redact(timeline, id_, reason, Caller(author))

    async def try_out(self, timeline: str, found: KnownProposal) -> ArrayResult:
        """The outcomes that its commands would have now."""
        array = await commands_of(timeline, found)
        caller = Caller(found.folded.author, dry_run=True)
        return await self._commands.execute_all(timeline, array, caller)

    async def _known(self, timeline: str, id: str) -> KnownProposal:  # noqa: A002 - the API's own word for it
        await self._commands.head(timeline)
        found, _ = await find_proposal(self._pasts, PROPOSALS + timeline, id)
        if found is None:
            raise Unknown("proposal", id)
        return found

    async def _end(
        self,
        timeline: str,
        found: KnownProposal,
        event: ProposalRefused | ProposalWithdrawn | StatementRedacted,
        caller: Caller,
    ) -> CommandResult:
        """Record a decision other than an approval; close a waiting proposal first. Raises
        ProposalDecided."""
        id_ = found.folded.id
        command = Command(id_, event)
        while found.folded.state == "proposed" and not caller.dry_run:
            array = await commands_of(timeline, found)
            done = await self._rounds.close(timeline, id_, array, command, caller.author)
            if done is not None:
                return done
            found = await self.find(timeline, id_)
        return await self._commands.execute(PROPOSALS + timeline, command, _bare(caller))


def _bare(caller: Caller) -> Caller:
    return Caller(caller.author, dry_run=caller.dry_run)
