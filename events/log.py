"""The contract of the log: what callers are promised and what implementers owe.

**Promised.** An append succeeds whole or not at all. Revisions of a timeline and positions of a
partition are 1, 2, 3 … without gaps or duplicates, and `recorded_at` never goes back within a
partition. When `append` returns, the events are durable at the log's level of durability; being
accepted into the queue is never reported. An event is seen by `read` and `follow` only after
that. The same event id with the same fingerprint is one event, for ever.

**Owed.** `expected` is checked, ids are looked up, revisions are given and the events are written
in one atomic step. A cancelled caller never cancels an append under way. No append is sent
twice: where its outcome is not known, it is looked up by its ids, or `OutcomeUnknown` is raised.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from events.envelope import SealedEvent, StoredEvent, Subject

__all__ = [
    "Append",
    "Appended",
    "Claim",
    "Durability",
    "Identity",
    "Log",
    "Receipt",
    "Removal",
    "check_append",
    "partition_of",
]

Durability = Literal["fsync", "everysec", "replicated", "volatile"]


class Identity(NamedTuple):
    """What makes a log this log: made once, when it is created."""

    id: str
    partitions: int
    format: int = 1


class Claim(NamedTuple):
    """An idempotency key spent on a request: remembered like an event's id, even where the
    request had nothing to add."""

    id: str
    fingerprint: str


class Append(NamedTuple):
    """Events for one timeline, to be written whole or not at all.

    `expected` maps a subject to the revision at which it must still be: `NEW` (0) says that
    nothing may have touched it, a subject that is left out may be anywhere. `events` may be empty
    where there is a `claim`.
    """

    timeline: str
    events: tuple[SealedEvent, ...]
    expected: Mapping[Subject, int]
    claim: Claim | None = None


class Appended(NamedTuple):
    """`revisions` are those of the events, in their order; `revision` is the timeline's after
    the append; `duplicate` says that all of it was there before."""

    revisions: tuple[int, ...]
    revision: int
    duplicate: bool


class Removal(NamedTuple):
    """An event whose salt and data shall go: where it is, its id, and the revision of the
    redaction that names it."""

    position: int
    timeline: str
    id: str
    revision: int


class Receipt(NamedTuple):
    """What the log remembers of an event id or claim."""

    revision: int
    fingerprint: str


class Log(Protocol):
    """An append-only log of events in partitions. All calls raise `LogUnavailable` where the log
    cannot be reached, and `LogReplaced` where another log, or none, is in its place: nothing is
    read from that one, and nothing written."""

    @property
    def identity(self) -> Identity:
        """Read once, when the log was opened."""

    @property
    def durability(self) -> Durability:
        """What an acknowledged append survives."""

    async def append(self, append: Append) -> Appended:
        """Write the events, or find that they were written before.

        Raises `RevisionConflict` (a subject has moved), `IdempotencyConflict` (an id is taken by
        something else), `LogUnavailable` and `LogReplaced` (certainly nothing written),
        `CorruptEvent` (nothing written on top of damage), `OutcomeUnknown`.
        """

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        """Up to `limit` events behind position `after`, in order; empty at the head."""

    async def fetch(self, partition: int, positions: Sequence[int]) -> Sequence[StoredEvent]:
        """The events at `positions` (ascending), in order; absent ones are left out."""

    def follow(self, partition: int, after: int) -> AsyncIterator[Sequence[StoredEvent]]:
        """Batches of events behind `after` as they come, without end, and an empty batch at least
        every few seconds. Raises what `read` raises, also where the log is replaced while it is
        quiet; it does not reconnect by itself."""

    async def head(self, partition: int) -> int:
        """The position of the partition's last event, 0 for none."""

    async def revision(self, timeline: str) -> int:
        """The timeline's last revision, 0 where it has none."""

    async def revisions(self, timeline: str, subjects: Sequence[Subject]) -> list[int]:
        """The revision of the last event that touched each subject, 0 for none, in their order."""

    async def receipts(self, timeline: str, ids: Sequence[str]) -> list[Receipt | None]:
        """What is remembered of each event id or claim, in their order."""

    async def remove(self, partition: int, removals: Sequence[Removal]) -> None:
        """Remove salt and data of those events for good: from memory and from the server's files,
        with what their ids' fingerprints tell. Headers, positions and all else stay, appends go
        on meanwhile, and whoever follows goes on following. Doing it twice is harmless; with no
        removals it makes good what a crash cut off: the files hold nothing that was removed.

        Raises `NoRoomToRemove` (nothing was removed), and what `append` raises where the log is
        away; then some or all may be gone.
        """

    async def publish(self, partition: int, checkpoints: Mapping[str, bytes]) -> None:
        """Make the latest signed checkpoints of timelines known to every replica, each in the
        place of the one before. What one holds is nothing to the log, which numbers no event for
        it. Doing it twice is harmless; raises what `append` raises where the log is away."""

    def published(self, partition: int) -> AsyncIterator[Mapping[str, bytes]]:
        """The latest checkpoint of each timeline, then those that are published from then on,
        without end, and an empty mapping at least every few seconds. Raises as `follow` does."""

    async def settle(self, partition: int) -> bool:
        """Wait until all that the partition held when it was asked is durable at the log's level,
        also what others appended; False where that is not so after a few seconds. What can be read
        may be less durable than what was acknowledged."""

    async def check(self) -> None:
        """Ask the log whether it is there; raises `LogUnavailable` or `LogReplaced`."""

    async def close(self) -> None:
        """Finish what is under way and let go. Closing twice is harmless."""


def partition_of(timeline: str, partitions: int) -> int:
    """The partition of a timeline: CRC-32 (ISO 3309) of its name modulo the number of them."""
    return zlib.crc32(timeline.encode()) % partitions


def check_append(append: Append) -> None:
    """ValueError where `append` has nothing to write, or an event sealed for another timeline."""
    if not append.events and append.claim is None:
        raise ValueError("An append needs events or a claim.")
    for event in append.events:
        if event.timeline != append.timeline:
            raise ValueError(f"An event of {event.timeline!r} in an append to {append.timeline!r}.")
