"""One reading of a partition into the ledger: new leaves are added, kept ones compared.

A reading continues where the last one ended. If the log no longer has the entry that was read last,
the reading starts again from the first event and compares each leaf with the kept one. If they
differ and the leaf is not held, the ledger is cut back and follows the log; if it is held, the
revision is noted as a divergence. The timeline of an event with an unreadable header is unknown;
that timeline diverges at its next event.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from events.errors import CorruptEvent, Damaged
from events.event.codec import read_header
from events.event.envelope import Header, StoredEvent
from events.log.contract import partition_of
from events.tlog.merkle import leaf_hash
from projections.ledger.divergences import Divergence
from projections.ledger.ledger import Ledger

__all__ = ["LedgerReading"]

_log = structlog.get_logger(__name__)


class LedgerReading:
    """Reads entries in order. If `whole`, it reads all of them from position 1, and `finish` ends
    it. A call that raises an error leaves the ledger unchanged, and the reading must not be used
    again. `Damaged` is raised if a part of the ledger was dropped since the reading began."""

    def __init__(self, ledger: Ledger, partition: int, partitions: int, *, whole: bool) -> None:
        self._ledger = ledger
        self.partition = partition
        self.partitions = partitions
        self._whole = whole
        self._generation = ledger.tables.generation
        self._seen: dict[str, int] = {}
        self._new: dict[str, list[bytes]] = {}
        self._wrong = {} if whole else {fault.timeline: fault for fault in ledger.divergences.all()}
        self.position = 0 if whole else ledger.position(partition)[0]
        """The last position that was read."""

    def take(self, entries: Sequence[StoredEvent]) -> None:
        """Add the entries after `position`, in one transaction."""
        self._check()
        known = set(self._wrong)
        with self._ledger.transaction():
            for stored in entries:
                self._take(stored)
            for timeline, leaves in self._new.items():
                if leaves:
                    self._ledger.append(timeline, self.partition, b"".join(leaves))
            self._new.clear()
            if not self._whole:
                self._note(known)
                self._ledger.save_position(self.partition, entries[-1].position, entries[-1].header)
        self.position = entries[-1].position

    def finish(self, header: bytes) -> None:
        """Call this when a reading from the first event has reached the log's end. `header` is the
        last one, empty if there are no events. Leaves beyond the end are cut off, or noted as a
        divergence if they are held."""
        if not self._whole:
            return
        self._check()
        with self._ledger.transaction():
            for timeline, size in self._ledger.timelines(self.partition):
                seen = self._seen.get(timeline, 0)
                if timeline not in self._wrong and seen < size:
                    self._cut_back(timeline, seen, "is not in the log any more")
            self._note(set())
            self._ledger.save_position(self.partition, self.position, header)
        self._whole = False
        self._seen.clear()

    def _check(self) -> None:
        if self._generation != self._ledger.tables.generation:
            raise Damaged("The ledger was mended since this reading began.")

    def _take(self, stored: StoredEvent) -> None:
        try:
            header = read_header(stored)
        except CorruptEvent:
            return  # the projector reports it
        name = header.timeline
        new = self._new.get(name)
        if new is None:
            if partition_of(name, self.partitions) != self.partition:
                return
            new = self._new[name] = []
        if name not in self._wrong:
            self._add(header, leaf_hash(stored.header), new)

    def _add(self, header: Header, leaf: bytes, new: list[bytes]) -> None:
        """Add the leaf to the `new` ones of its timeline, or compare it with the kept one."""
        name = header.timeline
        size = self._ledger.size(name) + len(new)
        due = (self._seen.get(name, 0) if self._whole else size) + 1
        if header.revision != due:
            self._fail(name, due, f"is missing: revision {header.revision} is in its place")
            return
        if due <= size and self._ledger.leaf(name, due) != leaf:
            self._cut_back(name, due - 1, "is not what it was")
            if name in self._wrong:
                return
            size = due - 1
        if due > size:
            new.append(leaf)
        if self._whole:
            self._seen[name] = due

    def _cut_back(self, timeline: str, size: int, reason: str) -> None:
        if size < self._ledger.held(timeline):
            self._fail(timeline, size + 1, reason)
            return
        lost = f"{size + 1} to {self._ledger.size(timeline)}"
        _log.warning("the log lost events that nobody signed", timeline=timeline, revisions=lost)
        self._ledger.cut_back(timeline, size)

    def _fail(self, timeline: str, revision: int, reason: str) -> None:
        self._wrong[timeline] = Divergence(timeline, revision, reason)
        _log.error(
            "the log does not continue the ledger",
            timeline=timeline,
            revision=revision,
            reason=reason,
        )

    def _note(self, known: set[str]) -> None:
        """Save the divergences that are not `known` yet; a reading from the first event replaces
        the earlier ones."""
        found = [fault for name, fault in self._wrong.items() if name not in known]
        self._ledger.divergences.save(self.partition, found, whole=self._whole)
