"""Rounds: in each, a proposal is either carried out or closed, and the log lets only one of these
happen.

A proposal is carried out on its timeline, and the decision is recorded on the timeline of
proposals; no append spans the two. So a refusal, a withdrawal or a redaction closes the round
first: an append without events uses up the key under which the commands would be carried out. Then
the decision is recorded, under another key of the same round.

If a crash comes before that, the proposal still waits. A refusal closes the round once more, which
changes nothing, and is recorded. An approval begins the next round. It uses up the key of the
decision, so that a slow call that has closed the old round can no longer record its own.
"""

from __future__ import annotations

from itertools import count
from typing import Final, NamedTuple

from events.errors import IdempotencyConflict, ProposalDecided
from events.log.contract import Append, Claim, Receipt
from events.statement.timeline_names import PROPOSALS
from service.messages.write_results import Recorded
from service.writing.execution.command import (
    ArrayResult,
    Caller,
    Command,
    CommandArray,
    CommandResult,
)
from service.writing.execution.commands import Commands
from service.writing.execution.idempotency import Key

__all__ = ["Rounds"]

_NOTHING: Final = CommandArray((), ())
_ATTEMPTS: Final = 6
"""How often a decision looks again when another one came first; after that it gives up, because so
many are no accident."""


class _Round(NamedTuple):
    """The present round of a proposal. `carried_out` is what the log remembers of its events, in
    the order of its commands; None if it was not carried out in this round."""

    proposal: str
    number: int
    is_closed: bool = False
    carried_out: list[Receipt | None] | None = None

    @property
    def key(self) -> str:
        """The key under which the commands are carried out; no caller's key has a line feed."""
        text = f"proposal\n{self.proposal}"
        return text if self.number == 0 else f"{text}\n{self.number}"

    @property
    def closing_key(self) -> str:
        """The key under which the decision that closed the round is recorded."""
        return f"closed\n{self.proposal}\n{self.number}"


class Rounds:
    """The rounds of proposals. Every call takes the timeline, the proposal's id and its commands,
    and raises LogError."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._log = commands.log
        self._fingerprint = commands.fingerprint

    async def recorded(
        self, timeline: str, proposal: str, array: CommandArray
    ) -> tuple[Recorded, ...] | None:
        """What the commands have recorded; None if they were not carried out."""
        present = await self._present(timeline, proposal, array)
        if present.carried_out is None:
            return None
        key = self._key(timeline, present, array)
        return tuple(
            Recorded(item.id, key.event_id(n), receipt.revision, duplicate=True)
            for n, (item, receipt) in enumerate(zip(array.items, present.carried_out, strict=True))
            if isinstance(item, Command) and receipt is not None
        )

    async def carry_out(
        self, timeline: str, proposal: str, array: CommandArray, author: str
    ) -> ArrayResult:
        """Carry the commands out, all or none, once. Raises ProposalDecided if another decision was
        recorded, and what `Commands.execute_all` raises."""
        for _ in range(_ATTEMPTS):
            present = await self._present(timeline, proposal, array)
            if present.is_closed:
                await self._begin_next(timeline, present)
                continue
            try:
                caller = Caller(author, present.key)
                return await self._commands.execute_all(timeline, array, caller)
            except IdempotencyConflict:
                continue  # it was closed meanwhile
        raise ProposalDecided("Others are deciding this proposal: look at it again.", proposal)

    async def close(
        self, timeline: str, proposal: str, array: CommandArray, command: Command, author: str
    ) -> CommandResult | None:
        """Prevent the commands from being carried out in this round, and record the decision
        `command`. Returns None if another decision was recorded, or another round has begun. Raises
        ProposalDecided if the commands were carried out."""
        present = await self._present(timeline, proposal, array)
        key = self._key(timeline, present, _NOTHING)
        try:
            await self._log.append(Append(timeline, (), {}, key.claim))
        except IdempotencyConflict as error:
            message = f"The proposal {proposal!r} was approved before."
            raise ProposalDecided(message, proposal) from error
        closer = Caller(author, present.closing_key)
        try:
            return await self._commands.execute(PROPOSALS + timeline, command, closer)
        except IdempotencyConflict:
            return None

    async def _present(self, timeline: str, proposal: str, array: CommandArray) -> _Round:
        for number in count():
            begun = _Round(proposal, number)
            key = self._key(timeline, begun, array)
            ids = [key.event_id(n) for n in range(len(array.items))]
            claim, *receipts = await self._log.receipts(timeline, [key.claim.id, *ids])
            if claim is None:
                return begun
            if claim.fingerprint == key.claim.fingerprint:
                return begun._replace(carried_out=receipts)
            over = self._over(timeline, begun)
            (noted,) = await self._log.receipts(PROPOSALS + timeline, [over.id])
            if noted is None or noted.fingerprint != over.fingerprint:
                return begun._replace(is_closed=True)
        raise AssertionError("There is always another number.")

    async def _begin_next(self, timeline: str, closed: _Round) -> None:
        """Begin the next round, unless a decision was recorded for the closed one. Raises
        ProposalDecided if one was."""
        over = self._over(timeline, closed)
        try:
            await self._log.append(Append(PROPOSALS + timeline, (), {}, over))
        except IdempotencyConflict as error:
            message = f"The proposal {closed.proposal!r} was refused or withdrawn before."
            raise ProposalDecided(message, closed.proposal) from error

    def _key(self, timeline: str, present: _Round, array: CommandArray) -> Key:
        return Key(timeline, present.key, array, self._fingerprint)

    def _over(self, timeline: str, closed: _Round) -> Claim:
        """The claim that marks a closed round as over when the next one begins."""
        return Key(PROPOSALS + timeline, closed.closing_key, _NOTHING, self._fingerprint).claim
