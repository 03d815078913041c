"""The past of a proposal: its state, and the revisions of the events about it."""

from __future__ import annotations

from typing import NamedTuple

from events.errors import StatementGone
from events.event.codec import RecordedEvent
from events.event.envelope import proposal_subject
from events.event.types import ProposalApproved
from projections import queries
from projections.answers.proposal import FoldedProposal
from projections.queries.proposals import proposal_at
from service.writing.deciding.past import Expected, Pasts, replaced
from service.writing.rules.decision import event_ref
from service.writing.rules.proposal import ProposalPast

__all__ = ["KnownProposal", "find_proposal"]


class KnownProposal(NamedTuple):
    """A proposal, and the events about it in order; `made` is the first."""

    folded: FoldedProposal
    events: list[RecordedEvent]

    @property
    def made(self) -> RecordedEvent:
        return self.events[0]

    @property
    def last(self) -> RecordedEvent:
        return self.events[-1]

    @property
    def past(self) -> ProposalPast:
        event = self.last.event
        has_note = isinstance(event, ProposalApproved) and event.note is not None
        return ProposalPast(self.folded.state, event_ref(self.last.header), has_note)

    @property
    def revisions(self) -> tuple[int, ...]:
        return tuple(event.header.revision for event in self.events)


async def find_proposal(
    pasts: Pasts,
    timeline: str,
    id: str,  # noqa: A002 - the field's own name
) -> tuple[KnownProposal | None, Expected]:
    """The proposal on a timeline of proposals, None if it was never made; and the revision to
    expect. Raises StatementGone if it is redacted, and what every call of `Pasts` raises."""
    subject = proposal_subject(id)
    expected = await pasts.revisions(timeline, [subject])
    folded = pasts.folded(timeline) if expected[subject] else None
    if folded is None:
        return None, expected
    redacted = queries.redaction_of(*folded, id)
    if redacted:
        raise StatementGone(id, redacted, "proposal")
    found = proposal_at(*folded, id, folded.ref.revision)
    if found is None:
        raise replaced(timeline)
    events = await pasts.read(timeline, queries.positions_of(*folded, subjects=[subject]))
    return KnownProposal(found, events), expected
