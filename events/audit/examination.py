"""The examination before a head is signed: every event of a partition, in the log's order.

Each event must have the service's seal, the data that its digest was made of, the next revision, a
recorded time no earlier than the event before it, and an id of its own. If its data is gone, a
later `statement.redacted` of the same statement must name it. The tree must pass through every root
that was signed before. The first event that breaks a rule is its timeline's *finding*; later events
of that timeline are only counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from events.audit.examined import Examined
from events.errors import CorruptEvent
from events.event.codec import Codec, read_header
from events.event.envelope import Header, StoredEvent, form_fault
from events.log.contract import partition_of
from events.tlog.merkle import HASH_SIZE, TreeHead, leaf_hash

__all__ = ["UNCOMPARED", "Examination", "Finding", "LeavesOf", "Proves"]

LeavesOf = Callable[[str, int], bytes]
"""Maps timeline and revision to the ledger's leaf hashes from that revision on, concatenated: as
many as it reads at once, or nothing if it does not have the first of them."""

Proves = Callable[[str, int, TreeHead], bool]
"""Maps timeline, revision and signed head to whether the ledger's leaf is proved to be in the tree
of that head."""

_NOTHING: Final = TreeHead(0, b"")

UNCOMPARED: Final = "cannot be compared: "
"""The prefix of a finding's reason if no event is at fault, because there is nothing to compare the
log with."""


class Finding(NamedTuple):
    """The first invalid revision of a timeline, and the reason."""

    timeline: str
    revision: int
    reason: str

    @property
    def sound(self) -> int | None:
        """The last valid revision; None if the finding blames no event."""
        return None if self.reason.startswith(UNCOMPARED) else self.revision - 1


class Examination:
    """Examines one partition from its first event on. `signed` are the heads that were signed
    before; `leaves` returns the ledger's leaves, and `proves` whether a signed head proves a leaf.
    `doubtful` are the timelines of which the ledger has another leaf than the log, but cannot prove
    it: the signed root then decides which of the two is wrong. `uncovered` are the timelines with
    events that no head covers. `covered_at` is the recorded time of the last event that a signed
    head covers."""

    def __init__(
        self,
        codec: Codec,
        partition: int,
        partitions: int,
        signed: Mapping[str, TreeHead],
        leaves: LeavesOf,
        proves: Proves,
    ) -> None:
        self._codec = codec
        self.partition = partition
        self._partitions = partitions
        self._signed = dict(signed)
        self._leaves_of = leaves
        self._proves = proves
        self._at_end = False
        self._leaves: dict[str, tuple[int, bytes]] = {}
        self.position = 0
        self.header = b""
        self.timelines: dict[str, Examined] = {}
        self.findings: dict[str, Finding] = {}
        self.doubtful: set[str] = set()
        self.uncovered: set[str] = set()
        self.covered_at = ""

    def examine(self, entries: Sequence[StoredEvent]) -> None:
        """Examine the entries after `position`, in order."""
        self._leaves.clear()
        for stored in entries:
            self._examine(stored)
            self.position, self.header = stored.position, stored.header

    def finish(self) -> None:
        """Call this at the end of the log: by then every signed event must have been found, and a
        redaction for every missing text. Redactions name only earlier events, so events after this
        call have their data."""
        self._at_end = True
        for timeline, head in self._signed.items():
            size = self.timelines[timeline].tree.size if timeline in self.timelines else 0
            if size < head.size and self._is_own(timeline):
                self._find(timeline, size + 1, "is not in the log any more, though it was signed")
        for timeline, examined in self.timelines.items():
            gone = examined.unexplained()
            if gone is not None:
                self._find(timeline, gone, "has lost its data without a redaction")

    def sign(self, timeline: str, head: TreeHead) -> None:
        """Treat this head as signed from now on."""
        self._signed[timeline] = head
        if not self.unsigned(timeline):
            self.uncovered.discard(timeline)

    def signed_size(self, timeline: str) -> int:
        """How many events of the timeline its signed head covers."""
        return self._signed.get(timeline, _NOTHING).size

    def has_passed(self, timeline: str) -> bool:
        """Whether all signed events of the timeline were examined and lead to the signed root."""
        examined = self.timelines.get(timeline)
        if examined is None or timeline in self.findings:
            return False
        return examined.tree.size >= self.signed_size(timeline)

    def unsigned(self, timeline: str) -> int:
        """How many events of the timeline were read that no signed head covers."""
        examined = self.timelines.get(timeline)
        met = 0 if examined is None else examined.tree.size + examined.beyond
        return max(0, met - self.signed_size(timeline))

    def _examine(self, stored: StoredEvent) -> None:
        try:
            header = read_header(stored)
        except CorruptEvent:
            return  # the missing event is found at the timeline's next event or at the end
        timeline = header.timeline
        examined = self.timelines.get(timeline)
        if examined is None:
            if not self._is_own(timeline):
                return
            examined = self.timelines[timeline] = Examined()
        if timeline in self.findings:
            examined.beyond += 1
        else:
            self._look_at(examined, header, stored)
        if timeline not in self.uncovered and self.unsigned(timeline):
            self.uncovered.add(timeline)

    def _look_at(self, examined: Examined, header: Header, stored: StoredEvent) -> None:
        timeline = header.timeline
        revision = examined.tree.size + 1
        leaf = leaf_hash(stored.header)
        signed = self._signed.get(timeline, _NOTHING)
        reason = (
            form_fault(header, stored.header)
            or examined.fault_of(header)
            or self._false(header, stored)
        )
        if reason is None and revision <= signed.size:
            reason = self._denied(timeline, revision, leaf, signed)
        if reason is not None:
            examined.beyond += 1
            self._find(timeline, revision, reason)
            return
        examined.add(header, stored, leaf)
        if revision == signed.size:
            self.covered_at = max(self.covered_at, header.recorded_at)
            if examined.tree.root() != signed.root:
                self._find(timeline, 1, f"or one of the first {revision} is not what was signed")

    def _denied(self, timeline: str, revision: int, leaf: bytes, signed: TreeHead) -> str | None:
        ours = self._leaf(timeline, revision)
        if not ours or ours == leaf:
            return None
        if self._proves(timeline, revision, signed):
            return "is not the event that was signed"
        self.doubtful.add(timeline)
        return None

    def _leaf(self, timeline: str, revision: int) -> bytes:
        """The ledger's leaf hash of the revision, or nothing. Many leaves are read at once, and
        used during one call of `examine` only."""
        first, leaves = self._leaves.get(timeline, (revision, b""))
        at = (revision - first) * HASH_SIZE
        if at >= len(leaves):
            first, leaves, at = revision, self._leaves_of(timeline, revision), 0
            self._leaves[timeline] = first, leaves
        return leaves[at : at + HASH_SIZE]

    def _false(self, header: Header, stored: StoredEvent) -> str | None:
        try:
            self._codec.check(stored, header)
        except CorruptEvent as error:
            return error.reason
        if stored.data is None and self._at_end:
            return "has lost its data without a redaction"
        return None

    def _is_own(self, timeline: str) -> bool:
        return partition_of(timeline, self._partitions) == self.partition

    def _find(self, timeline: str, revision: int, reason: str) -> None:
        self.findings.setdefault(timeline, Finding(timeline, revision, reason))
