"""Decides whether the ledger or the log is wrong when the two differ.

The signed root decides. If the ledger proves under a signed root that a place had another event,
the log was tampered with. If the log leads to the signed root and the ledger does not, the ledger
is damaged: it is read from the log again and compared with every signed root. The examiner
(`service.signing.examiner`) reads the log without the ledger. It finds out that a log does not lead
to what was signed, but not always which event is wrong.

The ledger also knows up to which size it was compared. So if the file of signed heads was cut short
or replaced by an older copy, the heads that it lacks still count as signed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

import structlog

from events.audit.examination import Examination, Finding
from events.errors import CorruptEvent, Damaged
from events.event.codec import read_header
from events.log.contract import Log, partition_of
from events.tlog.merkle import Frontier, TreeHead, leaf_hash
from projections.ledger.divergences import Divergence
from projections.ledger.ledger import Ledger
from projections.ledger.proofs import LedgerProofs
from projections.storage.database import TROUBLE
from service.signing.heads import SignedHeads

__all__ = ["LedgerTrust", "root_in_log"]

_AT_ONCE: Final = 50
"""Timelines that are compared without a pause: some milliseconds."""
_AGAIN: Final = 0.2
"""Seconds after which a ledger that is being rebuilt is compared again."""

_log = structlog.get_logger("onrecord.audit")


class LedgerTrust:
    """Compares `ledger` with the signed `heads`. One task runs `run`; any task of the loop may call
    the other methods."""

    def __init__(self, ledger: Ledger, heads: SignedHeads) -> None:
        self._ledger = ledger
        self._heads = heads
        self._rebuilt: set[str] = set()
        self._ahead: dict[str, TreeHead] = {}
        self._due = asyncio.Event()
        ledger.tables.on_mended = self._mended
        if ledger.tables.is_new:
            self._mended(None)

    @property
    def ahead(self) -> Iterable[str]:
        """The timelines whose latest head the file of signed heads lacks; they are signed again."""
        return self._ahead

    def known(self) -> dict[str, TreeHead]:
        """The head of each timeline up to which its events count as signed."""
        return {**self._heads.heads(), **self._ahead}

    def begin(self) -> None:
        """Hold every signed leaf, so that none is cut off, and complete `known`."""
        for timeline, head in self._heads.all().items():
            self.hold(timeline, head.size)
        try:
            for timeline, size in self._ledger.holds():
                known = self._heads.head(timeline)
                if known is None or known.size < size:
                    self._ahead[timeline] = TreeHead(size, self._ledger.root(timeline, size))
        except (Damaged, LookupError, *TROUBLE):
            self._ahead.clear()
        if self._ahead:
            _log.error(
                "not all that was signed is kept: the file of signed heads was cut short, or put "
                "back; the ledger has the rest",
                timelines=len(self._ahead),
                first=min(self._ahead),
            )

    def hold(self, timeline: str, size: int) -> None:
        """Hold the first `size` leaves, which are signed, so that none is cut off. Leaves that are
        not read yet are held once they are read."""
        self._ahead.pop(timeline, None)
        if timeline in self._rebuilt:
            return
        try:
            self._ledger.hold(timeline, min(size, self._ledger.size(timeline)))
        except (Damaged, *TROUBLE):
            return  # a rebuilt ledger is compared with what is signed; after a start all is held

    def findings(self, examination: Examination) -> dict[str, Finding]:
        """What is wrong with the log, by the examination and by what the ledger proves. If the log
        leads to what is signed, then what the ledger says without proof is the ledger's own fault.
        Raises Damaged."""
        findings = dict(examination.findings)
        doubtful = set(examination.doubtful)
        for fault in self._ledger.divergences.all():
            head = self._heads.head(fault.timeline)
            if head is not None and self._proves(fault, head.head):
                findings.setdefault(fault.timeline, Finding(*fault))
            elif _went_past(examination, fault):
                doubtful.add(fault.timeline)
        for timeline in doubtful - findings.keys() - self._heads.alarms.keys():
            if examination.has_passed(timeline):
                self._ledger.tables.suspect(timeline)
        return findings

    def _proves(self, fault: Divergence, head: TreeHead) -> bool:
        return LedgerProofs(self._ledger, fault.timeline, head).proves(fault.revision)

    async def run(self) -> None:
        """Compare every timeline that was rebuilt with every signed root, until cancelled."""
        while True:
            await self._due.wait()
            # A ledger that is rebuilt meanwhile is compared from here on.
            with suppress(Damaged, OSError, *TROUBLE):
                await self._compare_rebuilt()
            await asyncio.sleep(_AGAIN)  # noqa: TID251 - a ledger that is read tells nobody how far

    async def _compare_rebuilt(self) -> None:
        for number, timeline in enumerate(sorted(self._rebuilt), 1):
            self._compare(timeline)
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)  # noqa: TID251 - waits for nothing: gives others a turn
        if not self._rebuilt:
            self._ledger.tables.drop_aside()
            self._due.clear()
            _log.warning("the ledger that was built again leads to every root that was signed")

    def _compare(self, timeline: str) -> None:
        """Compare the ledger with the timeline's signed head, once the ledger is as large. If the
        log was tampered with, the examination finds that, and the ledger is kept as evidence."""
        head = self._heads.head(timeline)
        if head is not None and timeline not in self._heads.alarms:
            if self._ledger.size(timeline) < head.size:
                return
            if self._ledger.root(timeline, head.size) != head.head.root:
                return
            self._ledger.hold(timeline, head.size)
        self._rebuilt.discard(timeline)

    def _mended(self, timeline: str | None) -> None:
        """Read the timeline, or all of them if it is None, into the ledger again."""
        self._rebuilt.update(self._heads.all() if timeline is None else [timeline])
        if self._rebuilt:
            self._due.set()


def _went_past(examination: Examination, fault: Divergence) -> bool:
    """Whether the examination has passed the place of the fault, so that the log does not just end
    before it."""
    examined = examination.timelines.get(fault.timeline)
    return examined is not None and examined.tree.size >= fault.revision


async def root_in_log(log: Log, timeline: str, size: int) -> bytes | None:
    """The root of a timeline's first `size` events as the log holds them now; None if it does not
    hold that many in an unbroken sequence. Raises LogUnavailable."""
    partition = partition_of(timeline, log.identity.partitions)
    tree = Frontier()
    position = 0
    while entries := await log.read(partition, position, 1_000):
        for stored in entries:
            try:
                header = read_header(stored)
            except CorruptEvent:
                continue
            if (header.timeline, header.revision) == (timeline, tree.size + 1):
                tree.append(leaf_hash(stored.header))
                if tree.size == size:
                    return tree.root()
        position = entries[-1].position
    return None
