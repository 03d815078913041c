"""Queries about proposals, on a timeline of proposals."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from projections.answers.proposal import FoldedProposal
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader

__all__ = ["ProposalFilter", "proposal_at", "proposals_at"]

_PROPOSALS = """
SELECT id, state, author, made, since FROM proposals WHERE tl = ? AND since <= ? AND until > ?
"""


class ProposalFilter(NamedTuple):
    """Proposals in one of the states, if any are given, and of the author, if one is given."""

    states: Collection[str] = ()
    author: str | None = None


def proposal_at(
    reader: Reader,
    ref: TimelineRef,
    id: str,  # noqa: A002 - the field's own name
    revision: int,
) -> FoldedProposal | None:
    """The proposal as of `revision`; None if it was not made by then, or is redacted."""
    row = reader.one(f"{_PROPOSALS} AND id = ?", (ref.tl, revision, revision, id))
    return FoldedProposal(*row) if row else None


def proposals_at(
    reader: Reader,
    ref: TimelineRef,
    revision: int,
    wanted: ProposalFilter,
    *,
    after: int = 0,
    limit: int,
) -> list[FoldedProposal]:
    """The proposals that were made after the revision `after` and up to `revision`, in the order in
    which they were made."""
    question = f"{_PROPOSALS} AND made > ?"
    values: list[int | str] = [ref.tl, revision, revision, after]
    if wanted.states:
        question += f" AND state IN ({', '.join('?' * len(wanted.states))})"
        values += wanted.states
    if wanted.author is not None:
        question += " AND author = ?"
        values.append(wanted.author)
    rows = reader.all(f"{question} ORDER BY made LIMIT ?", (*values, limit))
    return [FoldedProposal(*row) for row in rows]
