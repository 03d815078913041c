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
    """What a command of a proposal is about; nothing of it is recorded on the timeline. A
    `duplicate` is there already, and no part of the proposal."""

    id: str
    duplicate: bool


class Proposed(Struct, frozen=True):
    """A write became a proposal, or was one already: `state` is what has become of it. `items` are
    those of `ProposedItem`; of an array of commands, the problem in the place of one that was
    refused, and is not part of the proposal. `advice` says to somebody who is not signed in what
    that means."""

    proposal: str
    state: ProposalState
    items: tuple[Raw, ...]
    advice: str | UnsetType = UNSET
    dry_run: bool | UnsetType = UNSET


class ProposalDecision(Struct, frozen=True):
    """Who has decided a proposal, and when. `revisions` are those of the events that it came to."""

    author: str
    recorded_at: str
    note: str | None = None
    reason: str | None = None
    revisions: tuple[int, ...] = ()


class Proposal(Struct, frozen=True):
    """A proposal. `commands` are as `POST …/commands` takes them; if `atomic`, they were to happen
    all or none. `decision` is null while it waits."""

    proposal: str
    state: ProposalState
    author: str
    recorded_at: str
    commands: tuple[dict[str, Any], ...]
    atomic: bool
    decision: ProposalDecision | None


class ProposalShown(Proposal, frozen=True):
    """A proposal and, while it waits, whether it could be approved now (`applies`) and what each of
    its commands would come to: what would be recorded, or the problem."""

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
    """An approval, with what the reviewer has to say of it."""

    note: Text | None = None


class ProposalRefusal(RequestBody, frozen=True):
    """Why a proposal is refused."""

    reason: Text


class ProposalWithdrawal(RequestBody, frozen=True):
    """A withdrawal, of which nothing has to be said."""
