"""The witness: what a service without the signing key does instead of signing.

It looks at the whole log as the signer does, takes the checkpoints that the signer publishes, and
holds them against its own ledger. A checkpoint that its own tree leads to is kept and shown; where
one does not, the alarm is the signer's own, and of that timeline nothing new is shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

import structlog

from events.audit_errors import AuditError
from events.codec import Codec
from events.errors import LogError
from events.examination import Examination, Finding
from events.log import Log, partition_of
from events.publication import open_publication
from projections.ledger import Ledger
from service.examiner import Examiner
from service.signed_heads import SignedHeads
from service.signed_state import SignedHead

__all__ = ["Witness"]

_GATHER: Final = 0.2
"""Seconds between two comparisons: what comes meanwhile is compared together."""
_FIRST_DELAY, _MOST_DELAY = 0.1, 5.0
"""Seconds between two tries where the log is away."""

_log = structlog.get_logger("onrecord.audit")


class _Verdict(NamedTuple):
    """What became of a published head: it is `true`, or there is a `finding`, or neither yet."""

    is_true: bool = False
    finding: Finding | None = None


class Witness:
    """Shows in `heads` what was published and is true of `log` and `ledger`. `run` is one task's
    work; the rest may be asked by any task of the loop."""

    def __init__(
        self, log: Log, codec: Codec, ledger: Ledger, heads: SignedHeads, scrub_interval: float
    ) -> None:
        self._log = log
        self._codec = codec
        self._ledger = ledger
        self._heads = heads
        self._examiner = Examiner(log, codec, ledger, heads.heads, self._judge, scrub_interval)
        self._waiting: dict[str, SignedHead] = {}
        self._due = asyncio.Event()

    def keys(self, timeline: str) -> Sequence[str]:
        """What the timeline's checkpoints are verified with, as the signer published it."""
        head = self._heads.head(timeline)
        return () if head is None else head.keys

    def look_again(self) -> None:
        """The log may be another history than was looked at: begin anew."""
        self._examiner.look_again()

    async def run(self) -> None:
        """Look and compare, until cancelled."""
        for timeline, head in self._heads.all().items():
            self._ledger.hold(timeline, min(head.size, self._ledger.size(timeline)))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._examiner.run(), name="examiner")
            for partition in range(self._log.identity.partitions):
                tasks.create_task(self._keep_listening(partition), name=f"listener-{partition}")
            tasks.create_task(self._keep_comparing(), name="witness")

    async def _judge(self, examination: Examination) -> None:
        findings = {fault.timeline: Finding(*fault) for fault in self._ledger.faults()}
        findings |= examination.findings
        if self._heads.is_lost:
            reason = "cannot be compared: seen.json is another log's"
            findings |= {name: Finding(name, 1, reason) for name in examination.timelines}
        await self._heads.alarm(findings)
        self._due.set()

    async def _keep_listening(self, partition: int) -> None:
        delay = _FIRST_DELAY
        while True:
            try:
                async for published in self._log.published(partition):
                    delay = _FIRST_DELAY
                    for timeline, sealed in published.items():
                        await self._hear(partition, timeline, sealed)
            except LogError as error:
                if delay == _FIRST_DELAY:
                    _log.warning("the witness waits for the log", reason=str(error))
            await asyncio.sleep(delay)  # noqa: TID251 - waits for what has no event: a server's return
            delay = min(2 * delay, _MOST_DELAY)

    async def _hear(self, partition: int, timeline: str, sealed: bytes) -> None:
        """Take what was published, to be compared; or an alarm, where the service did not."""
        if partition_of(timeline, self._log.identity.partitions) != partition:
            _log.error("what is published lies in a partition that is not its own")
            return
        try:
            publication = open_publication(self._codec, timeline, sealed)
            checkpoint = publication.checkpoint()
        except AuditError as error:
            if not self._ledger.size(timeline):
                _log.error("what is published is of no timeline, or false", reason=str(error))
                return
            finding = Finding(
                timeline, self._size(timeline) + 1, f"has a false checkpoint: {error}"
            )
            await self._heads.alarm({timeline: finding})
            return
        heard = SignedHead(
            checkpoint.size, checkpoint.root.hex(), publication.note, publication.keys
        )
        if heard != self._heads.head(timeline):
            self._waiting[timeline] = heard
            self._due.set()

    async def _keep_comparing(self) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await self._compare()
            except LogError as error:
                _log.warning("checkpoints are not compared yet", reason=str(error))
                self._due.set()
            await asyncio.sleep(_GATHER)  # noqa: TID251 - lets what comes gather

    async def _compare(self) -> None:
        """Hold all that waits against what is here: kept first, then shown."""
        true: dict[str, SignedHead] = {}
        for timeline, heard in list(self._waiting.items()):
            verdict = await self._verdict(timeline, heard)
            if verdict.finding is not None:
                await self._heads.alarm({timeline: verdict.finding})
            elif verdict.is_true:
                true[timeline] = heard
            else:
                continue
            if self._waiting.get(timeline) is heard:
                del self._waiting[timeline]
        new = {n: head for n, head in true.items() if head.size >= self._size(n)}
        if new:
            await self._show(new)

    async def _verdict(self, timeline: str, heard: SignedHead) -> _Verdict:
        """Whether our own tree leads to that head, once we have looked at all that it covers."""
        if timeline in self._heads.alarms:
            return _Verdict(finding=self._heads.alarms[timeline])
        shortfall = await self._shortfall(timeline, heard)
        if shortfall is not None:
            return shortfall
        if self._ledger.size(timeline) < heard.size:
            self._due.set()
            return _Verdict()
        if self._ledger.root(timeline, heard.size).hex() == heard.root:
            return _Verdict(is_true=True)
        known = self._size(timeline)
        first = known + 1 if heard.size > known else 1
        what = f"or one behind it, up to {heard.size}, is not what was signed"
        return _Verdict(finding=Finding(timeline, first, what))

    async def _shortfall(self, timeline: str, heard: SignedHead) -> _Verdict | None:
        """None where all that the head covers was looked at. The log held it when the head was
        published: what its end lacks now was taken away."""
        partition = partition_of(timeline, self._log.identity.partitions)
        head = await self._log.head(partition)
        examination = self._examiner.examination(partition)
        if examination is None:
            return _Verdict()
        seen = examination.timelines.get(timeline)
        size = 0 if seen is None else seen.tree.size
        if size >= heard.size:
            return None
        if examination.position < head:
            return _Verdict()
        reason = "is not in the log any more, though it was signed"
        return _Verdict(finding=Finding(timeline, size + 1, reason))

    async def _show(self, new: dict[str, SignedHead]) -> None:
        await self._heads.keep(new)
        for timeline, head in new.items():
            self._ledger.hold(timeline, head.size)
        for examination in self._examiner.examinations:
            for timeline in new.keys() & examination.timelines.keys():
                examination.sign(timeline, new[timeline].head)

    def _size(self, timeline: str) -> int:
        head = self._heads.head(timeline)
        return 0 if head is None else head.size
