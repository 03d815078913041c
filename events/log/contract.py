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
from functools import lru_cache
from typing import Final, Literal, NamedTuple, Protocol

from events.errors import LogError
from events.event.envelope import SealedEvent, StoredEvent, Subject

__all__ = [
    "FOLLOWED",
    "NOTICED",
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

FOLLOWED: Final = 750
"""The most events in a batch of `follow`: more than a busy log gathers in a tenth of a second. A
reader that gets so many lags, and catches up faster with `read`."""

NOTICED: Final = 13 * 3_600
"""Seconds for which the log keeps a notice."""


class Identity(NamedTuple):
    """The identity of a log, which is made once, when the log is created."""

    id: str
    partitions: int
    format: int = 1


class Claim(NamedTuple):
    """An idempotency key that was used for a request. It is remembered like an event's id, even if
    the request added no event."""

    id: str
    fingerprint: str


class Append(NamedTuple):
    """Events for one timeline, to be written as a whole or not at all.

    `expected` maps a subject to the revision that it must still have; `NEW` (0) means that no event
    may have touched it. The revision of `HEAD` is the timeline's own. The revisions of other
    subjects are not checked. `events` may be empty if there is a `claim`.
    """

    timeline: str
    events: tuple[SealedEvent, ...]
    expected: Mapping[Subject, int]
    claim: Claim | None = None


class Appended(NamedTuple):
    """`revisions` are those of the events, in their order; `revision` is the timeline's after
    the append; `duplicate` says that all of them had been written before."""

    revisions: tuple[int, ...]
    revision: int
    duplicate: bool


class Removal(NamedTuple):
    """An event whose salt and data must be removed: its position, its id, and the revision of the
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
    """An append-only log of events in partitions. All calls raise `LogUnavailable` if the log
    cannot be reached, and `LogReplaced` if another log, or none, is in its place; the other log is
    neither read nor written."""

    @property
    def identity(self) -> Identity:
        """The log's identity, which is read once, when the log is opened."""

    @property
    def durability(self) -> Durability:
        """What an acknowledged append survives, as of the last inspection."""

    async def append(self, append: Append) -> Appended:
        """Write the events, or find out that they were written before.

        Raises `RevisionConflict` (a subject has moved), `IdempotencyConflict` (an id is taken by
        something else), `LogUnavailable`, `UnfitServer` and `LogReplaced` (nothing was written for
        certain), `CorruptEvent` (nothing is written after damage), `OutcomeUnknown`.
        """

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        """Up to `limit` events after position `after`, in order; empty at the head."""

    async def fetch(self, partition: int, positions: Sequence[int]) -> Sequence[StoredEvent]:
        """The events at `positions` (ascending), in order; absent events are left out."""

    def follow(self, partition: int, after: int) -> AsyncIterator[Sequence[StoredEvent]]:
        """Batches of up to `FOLLOWED` events after `after` as they are recorded, without end, and
        an empty batch at least every few seconds. Raises what `read` raises, also if the log is
        replaced while no events come; it does not reconnect by itself."""

    async def head(self, partition: int) -> int:
        """The position of the partition's last event, 0 for none."""

    async def revision(self, timeline: str) -> int:
        """The timeline's last revision, 0 if it has none."""

    async def revisions(self, timeline: str, subjects: Sequence[Subject]) -> list[int]:
        """The revision of the last event that touched each subject, 0 for none, in their order."""

    async def receipts(self, timeline: str, ids: Sequence[str]) -> list[Receipt | None]:
        """What is remembered of each event id or claim, in their order."""

    async def remove(self, partition: int, removals: Sequence[Removal]) -> None:
        """Remove salt and data of these events for good, and blank the fingerprints of their ids,
        in memory and in the server's files. Headers, positions and everything else stay; appends
        and followers continue meanwhile. Removing twice is harmless. Without removals it completes
        what a crash interrupted, so that the files contain nothing that was removed.

        Raises `NoSpaceToRemove` (nothing was removed), and what `append` raises if the log is
        unavailable; then some or all of it may be removed.
        """

    async def publish(self, partition: int, checkpoints: Mapping[str, bytes]) -> None:
        """Publish the latest signed checkpoints of timelines to all replicas; each replaces the one
        before. The log does not interpret them, and they are not events. Publishing twice is
        harmless. Raises what `append` raises if the log is unavailable."""

    def published(self, partition: int) -> AsyncIterator[Mapping[str, bytes]]:
        """The latest checkpoint of each timeline, then the newly published ones, without end, and
        an empty mapping at least every few seconds. Raises what `follow` raises."""

    async def notify(self, notice: bytes) -> None:
        """Tell all services on the log something for the next `NOTICED` seconds, after which the
        log forgets it. A notice is no event, and the log does not interpret it. Raises what
        `append` raises if the log is unavailable; telling it again is harmless."""

    def notices(self) -> AsyncIterator[Sequence[bytes]]:
        """The notices that are remembered, then new ones, in their order, without end, and an empty
        batch at least every few seconds. Raises what `follow` raises."""

    async def settle(self, partition: int) -> bool:
        """Wait until everything that the partition holds at the time of the call is durable at the
        log's level, including what other services appended. Returns False if it is not after a few
        seconds. This is needed because events can be read before they are as durable as
        acknowledged events."""

    async def check(self) -> None:
        """Check that the log is reachable and still the same. Raises `LogUnavailable` or
        `LogReplaced`."""

    async def refusals(self) -> Mapping[int, LogError]:
        """The partitions that would refuse an append now, each with its error. Nothing is written;
        `durability` is up to date afterwards."""

    async def close(self) -> None:
        """Finish running calls and close the connections. Closing twice is harmless."""


@lru_cache(4_096)
def partition_of(timeline: str, partitions: int) -> int:
    """The partition of a timeline: CRC-32 (ISO 3309) of its name modulo the number of
    partitions."""
    return zlib.crc32(timeline.encode()) % partitions


def check_append(append: Append) -> None:
    """Raise ValueError if `append` has nothing to write, or has an event that is sealed for another
    timeline."""
    if not append.events and append.claim is None:
        raise ValueError("An append needs events or a claim.")
    for event in append.events:
        if event.timeline != append.timeline:
            raise ValueError(f"An event of {event.timeline!r} in an append to {append.timeline!r}.")
