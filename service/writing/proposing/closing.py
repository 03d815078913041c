"""Closing a proposal that is refused, withdrawn or redacted, so that nobody approves it meanwhile.

The approval and the other decisions are appends to two timelines, which no append spans. So each of
them first spends the key under which the proposal would be carried out: the log gives it to one.
What a crash leaves closed and not decided can be refused or withdrawn again, and not approved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from events.errors import IdempotencyConflict, ProposalDecided
from events.log.contract import Append, Claim, Log

__all__ = ["close", "key_text", "unless_closed"]

_CLOSED: Final = b"closed"


def key_text(proposal: str) -> str:
    """The key under which a proposal is carried out; no caller's key has a line feed."""
    return f"proposal\n{proposal}"


async def close(
    log: Log, timeline: str, proposal: str, claim: Claim, fingerprint: Callable[[bytes], str]
) -> None:
    """Spend the key of `claim` on nothing; closing twice is harmless. Raises ProposalDecided if the
    proposal was carried out, LogError."""
    spent = claim._replace(fingerprint=fingerprint(_CLOSED))
    try:
        await log.append(Append(timeline, (), {}, spent))
    except IdempotencyConflict as error:
        raise ProposalDecided(
            f"The proposal {proposal!r} was approved before.", proposal
        ) from error


@contextmanager
def unless_closed(proposal: str) -> Iterator[None]:
    """Around what carries the proposal out. Raises ProposalDecided if it was closed before."""
    try:
        yield
    except IdempotencyConflict as error:
        message = f"The proposal {proposal!r} was refused or withdrawn before."
        raise ProposalDecided(message, proposal) from error
