"""What the signer looks at before it signs: every event of a partition, in the log's order.

Each event must be one that the service made (its seal), with the data that it was made with (its
digest), behind the one before it (its revision), not recorded earlier than that one, and of an id
that no other has. Where its data is gone, a later `statement.redacted` of the same statement must
name it. And the tree that grows must pass through every root that was signed before. The first
event of a timeline that is otherwise is its *finding*: nothing behind it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from events.codec import Codec, read_header
from events.envelope import Header, StoredEvent
from events.errors import CorruptEvent
from events.log import partition_of
from events.merkle import Frontier, leaf_hash

__all__ = ["Examination", "Examined", "Finding", "Head", "LeafOf"]

LeafOf = Callable[[str, int], bytes | None]
"""Timeline and revision → the hash that is kept of its leaf; None where none is."""


class Head(NamedTuple):
    """A tree's head: how many leaves, and the root over them (32 bytes)."""

    size: int
    root: bytes


_NOTHING = Head(0, b"")


class Finding(NamedTuple):
    """The first revision of a timeline that is not what it should be."""

    timeline: str
    revision: int
    reason: str


class _Redaction(msgspec.Struct):
    revisions: list[int]


_redaction = msgspec.json.Decoder(_Redaction)


def _mark(id_: str) -> bytes:
    """What an id is remembered by: 16 bytes, in which no two ids meet."""
    return blake2b(id_.encode(), digest_size=16).digest()


class Examined:
    """A timeline as far as it was looked at: its tree, and when its last event was recorded."""

    def __init__(self) -> None:
        self.tree = Frontier()
        self.recorded_at = ""
        self._ids: set[bytes] = set()
        self._gone: dict[int, tuple[int, str]] = {}

    def head(self) -> Head:
        return Head(self.tree.size, self.tree.root())

    def fault_of(self, header: Header) -> str | None:
        """What is wrong with an event in this place; None where nothing is."""
        due = self.tree.size + 1
        if header.revision != due:
            return f"is missing: revision {header.revision} stands in its place"
        if header.recorded_at < self.recorded_at:
            return "was recorded before the one in front of it"
        if _mark(header.id) in self._ids:
            return "has the id of an event before it"
        return None

    def add(self, header: Header, stored: StoredEvent, leaf: bytes) -> None:
        """The event is what it should be."""
        self.tree.append(leaf)
        self.recorded_at = header.recorded_at
        self._ids.add(_mark(header.id))
        if stored.data is None:
            self._gone[header.revision] = (stored.redacted or 0, header.subject)
        elif header.type == "statement.redacted":
            for revision in _redaction.decode(stored.data).revisions:
                if self._gone.get(revision) == (header.revision, header.subject):
                    del self._gone[revision]

    def unexplained(self) -> int | None:
        """The first revision whose data is gone without a redaction that names it."""
        return min(self._gone, default=None)


class Examination:
    """Looks at one partition from its first event on. `signed` are the heads that were signed
    before, which the trees must pass through; `kept` is what the ledger has."""

    def __init__(
        self,
        codec: Codec,
        partition: int,
        partitions: int,
        signed: Mapping[str, Head],
        kept: LeafOf,
    ) -> None:
        self._codec = codec
        self.partition = partition
        self._partitions = partitions
        self._signed = dict(signed)
        self._kept = kept
        self._at_end = False
        self.position = 0
        self.header = b""
        self.timelines: dict[str, Examined] = {}
        self.findings: dict[str, Finding] = {}

    def take(self, entries: Sequence[StoredEvent]) -> None:
        """Look at the entries behind `position`, in their order."""
        for stored in entries:
            self._take(stored)
            self.position, self.header = stored.position, stored.header

    def finish(self) -> None:
        """The log's end was reached: what was signed must have been there, and what is gone must
        have been explained. What comes from now on was never redacted."""
        self._at_end = True
        for timeline, head in self._signed.items():
            size = self.timelines[timeline].tree.size if timeline in self.timelines else 0
            if size < head.size and self._is_own(timeline):
                self._find(timeline, size + 1, "is not in the log any more, though it was signed")
        for timeline, examined in self.timelines.items():
            gone = examined.unexplained()
            if gone is not None:
                self._find(timeline, gone, "has lost its data without a redaction")

    def sign(self, timeline: str, head: Head) -> None:
        """From now on this head counts as signed."""
        self._signed[timeline] = head

    def _take(self, stored: StoredEvent) -> None:
        try:
            header = read_header(stored)
        except CorruptEvent:
            return  # the timeline that lacks it is found at its next event, or at the end
        timeline = header.timeline
        if timeline in self.findings or not self._is_own(timeline):
            return
        examined = self.timelines.get(timeline)
        if examined is None:
            examined = self.timelines[timeline] = Examined()
        revision = examined.tree.size + 1
        leaf = leaf_hash(stored.header)
        signed = self._signed.get(timeline, _NOTHING)
        reason = examined.fault_of(header) or self._false(stored)
        if reason is None and revision <= signed.size:
            kept = self._kept(timeline, revision)
            if kept is not None and kept != leaf:
                reason = "is not the event that was signed"
        if reason is not None:
            self._find(timeline, revision, reason)
            return
        examined.add(header, stored, leaf)
        if revision == signed.size and examined.tree.root() != signed.root:
            self._find(timeline, 1, f"or one of the first {revision} is not what was signed")

    def _false(self, stored: StoredEvent) -> str | None:
        try:
            self._codec.check(stored)
        except CorruptEvent as error:
            return error.reason
        if stored.data is None and self._at_end:
            return "has lost its data without a redaction"
        return None

    def _is_own(self, timeline: str) -> bool:
        return partition_of(timeline, self._partitions) == self.partition

    def _find(self, timeline: str, revision: int, reason: str) -> None:
        self.findings.setdefault(timeline, Finding(timeline, revision, reason))
