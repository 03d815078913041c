"""Proposals, as callers make, decide and read them."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Raw, Struct, UnsetType

from events.statement.statement import Text
from projections.answers.proposal import ProposalState
from service.messages.bodies import RequestBody

__all__ = [
    "DecidedProposal",
    "Proposal",
    "ProposalApproval",
    "ProposalDecision",
    "ProposalPage",
    "ProposalRefusal",
    "ProposalShown",
    "ProposalWithdrawal",
    "Proposed",
    "ProposedItem",
]


class ProposedItem(Struct, frozen=True):
    """What a command of a proposal is about; the timeline has nothing of it yet. A `duplicate` is
    on the timeline already, and not part of the proposal."""

    id: str
    duplicate: bool


class Proposed(Struct, frozen=True):
    """A write that became a proposal, now or before: `state` is its present state. `items` are as
    `ProposedItem`; for an array of commands, a refused command has its problem there instead, and
    is not part of the proposal. `advice` tells a caller who is not signed in what that means."""

    proposal: str
    state: ProposalState
    items: tuple[Raw, ...]
    advice: str | UnsetType = UNSET
    dry_run: bool | UnsetType = UNSET


class ProposalDecision(Struct, frozen=True):
    """Who decided a proposal, and when. `revisions` are those of the resulting events."""

    author: str
    recorded_at: str
    note: str | None = None
    reason: str | None = None
    revisions: tuple[int, ...] = ()


class Proposal(Struct, frozen=True):
    """A proposal. `commands` are as `POST …/commands` takes them; if `atomic`, either all are to be
    carried out or none. `decision` is null while the proposal waits."""

    proposal: str
    state: ProposalState
    author: str
    recorded_at: str
    commands: tuple[dict[str, Any], ...]
    atomic: bool
    decision: ProposalDecision | None


class ProposalShown(Proposal, frozen=True):
    """A proposal. While it waits, it also says whether it could be approved now (`applies`), and
    what each of its commands would come to: what would be recorded, or the problem."""

    applies: bool | None
    items: tuple[Raw, ...]


class ProposalPage(Struct, frozen=True):
    """Proposals in the order in which they were made."""

    items: tuple[Proposal, ...]
    next: str | None


class DecidedProposal(Struct, frozen=True):
    """A proposal that was decided, by this call or before (`duplicate`); `items` are what an
    approval has recorded."""

    proposal: str
    state: Literal["approved", "refused", "withdrawn", "redacted"]
    duplicate: bool
    items: tuple[Raw, ...] = ()
    dry_run: bool | UnsetType = UNSET


class ProposalApproval(RequestBody, frozen=True):
    """An approval, with the reviewer's note."""

    note: Text | None = None


class ProposalRefusal(RequestBody, frozen=True):
    """A refusal, with its reason."""

    reason: Text


class ProposalWithdrawal(RequestBody, frozen=True):
    """A withdrawal, which needs no reason."""
