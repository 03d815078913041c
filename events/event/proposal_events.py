"""The types of the events about proposals, which are on the timeline `_proposals.<t>`."""

from __future__ import annotations

from typing import Any, ClassVar

from events.event.base import Event
from events.statement.statement import Text

__all__ = [
    "ProposalApproved",
    "ProposalChange",
    "ProposalMade",
    "ProposalRefused",
    "ProposalWithdrawn",
]


class ProposalMade(Event, frozen=True, kw_only=True):
    """`commands` are what the author wants to happen on the timeline, each as `POST …/commands`
    takes it. If `atomic`, either all of them happen or none."""

    event_type: ClassVar[str] = "proposal.made"
    commands: tuple[dict[str, Any], ...]
    atomic: bool

    @property
    def statements(self) -> tuple[str, ...]:
        """The statements with text in the commands, each once."""
        told = [next(iter(command.values())) for command in self.commands]
        ids = (each.get("statement") or each.get("id") for each in told)
        return tuple(dict.fromkeys(id_ for id_ in ids if isinstance(id_, str)))


class ProposalApproved(Event, frozen=True, kw_only=True):
    """`revisions` are the revisions of the events on the timeline that carried out the commands."""

    event_type: ClassVar[str] = "proposal.approved"
    revisions: tuple[int, ...]
    note: Text | None = None


class ProposalRefused(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "proposal.refused"
    reason: Text


class ProposalWithdrawn(Event, frozen=True, kw_only=True):
    event_type: ClassVar[str] = "proposal.withdrawn"


ProposalChange = ProposalMade | ProposalApproved | ProposalRefused | ProposalWithdrawn
"""The events of such a timeline, beside the one that opens it and redactions."""
