"""Writing events: a command's decision is sealed and appended to the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from events.errors import IdempotencyConflict, RevisionConflict
from events.event.codec import Codec
from events.event.envelope import HEAD, SealedEvent, Subject
from events.log.contract import Append, Log
from service.clock import Randomness
from service.writing.execution.idempotency import Key
from service.writing.execution.slices import Slices
from service.writing.rules.decision import Record

__all__ = ["Draft", "EventWriter", "Written"]

_SALT = 16
_AT_ONCE = 20
"""Events that are sealed without a look at the time."""


class Draft(NamedTuple):
    """A decision, and the id of the event that will record it."""

    event_id: str
    decision: Record


class Written(NamedTuple):
    """The answer to an append, and the events that it wrote; a dry run writes none."""

    revisions: tuple[int, ...]
    revision: int
    events: tuple[SealedEvent, ...] = ()


class EventWriter:
    """Seals events, each with a random salt, and appends them to the log."""

    def __init__(self, log: Log, codec: Codec, randomness: Randomness) -> None:
        self._log = log
        self._codec = codec
        self._randomness = randomness

    async def write(
        self,
        timeline: str,
        drafts: Sequence[Draft],
        expected: Mapping[Subject, int],
        author: str,
        key: Key | None,
        *,
        dry_run: bool = False,
    ) -> Written | None:
        """Append one event for each draft, in order, all or none. The key is recorded as used even
        if there are no drafts. Returns None if another request has used the key meanwhile; that
        request's result is then the answer. In a dry run nothing is appended, and the answer is
        what it would have been.

        Raises RevisionConflict, IdempotencyConflict, LogUnavailable and OutcomeUnknown.
        """
        if dry_run:
            return await self._rehearse(timeline, len(drafts), expected)
        if not drafts and key is None:
            return Written((), await self._log.revision(timeline))
        events = await self._sealed(timeline, drafts, author)
        claim = key.claim if key else None
        try:
            appended = await self._log.append(Append(timeline, events, expected, claim))
        except IdempotencyConflict as conflict:
            if key is not None and conflict.id == key.claim.id:
                raise IdempotencyConflict(key.text) from conflict
            raise
        if key is not None and (appended.duplicate or len(appended.revisions) < len(drafts)):
            return None
        return Written(appended.revisions, appended.revision, events)

    async def _sealed(
        self, timeline: str, drafts: Sequence[Draft], author: str
    ) -> tuple[SealedEvent, ...]:
        """The events of the drafts. Where they are many, others have their turns before, between
        and after them, because deciding and encoding many is long work too."""
        salts = self._randomness(_SALT * len(drafts))
        slices, are_many = Slices(), len(drafts) > _AT_ONCE
        sealed = []
        if are_many:
            await slices.turn()
        for n, (id_, (_, subject, event)) in enumerate(drafts):
            salt = salts[_SALT * n : _SALT * (n + 1)]
            sealed.append(self._codec.seal(timeline, id_, subject, event, author, salt))
            if n % _AT_ONCE == _AT_ONCE - 1:
                await slices.step()
        if are_many:
            await slices.turn()
        return tuple(sealed)

    async def _rehearse(
        self, timeline: str, count: int, expected: Mapping[Subject, int]
    ) -> Written:
        """The answer that an append of this many events would get now."""
        last = await self._log.revision(timeline)
        found = await self._log.revisions(timeline, [*expected]) if expected else []
        for (subject, revision), known in zip(expected.items(), found, strict=True):
            actual = last if subject == HEAD else known
            if revision != actual:
                raise RevisionConflict(subject, revision, actual)
        revisions = tuple(range(last + 1, last + count + 1))
        return Written(revisions, last + count)
