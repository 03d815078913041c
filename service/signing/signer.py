"""The signer examines the whole log and signs the head of each timeline. It stops signing a
timeline whose events have changed.

An examiner reads the log for it. The signer writes a head to its state durably before anybody sees
the signed note, so a crash can only lose a note that nobody has. Then it publishes the head through
the log, for the services that have no key (`service.signing.witness`). If something is wrong with a
timeline, the alarm is kept and that timeline is not signed any more; the others are. Without the
key that signed before, the signer signs nothing and does everything else; above all it compares the
log with what was signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from events.audit.examination import Examination
from events.audit.examined import Examined
from events.errors import Damaged, LogError
from events.event.codec import Codec
from events.log.contract import Log
from events.log.lookup import still_holds
from events.tlog.checkpoint import SignedCheckpoint, origin_of
from events.tlog.merkle import TreeHead
from events.tlog.note import SignerKey, sign_note
from projections.ledger.ledger import Ledger
from projections.queries.timelines import shown_time
from projections.storage.database import TROUBLE
from service.clock import Clock
from service.datafolder.key_continuity import change_of_key, fault_of_key
from service.datafolder.signed_state import SignedHead
from service.settings.settings import Settings
from service.signing.heads import SignedHeads
from service.signing.judge import Judge
from service.signing.publisher import Publisher
from service.signing.trouble import (
    Trouble,
    clock_behind,
    failed,
    ledger_behind,
    ledger_damaged,
    not_durable,
)
from service.signing.watch import SigningWatch

__all__ = ["Signer"]

_AHEAD: Final = 60 * 1_000_000
"""Microseconds by which the log's clock may be ahead of this machine's."""


class Signer:
    """Signs heads with `seeds`, the current key's first, and shows them in `heads`. `seeds` is
    empty if the folder lost its key. One task runs `run`; any task of the loop may call the other
    methods."""

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
        self._verifiers = [key.verifier.key for key in self._keys("any")]
        self._clock = clock
        self._publisher = Publisher(log, codec, heads)
        self._unlike = {n for n, head in heads.all().items() if _signatures(head) != len(seeds)}
        folder = settings.data_dir
        fault = fault_of_key(folder, seeds, heads.all(), settings.origin)
        self._key_fault = None if fault is None else Trouble("key", fault)
        self.watch = SigningWatch(
            clock,
            lambda: heads.alarms,
            self._excuse,
            lambda: None if self._key_fault else change_of_key(folder, seeds),
            signs=self.signs,
        )
        self.watch.tell(self._key_fault)
        self.judge = Judge(
            log,
            codec,
            ledger,
            heads,
            self.watch,
            settings.scrub_interval,
            lost="the signer's state, signed.json, is missing or another's",
        )

    @property
    def signs(self) -> bool:
        """Whether the service has the key that signed before."""
        return self._key_fault is None

    @property
    def verifiers(self) -> Sequence[bytes]:
        """The public keys that it signs with, the current one first; none if it cannot sign."""
        return self._verifiers if self.signs else ()

    def keys(self, timeline: str) -> Sequence[str]:
        """The verifier keys of the timeline's checkpoints, the current key first."""
        if self.signs:
            return [str(key.verifier) for key in self._keys(timeline)]
        return self._heads.keys(timeline)

    def restart(self) -> None:
        """Begin again, and sign nothing before the log is examined: it may hold another history, in
        which nothing was published yet."""
        self._publisher.begin_again()
        self.judge.examiner.restart()

    async def run(self) -> None:
        """Examine and sign, again and again, until cancelled."""
        await self.judge.run(self._act)

    async def _act(self) -> None:
        if self.judge.examiner.is_whole:
            self.watch.tell(await self._sign_and_publish())

    async def _sign_and_publish(self) -> Trouble | None:
        """Sign and publish what is due. Returns what prevents that, or None."""
        try:
            trouble = self._key_fault or await self._sign()
            await self._publisher.publish()
        except (Damaged, LogError, *TROUBLE) as error:
            self._publisher.begin_again()
            self.judge.wake()
            return self._key_fault or failed("Nothing can be signed or published", error)
        return trouble

    async def _sign(self) -> Trouble | None:
        """Store every new head durably, then show it. Returns what prevents others from being
        signed."""
        new: dict[str, SignedHead] = {}
        troubles: list[Trouble] = []
        for examination in self.judge.examiner.examinations:
            heads = self._due_heads(examination, troubles)
            if heads and await self._is_durable(examination):
                new |= {name: self._note(name, head) for name, head in heads.items()}
            elif heads:
                troubles.append(not_durable(self._log.durability))
        if new:
            await self._keep(new)
        if troubles:
            self.judge.wake()
        return min(troubles, key=lambda trouble: trouble.patience, default=None)

    def _due_heads(self, examination: Examination, troubles: list[Trouble]) -> dict[str, TreeHead]:
        """The heads to sign, of the timelines that have grown. Adds the reasons why some must wait
        to `troubles`."""
        heads: dict[str, TreeHead] = {}
        for timeline in sorted(examination.uncovered.union(self._unlike, self.judge.trust.ahead)):
            due = self._due_head(timeline, examination.timelines.get(timeline))
            if isinstance(due, TreeHead):
                heads[timeline] = due
            elif due is not None:
                troubles.append(due)
        return heads

    async def _keep(self, new: dict[str, SignedHead]) -> None:
        await self.judge.keep(new)
        self._publisher.add(new)
        self._unlike.difference_update(new)

    async def _is_durable(self, examination: Examination) -> bool:
        """Whether everything that was examined is durable at the log's level; if not, the signer
        tries again later. If a failover lost events meanwhile, they were not durable, and the log
        is examined again."""
        position, digest = examination.position, sha256(examination.header).digest()
        if not await self._log.settle(examination.partition):
            return False
        if await still_holds(self._log, examination.partition, position, digest):
            return True
        self.restart()
        return False

    def _due_head(self, timeline: str, examined: Examined | None) -> TreeHead | Trouble | None:
        """The head of a timeline that is due, or why it must wait; None if there is nothing to
        sign. A head that was signed with more or fewer keys than there are now is signed again
        unchanged, because keys change one at a time (`service.datafolder.key_rotation`)."""
        signed = self._heads.head(timeline)
        size = 0 if examined is None else examined.tree.size
        if examined is None or not size or timeline in self._heads.alarms:
            return None
        if signed is not None and size < signed.size + (timeline not in self._unlike):
            return None
        if examined.recorded_at > shown_time(self._clock() + _AHEAD):
            return clock_behind(timeline, examined.recorded_at)
        kept = self._ledger.size(timeline)
        if kept < size:
            return ledger_behind(timeline, kept, size)
        head = examined.head()
        if self._ledger.root(timeline, size) != head.root:
            self._ledger.tables.suspect(timeline)
            return ledger_damaged(timeline)
        return head

    def _excuse(self, late: float) -> str:
        if not self.judge.examiner.is_whole:
            return "Nothing is signed before the whole log was read since the start."
        return f"Events have waited for {late:.0f} seconds to be signed: look at the service's log."

    def _note(self, timeline: str, head: TreeHead) -> SignedHead:
        origin = origin_of(self._origin, timeline)
        note = sign_note(SignedCheckpoint(origin, *head).text(), self._keys(timeline))
        return SignedHead(head.size, head.root.hex(), note, tuple(self.keys(timeline)))

    def _keys(self, timeline: str) -> list[SignerKey]:
        return [SignerKey(origin_of(self._origin, timeline), seed) for seed in self._seeds]


def _signatures(head: SignedHead) -> int:
    return head.note.rpartition("\n\n")[2].count("\n")
