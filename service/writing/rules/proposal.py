"""The rules of proposals: each is decided once, by an approval, a refusal or a withdrawal."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from events.errors import ProposalDecided, Unknown
from events.event.envelope import proposal_subject
from events.event.types import (
    ProposalApproved,
    ProposalChange,
    ProposalMade,
    ProposalRefused,
    StatementRedacted,
)
from service.writing.rules.decision import AlreadyRecorded, Decision, EventRef, Record

__all__ = ["ProposalPast", "decide", "redact"]


class ProposalPast(Struct, frozen=True):
    """A proposal in `state`, which the event `last` has set. `has_note` if that is an approval with
    its reviewer's note."""

    state: str
    last: EventRef
    has_note: bool = False


def decide(past: ProposalPast | None, wanted: ProposalChange, id: str) -> Decision:  # noqa: A002 - the API's own word for it
    """Decide about `wanted` for the proposal. Raises Unknown and ProposalDecided.

    An approval counts whatever else was decided at the same moment, because its commands are
    carried out already. If it was recorded without its reviewer's note, it is recorded again with
    the note.
    """
    if past is None:
        if not isinstance(wanted, ProposalMade):
            raise Unknown("proposal", id)
        return Record(id, proposal_subject(id), wanted)
    if isinstance(wanted, ProposalMade) or past.state == _state_by(wanted):
        if isinstance(wanted, ProposalApproved) and wanted.note and not past.has_note:
            return Record(id, proposal_subject(id), wanted)
        return AlreadyRecorded(id, past.last)
    if past.state == "proposed" or isinstance(wanted, ProposalApproved):
        return Record(id, proposal_subject(id), wanted)
    raise ProposalDecided(f"The proposal {id!r} was {past.state} before.", id)


def redact(
    past: ProposalPast | None,
    revisions: Sequence[int],
    reason: str,
    id: str,  # noqa: A002 - the API's own word for it
) -> Record:
    """Remove the text of the proposal, which the events of these revisions have. Raises Unknown."""
    if past is None:
        raise Unknown("proposal", id)
    event = StatementRedacted(revisions=tuple(revisions), reason=reason)
    return Record(id, proposal_subject(id), event)


def _state_by(wanted: ProposalChange) -> str:
    if isinstance(wanted, ProposalApproved):
        return "approved"
    return "refused" if isinstance(wanted, ProposalRefused) else "withdrawn"
