"""The signer: looks at the whole log, signs each timeline's head, and says nothing more of one
that is not what it was.

An examiner reads the log for it. What it will sign is written to its state, durably, before anybody
sees the note; so a crash can only lose a note that nobody has. Then it is published through the
log, for the services that have no key (`service.witness`). Where something is wrong with a
timeline the alarm is kept, and that timeline is signed no more; others go on.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import structlog

from events.checkpoint import Checkpoint, origin_of
from events.codec import Codec
from events.errors import LogError
from events.examination import Examination, Examined, Finding, Head
from events.log import Log, partition_of
from events.note import SignerKey, sign_note
from events.publication import Publication, seal_publication
from projections.ledger import Ledger
from projections.timeline_queries import shown_time
from service.clock import Clock
from service.examiner import Examiner
from service.settings import Settings
from service.signed_heads import SignedHeads
from service.signed_state import SignedHead

__all__ = ["Signer"]

_GATHER: Final = 0.2
"""Seconds between two signings: what is recorded meanwhile is signed together."""
_AHEAD: Final = 60 * 1_000_000
"""Microseconds by which the log's clock may be ahead of ours."""

_log = structlog.get_logger("onrecord.audit")


class Signer:
    """Signs with `seeds`, the current key's first, what `heads` then shows. `run` is one task's
    work; the rest may be asked by any task of the loop."""

    def __init__(  # noqa: PLR0913 - what it looks at, and what it signs with
        self,
        log: Log,
        codec: Codec,
        ledger: Ledger,
        heads: SignedHeads,
        seeds: Sequence[bytes],
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._log = log
        self._codec = codec
        self._ledger = ledger
        self._heads = heads
        self._seeds = seeds
        self._origin = settings.origin
        self._clock = clock
        self._examiner = Examiner(
            log, codec, ledger, heads.heads, self._judge, settings.scrub_interval
        )
        self._due = asyncio.Event()
        self._unpublished = set(heads.all())

    def keys(self, timeline: str) -> Sequence[str]:
        """What the timeline's checkpoints are verified with, the current key first."""
        return [str(key.verifier) for key in self._keys(timeline)]

    def look_again(self) -> None:
        """The log may be another history than was looked at: begin anew, and sign nothing before
        that is done. What was published in it may be gone."""
        self._unpublished = set(self._heads.all())
        self._examiner.look_again()

    async def run(self) -> None:
        """Look, sign, and look again, until cancelled."""
        for timeline, head in self._heads.all().items():
            self._ledger.hold(timeline, min(head.size, self._ledger.size(timeline)))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._examiner.run(), name="examiner")
            tasks.create_task(self._keep_signing(), name="signer")

    async def _judge(self, examination: Examination) -> None:
        """Raise alarms for what was found, and have the rest signed."""
        findings = {fault.timeline: Finding(*fault) for fault in self._ledger.faults()}
        findings |= examination.findings
        if self._heads.is_lost:
            reason = "cannot be compared: the signer's state, signed.json, is missing or another's"
            findings |= {name: Finding(name, 1, reason) for name in examination.timelines}
        await self._heads.alarm(findings)
        self._due.set()

    async def _keep_signing(self) -> None:
        can_sign = True
        while True:
            await self._due.wait()
            self._due.clear()
            if self._examiner.is_whole:
                try:
                    await self._sign()
                    await self._publish()
                    can_sign = True
                except LogError as error:
                    if can_sign:
                        _log.error("nothing can be signed or published", reason=str(error))
                    can_sign = False
                    self._unpublished = set(self._heads.all())
                    self._due.set()
            await asyncio.sleep(_GATHER)  # noqa: TID251 - lets what comes gather

    async def _sign(self) -> None:
        """Sign every head that is new: kept first, then shown."""
        new: dict[str, SignedHead] = {}
        for examination in self._examiner.examinations:
            heads = {
                timeline: head
                for timeline, examined in examination.timelines.items()
                if (head := await self._due_head(timeline, examined)) is not None
            }
            if heads and await self._is_durable(examination):
                new |= {name: self._note(name, head) for name, head in heads.items()}
        if not new:
            return
        await self._heads.keep(new)
        self._unpublished.update(new)
        for timeline, signed in new.items():
            self._ledger.hold(timeline, signed.size)
        for examination in self._examiner.examinations:
            for timeline in new.keys() & examination.timelines.keys():
                examination.sign(timeline, new[timeline].head)

    async def _publish(self) -> None:
        """Make known to the others what was signed since the last time."""
        count = self._log.identity.partitions
        due: defaultdict[int, dict[str, bytes]] = defaultdict(dict)
        unpublished = self._unpublished
        for timeline in unpublished:
            head = self._heads.all()[timeline]
            sealed = seal_publication(self._codec, timeline, Publication(head.note, head.keys))
            due[partition_of(timeline, count)][timeline] = sealed
        for partition, some in due.items():
            await self._log.publish(partition, some)
            unpublished.difference_update(some)

    def _is_done(self, signed: SignedHead, size: int) -> bool:
        """Whether nothing is left to sign. A head that was signed by more or fewer keys than there
        are now is signed again, as it is: keys change by one at a time (`service.key_rotation`)."""
        signatures = signed.note.rpartition("\n\n")[2].count("\n")
        return signed.size > size or (signed.size == size and signatures == len(self._seeds))

    async def _is_durable(self, examination: Examination) -> bool:
        """Whether the log keeps all that was looked at, at its level; else it is tried again. What
        was lost while it was waited for (a failover) was not durable: then it is looked at anew."""
        partition, position, header = (
            examination.partition,
            examination.position,
            examination.header,
        )
        is_kept = await self._log.settle(partition)
        if is_kept:
            found = await self._log.fetch(partition, [position])
            if found and found[0].header == header:
                return True
            self.look_again()
        self._due.set()
        return False

    async def _due_head(self, timeline: str, examined: Examined) -> Head | None:
        """What is to be signed of a timeline; None where that is nothing, or not yet."""
        signed = self._heads.head(timeline)
        size = examined.tree.size
        if (
            timeline in self._heads.alarms
            or not size
            or (signed is not None and self._is_done(signed, size))
        ):
            return None
        is_ahead = examined.recorded_at > shown_time(self._clock() + _AHEAD)
        if is_ahead or self._ledger.size(timeline) < size:
            if is_ahead:
                _log.warning("the log's clock is ahead: not signed yet", timeline=timeline)
            self._due.set()
            return None
        head = examined.head()
        if self._ledger.root(timeline, size) != head.root:
            reason = f"or one of the first {size} differs between the ledger and the log"
            await self._heads.alarm({timeline: Finding(timeline, 1, reason)})
            return None
        return head

    def _note(self, timeline: str, head: Head) -> SignedHead:
        origin = origin_of(self._origin, timeline)
        note = sign_note(Checkpoint(origin, *head).text(), self._keys(timeline))
        return SignedHead(head.size, head.root.hex(), note, tuple(self.keys(timeline)))

    def _keys(self, timeline: str) -> list[SignerKey]:
        return [SignerKey(origin_of(self._origin, timeline), seed) for seed in self._seeds]
