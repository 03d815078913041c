"""Appending what was decided: events are sealed and handed to the log.

What does not fit any more is decided again by `settle`, a few times: an append that was refused
has written nothing. One whose outcome is not known is never tried again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from events.codec import Codec
from events.envelope import Subject
from events.errors import IdempotencyConflict, RevisionConflict
from events.log import Append, Log
from service.clock import Randomness
from service.command import Done
from service.decide.decision import Made, Record
from service.idempotency import Key

__all__ = ["Appender", "Draft", "Settled", "settle"]

_SALT = 16
_ATTEMPTS = 6


class Draft(NamedTuple):
    """A decision to be recorded as the event of that id."""

    event_id: str
    decision: Record


class Settled(NamedTuple):
    """Where the drafts came to be recorded, and the timeline's revision after that."""

    made: tuple[Made, ...]
    revision: int


class Appender:
    """Seals events with chance for their salts and appends them."""

    def __init__(self, log: Log, codec: Codec, randomness: Randomness) -> None:
        self._log = log
        self._codec = codec
        self._randomness = randomness

    async def append(
        self,
        timeline: str,
        drafts: Sequence[Draft],
        expected: Mapping[Subject, int],
        author: str,
        key: Key | None,
    ) -> Settled | None:
        """Record the drafts, and remember the key even where there are none. None where another
        call has spent the key meanwhile: what it did is the answer.

        Raises RevisionConflict, IdempotencyConflict, LogUnavailable and OutcomeUnknown.
        """
        if not drafts and key is None:
            return Settled((), await self._log.revision(timeline))
        salts = self._randomness(_SALT * len(drafts))
        events = tuple(
            self._codec.seal(
                timeline,
                draft.event_id,
                draft.decision.subject,
                draft.decision.event,
                author,
                salts[_SALT * n : _SALT * (n + 1)],
            )
            for n, draft in enumerate(drafts)
        )
        claim = key.claim if key else None
        try:
            appended = await self._log.append(Append(timeline, events, expected, claim))
        except IdempotencyConflict as conflict:
            if key is not None and conflict.id == key.claim.id:
                raise IdempotencyConflict(key.text) from conflict
            raise
        if key is not None and (appended.duplicate or len(appended.revisions) < len(drafts)):
            return None
        pairs = zip(appended.revisions, drafts, strict=True)
        made = tuple(Made(revision, draft.event_id) for revision, draft in pairs)
        return Settled(made, appended.revision)


async def settle(
    attempt: Callable[[bool], Awaitable[Done | None]],
    is_final: Callable[[RevisionConflict], bool] = lambda _: False,
) -> Done:
    """What `attempt` comes to. It is told whether it is the first; after a conflict that is not
    final, or None, it is made again, at most five times. Raises what it raises."""
    for left in reversed(range(_ATTEMPTS)):
        try:
            done = await attempt(left == _ATTEMPTS - 1)
        except RevisionConflict as conflict:
            if left == 0 or is_final(conflict):
                raise
            continue
        if done is not None:
            return done
    raise AssertionError("A key that was spent is remembered at the next attempt.")
