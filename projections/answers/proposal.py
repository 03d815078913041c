"""A proposal, as of one moment."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

__all__ = ["FoldedProposal", "ProposalState"]

ProposalState = Literal["proposed", "approved", "refused", "withdrawn"]


class FoldedProposal(Struct, frozen=True):
    """`author` made it at the revision `made`; the last event about it is at `revision`."""

    id: str
    state: ProposalState
    author: str
    made: int
    revision: int
