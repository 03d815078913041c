"""Proposals as they are shown: their content, author, time and state."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec
from msgspec import Raw, structs

from events.errors import OnrecordError, StatementGone
from events.event.types import (
    ProposalApproved,
    ProposalMade,
    ProposalRefused,
)
from events.statement.timeline_names import PROPOSALS
from projections.queries.proposals import ProposalFilter, proposal_at, proposals_at
from service.http.problems.problem import body_of
from service.http.problems.translation import problem_of
from service.messages.proposals import (
    Proposal,
    ProposalDecision,
    ProposalShown,
)
from service.messages.write_results import Recorded
from service.writing.deciding.past import Pasts
from service.writing.deciding.proposal_past import KnownProposal
from service.writing.execution.command import ArrayResult
from service.writing.proposing.reviewer import Reviewer

__all__ = ["Proposals", "shown", "shown_whole"]


_MOST_BYTES: Final = 4 << 20
"""The bytes of JSON after which a page ends; one proposal alone may have 16 MiB, like any body."""


class _Page(NamedTuple):
    items: list[Proposal]
    last: str | None
    """The id after which the next page begins; None if there is none."""


class Proposals:
    """The lists of proposals."""

    def __init__(self, reviewer: Reviewer, pasts: Pasts) -> None:
        self._reviewer = reviewer
        self._pasts = pasts

    async def page(
        self, timeline: str, wanted: ProposalFilter, after: str | None, limit: int
    ) -> _Page:
        """The proposals of the filter that were made after the proposal `after`, in the order in
        which they were made: `limit` of them, or fewer large ones."""
        name = PROPOSALS + timeline
        if not await self._pasts.is_open(name):
            return _Page([], None)
        await self._pasts.head(name)
        folded = self._pasts.folded(name)
        if folded is None:
            return _Page([], None)
        upto = folded.ref.revision
        begun = proposal_at(*folded, after, upto) if after else None
        behind = begun.made if begun else 0
        found = proposals_at(*folded, upto, wanted, after=behind, limit=limit + 1)
        items, size = list[Proposal](), 0
        for number, each in enumerate(found[:limit], start=1):
            try:
                items.append(shown(await self._reviewer.find(timeline, each.id)))
            except StatementGone:
                continue  # it was redacted while the page was made
            size += len(msgspec.json.encode(items[-1]))
            if size >= _MOST_BYTES:
                return _Page(items, each.id if number < len(found) else None)
        return _Page(items, found[limit - 1].id if len(found) > limit else None)


def shown(found: KnownProposal) -> Proposal:
    """The proposal with its commands."""
    made, header = found.made.event, found.made.header
    if not isinstance(made, ProposalMade):
        raise TypeError("a proposal begins with what is proposed")
    return Proposal(
        proposal=found.folded.id,
        state=found.folded.state,
        author=header.author,
        recorded_at=header.recorded_at,
        commands=made.commands,
        atomic=made.atomic,
        decision=_decision(found),
    )


def shown_whole(found: KnownProposal, tried: ArrayResult | None, instance: str) -> ProposalShown:
    """The same, with the outcomes of a dry run of its commands, if there was one."""
    outcomes = tried.items if tried else ()
    applies = None if tried is None else not tried.refused
    items = tuple(_outcome(each, instance) for each in outcomes)
    return ProposalShown(**structs.asdict(shown(found)), applies=applies, items=items)


def _outcome(outcome: Recorded | OnrecordError, instance: str) -> Raw:
    if isinstance(outcome, Recorded):
        return Raw(msgspec.json.encode(outcome))
    problem = problem_of(outcome)
    if problem is None:
        raise outcome
    return Raw(body_of(problem, instance))


def _decision(found: KnownProposal) -> ProposalDecision | None:
    if found.folded.state == "proposed":
        return None
    event, header = found.last.event, found.last.header
    made = (header.author, header.recorded_at)
    match event:
        case ProposalApproved(revisions=revisions, note=note):
            return ProposalDecision(*made, note=note, revisions=revisions)
        case ProposalRefused(reason=reason):
            return ProposalDecision(*made, reason=reason)
        case _:
            return ProposalDecision(*made)
