"""The examiner reads the whole log for the signer or the witness: from the first event on after
every start, and again in the background every hour, or at once when another part of the service
found an event that differs from what was recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from hashlib import sha256
from time import monotonic
from typing import Final

import structlog

from events.audit.examination import Examination
from events.errors import Damaged, LogError
from events.event.codec import Codec
from events.event.envelope import StoredEvent
from events.log.contract import Log, partition_of
from events.log.lookup import still_holds
from events.tlog.merkle import TreeHead
from projections.attempts import Attempts, Outage
from projections.ledger.ledger import Ledger
from projections.ledger.proofs import LedgerProofs
from projections.storage.database import TROUBLE
from service.signing.offered_entries import OfferedEntries

__all__ = ["CATCH_UP", "Examiner"]

CATCH_UP: Final = 2_000
"""Events that are read with one call after a start."""
_SLICE: Final = 200
"""Events that are examined without a pause: a few milliseconds."""
_FOLDED: Final = 1_500
"""New events that are examined without a pause: as many as the projector folds in its turn.
With fewer the examiner would fall behind, and read again from the log what it was offered."""
_GATHER: Final = 0.1
"""Seconds between two reads of new events when few come, because reading single events costs
more."""
_SHARE: Final = 9
"""A reading in the background pauses this many times as long as it worked, so it uses a tenth of a
core."""

_REST: Final = 10.0
"""Seconds between two requested readings of the whole log. Otherwise somebody could keep the
examiner busy by asking again and again for an event that the log does not have."""

_log = structlog.get_logger("onrecord.audit")


class Examiner:
    """Examines `log` with the key in `codec`, and compares it with the heads that `signed` returns
    and with the ledger. `judge` is called with the examination after each step. One task runs
    `run`."""

    def __init__(
        self,
        log: Log,
        codec: Codec,
        ledger: Ledger,
        signed: Callable[[], Mapping[str, TreeHead]],
        judge: Callable[[Examination], Awaitable[None]],
        scrub_interval: float,
    ) -> None:
        self._log = log
        self._codec = codec
        self._ledger = ledger
        self._signed = signed
        self._judge = judge
        self._scrub_interval = scrub_interval
        self._partitions = range(log.identity.partitions)
        self._offered = [OfferedEntries(log, partition) for partition in self._partitions]
        self._examined: dict[int, Examination] = {}
        self._whole: set[int] = set()
        self._suspected: dict[int, None] = {}
        self._asked = asyncio.Event()
        self._outage = Outage(
            lambda error: _log.warning("the examiner waits for the log", reason=str(error))
        )

    @property
    def is_whole(self) -> bool:
        """Whether every event was examined that the log held at some time since the start."""
        return len(self._whole) == len(self._partitions)

    def examination(self, partition: int) -> Examination | None:
        """The examination of the partition; None before it has begun."""
        return self._examined.get(partition)

    @property
    def examinations(self) -> Sequence[Examination]:
        """The examination of each partition so far."""
        return list(self._examined.values())

    def restart(self) -> None:
        """Begin again: the log may hold another history than the one that was examined."""
        self._examined.clear()
        self._whole.clear()

    def offer(self, partition: int, entries: Sequence[StoredEvent]) -> None:
        """Offer entries of the log, in order, that were just read for another purpose."""
        self._offered[partition].offer(entries)

    def end_at(self, partition: int, position: int) -> None:
        """Note that the log was just asked, and has nothing after this position."""
        self._offered[partition].end_at(position)

    def suspect(self, timeline: str) -> None:
        """Read the whole log again at once, starting with the timeline's partition."""
        self._suspected[partition_of(timeline, len(self._partitions))] = None
        self._asked.set()

    async def run(self) -> None:
        """Examine the log, follow it, and examine it again, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for partition in self._partitions:
                tasks.create_task(self._keep_looking(partition), name=f"examiner-{partition}")
            tasks.create_task(self._keep_scrubbing(), name="scrub")

    async def _keep_looking(self, partition: int) -> None:
        attempts = Attempts((Damaged, LogError, *TROUBLE), self._outage)
        await attempts.forever(lambda: self._examine_partition(partition, attempts))

    async def _examine_partition(self, partition: int, attempts: Attempts) -> None:
        """Continue the examination: first everything that the log holds, then new events."""
        examination = await self._take_up(partition)
        log = self._log
        while entries := await log.read(partition, examination.position, CATCH_UP):
            await self._examine(examination, entries, _give_a_turn, _SLICE)
        if partition not in self._whole:
            examination.finish()
            self._whole.add(partition)
        await self._judge(examination)
        attempts.succeeded()
        async with aclosing(self._offered[partition].follow(examination.position)) as batches:
            async for entries in batches:
                if self._examined.get(partition) is not examination:
                    return
                if entries and entries[0].position != examination.position + 1:
                    self.restart()
                    return
                await self._go_on(examination, entries)

    async def _go_on(self, examination: Examination, entries: Sequence[StoredEvent]) -> None:
        """Examine new entries."""
        await self._examine(examination, entries, _give_a_turn, _FOLDED)
        if entries:
            await self._judge(examination)
        if 0 < len(entries) < _SLICE:
            await asyncio.sleep(_GATHER)  # noqa: TID251 - lets what comes gather

    async def _take_up(self, partition: int) -> Examination:
        """The examination of the partition. It begins again if the log no longer holds the event
        that was examined last."""
        examination = self._examined.get(partition)
        if examination is not None and not await self._is_in_place(examination):
            self.restart()
            examination = None
        if examination is None:
            examination = self._examined[partition] = self._begin(partition)
        return examination

    async def _is_in_place(self, examination: Examination) -> bool:
        """Whether the last examined event is still in its place."""
        digest = sha256(examination.header).digest()
        return await still_holds(self._log, examination.partition, examination.position, digest)

    def _begin(self, partition: int) -> Examination:
        count = len(self._partitions)
        return Examination(
            self._codec, partition, count, self._signed(), self._ledger.leaves, self._proves
        )

    def _proves(self, timeline: str, revision: int, head: TreeHead) -> bool:
        return LedgerProofs(self._ledger, timeline, head).proves(revision)

    async def _examine(
        self,
        examination: Examination,
        entries: Sequence[StoredEvent],
        rest: Callable[[], Awaitable[None]],
        at_once: int,
    ) -> None:
        for start in range(0, len(entries), at_once):
            examination.examine(entries[start : start + at_once])
            await rest()

    async def _keep_scrubbing(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._scrub_interval):
                    await self._asked.wait()
            was_asked = self._asked.is_set()
            self._asked.clear()
            suspected, self._suspected = self._suspected, {}
            for partition in dict.fromkeys([*suspected, *self._partitions]):
                await self._scrub(self._begin(partition))
            if was_asked:
                await asyncio.sleep(min(_REST, self._scrub_interval))  # noqa: TID251 - a limit to how often others can ask

    async def _scrub(self, examination: Examination) -> None:
        """Examine everything that is signed once more. If the log goes away meanwhile, the scrub
        continues where it stopped; if another history comes back, it begins again."""

        def report(error: Exception) -> None:
            _log.warning("the scrub waits for the log", reason=str(error))

        async def attempt() -> None:
            nonlocal examination
            if not await self._is_in_place(examination):
                examination = self._begin(examination.partition)
            await self._scrub_on(examination)

        await Attempts((Damaged, LogError, *TROUBLE), report).until_done(attempt)

    async def _scrub_on(self, examination: Examination) -> None:
        """Continue the examination, with at most a tenth of a core."""
        partition = examination.partition
        last = await self._log.head(partition)
        began = monotonic()

        async def pause() -> None:
            nonlocal began
            await asyncio.sleep(_SHARE * (monotonic() - began))  # noqa: TID251 - leaves others their share
            began = monotonic()

        async def no_pause() -> None:
            """Do not pause: few events came meanwhile, and they may be the redactions of earlier
            ones that lack data."""

        while entries := await self._log.read(partition, examination.position, _SLICE):
            is_behind = examination.position < last
            await self._examine(examination, entries, pause if is_behind else no_pause, _SLICE)
        examination.finish()
        await self._judge(examination)


async def _give_a_turn() -> None:
    await asyncio.sleep(0)  # noqa: TID251 - waits for nothing: the other tasks have a turn
