"""The witness is what a service without the signing key runs instead of the signer.

It examines the whole log as the signer does, takes the checkpoints that the signer publishes, and
compares them with its own ledger. If its own tree leads to a checkpoint, the checkpoint is stored
and shown. If not, the witness raises the same alarm as a signer would, and shows no new checkpoint
of that timeline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

import structlog

from events.audit.examination import Finding
from events.audit.publication import open_publication
from events.errors import Damaged, LogError
from events.event.codec import Codec
from events.log.contract import Log, partition_of
from events.tlog.errors import AuditError
from projections.attempts import Attempts, Outage
from projections.ledger.ledger import Ledger
from projections.storage.database import TROUBLE
from service.clock import Clock
from service.datafolder.signed_state import SignedHead
from service.signing.heads import SignedHeads
from service.signing.judge import Judge
from service.signing.ledger_trust import root_in_log
from service.signing.trouble import failed
from service.signing.watch import SigningWatch

__all__ = ["Witness"]

_log = structlog.get_logger("onrecord.audit")


class _Verdict(NamedTuple):
    """The result for a published head: `is_true`, or a `finding`; neither if it is undecided."""

    is_true: bool = False
    finding: Finding | None = None


class Witness:
    """Shows in `heads` the published heads that agree with `log` and `ledger`. One task runs `run`;
    any task of the loop may call the other methods."""

    signs: Final = False
    verifiers: Final[Sequence[bytes]] = ()
    """The public keys that it signs with: none."""

    def __init__(
        self,
        log: Log,
        codec: Codec,
        ledger: Ledger,
        heads: SignedHeads,
        scrub_interval: float,
        clock: Clock,
    ) -> None:
        self._log = log
        self._codec = codec
        self._ledger = ledger
        self._heads = heads
        self._waiting: dict[str, SignedHead] = {}
        self._outage = Outage(
            lambda error: _log.warning("the witness waits for the log", reason=str(error))
        )
        self.watch = SigningWatch(clock, lambda: heads.alarms, _excuse, signs=False)
        self.judge = Judge(
            log,
            codec,
            ledger,
            heads,
            self.watch,
            scrub_interval,
            lost="seen.json is another log's",
        )

    def keys(self, timeline: str) -> Sequence[str]:
        """The verifier keys of the timeline's checkpoints, as the signer published them."""
        return self._heads.keys(timeline)

    def restart(self) -> None:
        """Begin again: the log may hold another history than the one that was examined."""
        self.judge.examiner.restart()

    async def run(self) -> None:
        """Examine and compare, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.judge.run(self._act), name="judge")
            for partition in range(self._log.identity.partitions):
                tasks.create_task(self._keep_listening(partition), name=f"listener-{partition}")

    async def _keep_listening(self, partition: int) -> None:
        attempts = Attempts((Damaged, LogError, *TROUBLE), self._outage)

        async def attempt() -> None:
            async for published in self._log.published(partition):
                attempts.succeeded()
                for timeline, sealed in published.items():
                    await self._hear(partition, timeline, sealed)

        await attempts.forever(attempt)

    async def _hear(self, partition: int, timeline: str, sealed: bytes) -> None:
        """Queue a published head for the comparison; raise an alarm if the signing service did not
        publish it."""
        if partition_of(timeline, self._log.identity.partitions) != partition:
            _log.error("a published checkpoint is in the wrong partition")
            return
        try:
            publication = open_publication(self._codec, timeline, sealed)
            checkpoint = publication.checkpoint()
        except AuditError as error:
            if not self._ledger.size(timeline):
                _log.error("a published checkpoint is false, or of no timeline", reason=str(error))
                return
            finding = Finding(
                timeline, self._heads.size(timeline) + 1, f"has a false checkpoint: {error}"
            )
            await self._heads.alarm({timeline: finding})
            return
        heard = SignedHead(
            checkpoint.size, checkpoint.root.hex(), publication.note, publication.keys
        )
        if heard != self._heads.head(timeline):
            self._waiting[timeline] = heard
            self.judge.wake()

    async def _act(self) -> None:
        trouble = None
        try:
            await self._compare()
        except (Damaged, LogError, *TROUBLE) as error:
            trouble = failed("Checkpoints cannot be compared", error)
            self.judge.wake()
        self.watch.tell(trouble)

    async def _compare(self) -> None:
        """Compare all published heads that wait. Correct ones are stored durably, then shown."""
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
        new = {n: head for n, head in true.items() if head.size >= self._heads.size(n)}
        if new:
            await self.judge.keep(new)

    async def _verdict(self, timeline: str, heard: SignedHead) -> _Verdict:
        """The verdict, once all events that the head covers are examined: whether our own tree
        leads to it. The log itself is read before an alarm is raised, because our ledger may be
        damaged."""
        if timeline in self._heads.alarms:
            return _Verdict(finding=self._heads.alarms[timeline])
        shortfall = await self._shortfall(timeline, heard)
        if shortfall is not None:
            return shortfall
        if self._ledger.size(timeline) < heard.size:
            self.judge.wake()
            return _Verdict()
        if self._ledger.root(timeline, heard.size).hex() == heard.root:
            return _Verdict(is_true=True)
        if await root_in_log(self._log, timeline, heard.size) == heard.head.root:
            self._ledger.tables.suspect(timeline)
            return _Verdict(is_true=True)
        known = self._heads.size(timeline)
        first = known + 1 if heard.size > known else 1
        what = f"or a later one, up to {heard.size}, is not what was signed"
        return _Verdict(finding=Finding(timeline, first, what))

    async def _shortfall(self, timeline: str, heard: SignedHead) -> _Verdict | None:
        """None if all events that the head covers were examined. The log held them when the head
        was published, so if some are missing at its end, somebody removed them."""
        partition = partition_of(timeline, self._log.identity.partitions)
        head = await self._log.head(partition)
        examination = self.judge.examiner.examination(partition)
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


def _excuse(late: float) -> str:
    return (
        f"No checkpoint of what was recorded has come for {late:.0f} seconds: see whether the "
        "service that signs this log runs, and what its /health/ready says."
    )
