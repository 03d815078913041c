"""The subjects whose revisions a command's rule reads."""

from __future__ import annotations

from events.event.envelope import (
    ACTORS,
    TIMELINE,
    Subject,
    proposal_subject,
    source_subject,
    statement_subject,
)
from events.event.types import (
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    GrantGiven,
    GrantTaken,
    KeyIssued,
    KeyRevoked,
    ProposalApproved,
    ProposalMade,
    ProposalRefused,
    ProposalWithdrawn,
    SourceGraded,
    StatementCorrected,
    StatementGraded,
    StatementRecorded,
    StatementRedacted,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
    TimelineOpened,
)
from service.writing.deciding.access_past import access_subject
from service.writing.deciding.command import Command, Put

__all__ = ["subjects_of"]


def subjects_of(command: Command) -> list[Subject]:
    """The subjects that the command's rule reads; its own first. Raises TypeError for an event that
    only rules make."""
    id_, event = command
    match event:
        case TimelineOpened():
            return [TIMELINE]
        case ActorRegistered() | AliasAdded() | AliasRemoved():
            return [ACTORS]
        case KeyIssued() | KeyRevoked() | GrantGiven() | GrantTaken():
            return [access_subject(event, id_)]
        case ProposalMade() | ProposalApproved() | ProposalRefused() | ProposalWithdrawn():
            return [proposal_subject(id_)]
        case SourceGraded():
            return [source_subject(id_)]
        case StatementRelated(target=target) | StatementUnrelated(target=target):
            return [statement_subject(id_), statement_subject(target)]
        case (
            Put()
            | StatementRecorded()
            | StatementCorrected()
            | StatementRetracted()
            | StatementReinstated()
            | StatementGraded()
            | StatementRedacted()
        ):
            return [statement_subject(id_)]
        case _:
            raise TypeError(f"{event.event_type} is no command")
