"""Approvals: the commands of a proposal are carried out on its timeline, and then the approval is
recorded.

If the service crashes between the two steps, or somebody asks then, the events on the timeline show
that there was an approval. It is recorded then, in the name of the reviewer whom those events name.
That reviewer's note is added when their own call gets there, at once or when it is repeated.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from events.errors import OnrecordError
from events.event.types import ProposalApproved, ProposalMade
from events.statement.timeline_names import PROPOSALS
from projections import queries
from service.access.principal import ANONYMOUS
from service.messages.write_results import Recorded
from service.writing.deciding.command import Command
from service.writing.deciding.proposal_past import KnownProposal
from service.writing.execution.command import ArrayResult, Caller, CommandArray
from service.writing.execution.commands import Commands
from service.writing.proposing.rounds import Rounds
from service.writing.proposing.wire import array_of

__all__ = ["Approvals", "Approved", "commands_of"]

_BETWEEN: Final = "; approved by "
"""Separates the proposer from the reviewer in the author of approved events."""


class Approved(NamedTuple):
    """What an approval has recorded; `is_new` if this call did it."""

    items: tuple[Recorded, ...]
    is_new: bool


class Approvals:
    """Approves proposals. Every call raises what `Commands.execute` raises."""

    def __init__(self, commands: Commands, rounds: Rounds) -> None:
        self._commands = commands
        self._pasts = commands.pasts
        self._rounds = rounds

    async def complete(self, timeline: str, found: KnownProposal) -> bool:
        """Record the approval of a waiting proposal whose commands were carried out. Returns
        whether they were."""
        items = await self._published(timeline, found)
        if items is None:
            return False
        reviewer = await self._reviewer_of(timeline, items) or ANONYMOUS
        await self._note(timeline, found, _revisions(items), None, reviewer)
        return True

    async def carry_out(
        self, timeline: str, found: KnownProposal, note: str | None, caller: Caller
    ) -> Approved:
        """Carry out the commands of a waiting proposal, all or none, and record the approval. If
        another call has carried them out meanwhile, that call's results are returned, and the
        approval is recorded in its reviewer's name. Raises what refuses the commands."""
        author = f"{found.folded.author}{_BETWEEN}{caller.author}"
        array = await commands_of(timeline, found)
        if caller.dry_run:
            tried = Caller(author, dry_run=True)
            result = await self._commands.execute_all(timeline, array, tried)
            return Approved(_all_recorded(result), is_new=True)
        result = await self._rounds.carry_out(timeline, found.folded.id, array, author)
        items = _all_recorded(result)
        if not all(item.duplicate for item in items):
            await self._note(timeline, found, _revisions(items), note, caller.author)
            return Approved(items, is_new=True)
        published = await self._published(timeline, found) or ()
        reviewer = await self._reviewer_of(timeline, published) or caller.author
        own = note if reviewer == caller.author else None
        noted = await self._note(timeline, found, _revisions(items), own, reviewer)
        # If everything was recorded before, no event names a reviewer: the first to record the
        # approval is the reviewer.
        return Approved(items, is_new=noted and not published)

    async def repeat(
        self, timeline: str, found: KnownProposal, note: str | None, caller: Caller
    ) -> Approved:
        """What the approval of a proposal has recorded. Adds the reviewer's note if it is
        missing."""
        items = await self._published(timeline, found) or ()
        approval, is_own = found.last.event, found.last.header.author == caller.author
        if isinstance(approval, ProposalApproved) and is_own and not caller.dry_run:
            await self._note(timeline, found, approval.revisions, note, caller.author)
        return Approved(items, is_new=False)

    async def _published(self, timeline: str, found: KnownProposal) -> tuple[Recorded, ...] | None:
        """What the proposal's commands have recorded; None if they were not carried out."""
        array = await commands_of(timeline, found)
        return await self._rounds.recorded(timeline, found.folded.id, array)

    async def _reviewer_of(self, timeline: str, items: Collection[Recorded]) -> str | None:
        """The reviewer whom the events of an approval name; None if it has no events."""
        if not items:
            return None
        await self._pasts.head(timeline)
        folded = self._pasts.folded(timeline)
        first = min(item.revision for item in items)
        positions = queries.positions_at(*folded, [first]) if folded else []
        (event,) = await self._pasts.read(timeline, positions)
        return event.header.author.rpartition(_BETWEEN)[2]

    async def _note(
        self,
        timeline: str,
        found: KnownProposal,
        revisions: tuple[int, ...],
        note: str | None,
        reviewer: str,
    ) -> bool:
        """Record that the proposal was approved. Returns whether that is new."""
        command = Command(found.folded.id, ProposalApproved(revisions=revisions, note=note))
        noted = await self._commands.execute(PROPOSALS + timeline, command, Caller(reviewer))
        return not noted.items[0].duplicate


async def commands_of(timeline: str, found: KnownProposal) -> CommandArray:
    """The commands of a proposal."""
    made = found.made.event
    if not isinstance(made, ProposalMade):
        raise TypeError("a proposal begins with what is proposed")
    return await array_of(made.commands, timeline, is_atomic=True)


def _revisions(items: Collection[Recorded]) -> tuple[int, ...]:
    return tuple(sorted(item.revision for item in items))


def _all_recorded(result: ArrayResult) -> tuple[Recorded, ...]:
    """What was recorded. Raises the refusal of the first refused command."""
    items: list[Recorded] = []
    for item in result.items:
        if isinstance(item, OnrecordError):
            raise item
        items.append(item)
    return tuple(items)
