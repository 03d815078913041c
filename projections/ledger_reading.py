"""One reading of a partition into the ledger: what is new is added, what is kept is compared.

A reading goes on where the one before ended, or begins anew with the first event, as it must
where the log no longer holds what was read last. Anew, each leaf is held against the one that is
kept: where the log has another and nobody holds the ledger to it, the ledger is cut back and
follows the log; where it is held, that revision is the fault. An event whose header cannot be
read tells no timeline: the timeline that lacks it is at fault from its next event on.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from events.codec import read_header
from events.envelope import StoredEvent
from events.errors import CorruptEvent
from events.log import partition_of
from events.merkle import leaf_hash
from projections.ledger import Fault, Ledger

__all__ = ["LedgerReading"]

_log = structlog.get_logger(__name__)


class LedgerReading:
    """Reads entries in their order, all from position 1 if `anew`; `finish` then ends it. What
    raises an error leaves the ledger as it was, and the reading of no more use."""

    def __init__(self, ledger: Ledger, partition: int, partitions: int, *, anew: bool) -> None:
        self._ledger = ledger
        self.partition = partition
        self.partitions = partitions
        self._anew = anew
        self._seen: dict[str, int] = {}
        self._wrong = {} if anew else {fault.timeline: fault for fault in ledger.faults()}
        self.position = 0 if anew else ledger.position(partition)[0]
        """The last position that was read."""

    def take(self, entries: Sequence[StoredEvent]) -> None:
        """Take the entries behind `position` whole, in one transaction."""
        known = set(self._wrong)
        with self._ledger.transaction():
            for stored in entries:
                self._take(stored)
            if not self._anew:
                self._note(known)
                self._ledger.save_position(self.partition, entries[-1].position, entries[-1].header)
        self.position = entries[-1].position

    def finish(self, header: bytes) -> None:
        """A reading anew has reached the log's end, whose last header is given (empty where there
        is no event): what is kept beyond it goes, or is the fault."""
        if not self._anew:
            return
        with self._ledger.transaction():
            for timeline, size in self._ledger.timelines(self.partition):
                seen = self._seen.get(timeline, 0)
                if timeline not in self._wrong and seen < size:
                    self._cut_back(timeline, seen, "is not in the log any more")
            self._note(set())
            self._ledger.save_position(self.partition, self.position, header)
        self._anew = False
        self._seen.clear()

    def _take(self, stored: StoredEvent) -> None:
        try:
            header = read_header(stored)
        except CorruptEvent:
            return  # the projector tells of it
        name = header.timeline
        if name in self._wrong or partition_of(name, self.partitions) != self.partition:
            return
        size = self._ledger.size(name)
        due = (self._seen.get(name, 0) if self._anew else size) + 1
        if header.revision != due:
            self._fail(name, due, f"is missing: revision {header.revision} stands in its place")
            return
        leaf = leaf_hash(stored.header)
        if due <= size and self._ledger.leaf(name, due) != leaf:
            self._cut_back(name, due - 1, "is not what it was")
            size = due - 1
        if name in self._wrong:
            return
        if due > size:
            self._ledger.append(name, self.partition, leaf)
        if self._anew:
            self._seen[name] = due

    def _cut_back(self, timeline: str, size: int, reason: str) -> None:
        if size < self._ledger.held(timeline):
            self._fail(timeline, size + 1, reason)
            return
        lost = f"{size + 1} to {self._ledger.size(timeline)}"
        _log.warning("the log lost events that nobody signed", timeline=timeline, revisions=lost)
        self._ledger.cut_back(timeline, size)

    def _fail(self, timeline: str, revision: int, reason: str) -> None:
        self._wrong[timeline] = Fault(timeline, revision, reason)
        _log.error("the ledger does not go on", timeline=timeline, revision=revision, reason=reason)

    def _note(self, known: set[str]) -> None:
        """Keep the faults that are not `known` yet; after a reading anew, in their place."""
        found = [fault for name, fault in self._wrong.items() if name not in known]
        self._ledger.note_faults(self.partition, found, anew=self._anew)
