"""The log in memory, for tests: the contract of `events.log.contract` in its plainest form.

It ends with the process. An append is atomic because it runs from start to end without an await.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from events.errors import IdempotencyConflict, LogError, LogUnavailable, RevisionConflict
from events.event.envelope import HEAD, StoredEvent, Subject, header_bytes
from events.log.contract import (
    FOLLOWED,
    NOTICED,
    Append,
    Appended,
    Durability,
    Identity,
    Receipt,
    Removal,
    check_append,
    partition_of,
)

__all__ = ["MemoryLog"]

HEARTBEAT = 2.0
"""Seconds after which `follow` gives an empty batch."""

ALONE = Identity("00000000-0000-4000-8000-000000000000", 1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Timeline:
    """What the log remembers of one timeline."""

    def __init__(self) -> None:
        self.revision = 0
        self.subjects: dict[str, int] = {}
        self.receipts: dict[str, Receipt] = {}


class MemoryLog:
    """A `Log` that ends with the process. `clock` returns microseconds since 1970; if it goes back,
    recorded times do not."""

    def __init__(
        self,
        clock: Callable[[], int],
        identity: Identity = ALONE,
    ) -> None:
        self._clock = clock
        self._identity = identity
        self._latest = [0] * identity.partitions
        self._entries: list[list[StoredEvent]] = [[] for _ in range(identity.partitions)]
        self._timelines: defaultdict[str, _Timeline] = defaultdict(_Timeline)
        self._published: list[dict[str, bytes]] = [{} for _ in range(identity.partitions)]
        self._notices: list[tuple[int, bytes]] = []
        self._grown = asyncio.Event()
        self._closed = False

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def durability(self) -> Durability:
        return "volatile"

    async def append(self, append: Append) -> Appended:
        await self.check()
        check_append(append)
        appended = self._append(append, self._timelines[append.timeline])
        self._wake()
        return appended

    def _append(self, append: Append, timeline: _Timeline) -> Appended:
        duplicate = _is_duplicate(append, timeline.receipts)
        if not duplicate:
            for subject, expected in append.expected.items():
                actual = timeline.subjects.get(subject, 0)
                if subject == HEAD:
                    actual = timeline.revision
                if actual != expected:
                    raise RevisionConflict(subject, expected, actual)
            self._write(append, timeline)
        if append.claim is not None:
            receipt = Receipt(timeline.revision, append.claim.fingerprint)
            timeline.receipts.setdefault(append.claim.id, receipt)
        known = [timeline.receipts.get(event.id) for event in append.events]
        revisions = tuple(receipt.revision for receipt in known if receipt is not None)
        return Appended(revisions, timeline.revision, duplicate)

    def _write(self, append: Append, timeline: _Timeline) -> None:
        partition = partition_of(append.timeline, self._identity.partitions)
        self._latest[partition] = max(self._latest[partition], self._clock())
        recorded = _EPOCH + timedelta(microseconds=self._latest[partition])
        at = recorded.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
        entries = self._entries[partition]
        for event in append.events:
            timeline.revision += 1
            timeline.receipts[event.id] = Receipt(timeline.revision, event.fingerprint)
            timeline.subjects |= dict.fromkeys(event.touches, timeline.revision)
            header = header_bytes(append.timeline, timeline.revision, at, event.tail)
            entries.append(StoredEvent(len(entries) + 1, header, event.salt, event.data))

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        await self.check()
        return self._entries[partition][after : after + limit]

    async def fetch(self, partition: int, positions: Sequence[int]) -> Sequence[StoredEvent]:
        await self.check()
        entries = self._entries[partition]
        return [entries[p - 1] for p in positions if 1 <= p <= len(entries)]

    async def follow(self, partition: int, after: int) -> AsyncIterator[Sequence[StoredEvent]]:
        while True:
            grown = self._grown
            batch = await self.read(partition, after, FOLLOWED)
            if not batch:
                with suppress(TimeoutError):
                    # Not wait_for: in Python 3.11 it loses a cancellation that comes together with
                    # the event, and the task that cancelled waits for ever.
                    async with asyncio.timeout(HEARTBEAT):
                        await grown.wait()
                batch = await self.read(partition, after, FOLLOWED)
            after += len(batch)
            yield batch

    async def head(self, partition: int) -> int:
        await self.check()
        return len(self._entries[partition])

    async def revision(self, timeline: str) -> int:
        await self.check()
        return self._timelines[timeline].revision

    async def revisions(self, timeline: str, subjects: Sequence[Subject]) -> list[int]:
        await self.check()
        return [self._timelines[timeline].subjects.get(subject, 0) for subject in subjects]

    async def receipts(self, timeline: str, ids: Sequence[str]) -> list[Receipt | None]:
        await self.check()
        return [self._timelines[timeline].receipts.get(id_) for id_ in ids]

    async def remove(self, partition: int, removals: Sequence[Removal]) -> None:
        await self.check()
        entries = self._entries[partition]
        for removal in removals:
            stored = entries[removal.position - 1]
            entries[removal.position - 1] = stored._replace(
                salt=None, data=None, redacted=removal.revision
            )
            receipts = self._timelines[removal.timeline].receipts
            if removal.id in receipts:
                receipts[removal.id] = receipts[removal.id]._replace(fingerprint="")

    async def publish(self, partition: int, checkpoints: Mapping[str, bytes]) -> None:
        await self.check()
        self._published[partition] |= checkpoints
        self._wake()

    async def published(self, partition: int) -> AsyncIterator[Mapping[str, bytes]]:
        sent: dict[str, bytes] = {}
        while True:
            grown = self._grown
            await self.check()
            new = dict(self._published[partition].items() - sent.items())
            if new or not sent:
                sent |= new
                yield new
            if not new:
                with suppress(TimeoutError):
                    async with asyncio.timeout(HEARTBEAT):
                        await grown.wait()

    async def notify(self, notice: bytes) -> None:
        await self.check()
        self._notices.append((self._clock(), notice))
        self._wake()

    async def notices(self) -> AsyncIterator[Sequence[bytes]]:
        oldest, after = self._clock() - NOTICED * 1_000_000, 0
        while True:
            grown = self._grown
            await self.check()
            new = [notice for at, notice in self._notices[after:] if at > oldest]
            after = len(self._notices)
            yield new
            if not new:
                with suppress(TimeoutError):
                    async with asyncio.timeout(HEARTBEAT):
                        await grown.wait()

    async def settle(self, partition: int) -> bool:  # noqa: ARG002 - nothing outlives this log
        await self.check()
        return True

    async def check(self) -> None:
        if self._closed:
            raise LogUnavailable("The log is closed.")

    async def refusals(self) -> Mapping[int, LogError]:
        try:
            await self.check()
        except LogError as error:
            return dict.fromkeys(range(self._identity.partitions), error)
        return {}

    async def close(self) -> None:
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        """Wake all followers; those that come later wait for the next event."""
        self._grown.set()
        self._grown = asyncio.Event()


def _is_duplicate(append: Append, receipts: Mapping[str, Receipt]) -> bool:
    """Whether the log has the whole append already. Raises `IdempotencyConflict` if an id was used
    for something else, or only some of the events are there."""
    claim = append.claim
    if claim is not None and claim.id in receipts:
        if receipts[claim.id].fingerprint != claim.fingerprint:
            raise IdempotencyConflict(claim.id)
        return True
    own: set[str] = set() if claim is None else {claim.id}
    seen = []
    for event in append.events:
        receipt = receipts.get(event.id)
        if event.id in own or (receipt is not None and receipt.fingerprint != event.fingerprint):
            raise IdempotencyConflict(event.id)
        own.add(event.id)
        if receipt is not None:
            seen.append(event.id)
    if seen and len(seen) < len(append.events):
        raise IdempotencyConflict(seen[-1])
    return bool(seen)
