"""The examiner: reads the whole log for the signer, from the first event on after every start, and
again in the background every hour."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import Final

import structlog

from events.codec import Codec
from events.envelope import StoredEvent
from events.errors import LogError
from events.examination import Examination, Head
from events.log import Log
from projections.ledger import Ledger
from projections.loop_share import LoopShare

__all__ = ["Examiner"]

_CATCH_UP: Final = 2_000
_SLICE: Final = 200
"""Events that are looked at without a break: a few milliseconds."""
_GATHER: Final = 0.1
"""Seconds between two looks at what comes, where it is little: each event by itself costs more."""
_FIRST_DELAY, _MOST_DELAY = 0.1, 5.0
_SHARE: Final = 9
"""How many times as long as it worked a reading in the background rests: a tenth of a core."""

_log = structlog.get_logger("onrecord.audit")


class Examiner:
    """Looks at `log` with the key in `codec`, beside what `signed` tells and the ledger keeps;
    `judge` is given what was found, whenever something was looked at. `run` is one task's work."""

    def __init__(
        self,
        log: Log,
        codec: Codec,
        ledger: Ledger,
        signed: Callable[[], Mapping[str, Head]],
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
        self._examined: dict[int, Examination] = {}
        self._whole: set[int] = set()

    @property
    def is_whole(self) -> bool:
        """Whether everything was looked at that the log held at one time since the start."""
        return len(self._whole) == len(self._partitions)

    def examination(self, partition: int) -> Examination | None:
        """That of the partition, once it was begun."""
        return self._examined.get(partition)

    @property
    def examinations(self) -> Sequence[Examination]:
        """One of each partition, as far as it has come."""
        return list(self._examined.values())

    def look_again(self) -> None:
        """The log may be another history than was looked at: begin anew."""
        self._examined.clear()
        self._whole.clear()

    async def run(self) -> None:
        """Look, follow, and look again, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for partition in self._partitions:
                tasks.create_task(self._keep_looking(partition), name=f"examiner-{partition}")
            tasks.create_task(self._keep_scrubbing(), name="scrub")

    async def _keep_looking(self, partition: int) -> None:
        delay = _FIRST_DELAY
        while True:
            try:
                await self._look(partition)
                delay = _FIRST_DELAY
            except LogError as error:
                if delay == _FIRST_DELAY:
                    _log.warning("the examiner waits for the log", reason=str(error))
                await asyncio.sleep(delay)  # noqa: TID251 - waits for what has no event: a server's return
                delay = min(2 * delay, _MOST_DELAY)

    async def _look(self, partition: int) -> None:
        """Read from where the examination is, all of it at first, then what comes."""
        examination = await self._take_up(partition)
        share = LoopShare()
        log = self._log
        while entries := await log.read(partition, examination.position, _CATCH_UP):
            await self._examine(examination, entries, share.give)
        if partition not in self._whole:
            examination.finish()
            self._whole.add(partition)
        await self._judge(examination)
        async for entries in log.follow(partition, examination.position):
            if self._examined.get(partition) is not examination:
                return
            if entries and entries[0].position != examination.position + 1:
                self.look_again()
                return
            await self._examine(examination, entries, share.give)
            if entries:
                await self._judge(examination)
            if 0 < len(entries) < _SLICE:
                await asyncio.sleep(_GATHER)  # noqa: TID251 - lets what comes gather

    async def _take_up(self, partition: int) -> Examination:
        """The examination of the partition, begun anew where the log is not what it looked at."""
        examination = self._examined.get(partition)
        if examination is not None and not await self._stands(examination):
            self.look_again()
            examination = None
        if examination is None:
            examination = self._examined[partition] = self._begin(partition)
        return examination

    async def _stands(self, examination: Examination) -> bool:
        """Whether what it looked at last is still in its place."""
        if not examination.position:
            return True
        found = await self._log.fetch(examination.partition, [examination.position])
        return bool(found) and found[0].header == examination.header

    def _begin(self, partition: int) -> Examination:
        count = len(self._partitions)
        return Examination(self._codec, partition, count, self._signed(), self._ledger.kept)

    async def _examine(
        self,
        examination: Examination,
        entries: Sequence[StoredEvent],
        rest: Callable[[], Awaitable[None]],
    ) -> None:
        for start in range(0, len(entries), _SLICE):
            examination.take(entries[start : start + _SLICE])
            await rest()

    async def _keep_scrubbing(self) -> None:
        while True:
            await asyncio.sleep(self._scrub_interval)  # noqa: TID251 - once in so many seconds
            for partition in self._partitions:
                await self._scrub(self._begin(partition))

    async def _scrub(self, examination: Examination) -> None:
        """Look at everything that is signed once more. Where the log goes away meanwhile, it
        is taken up where it stopped; from the start, where another history comes back."""
        delay = _FIRST_DELAY
        while True:
            try:
                if not await self._stands(examination):
                    examination = self._begin(examination.partition)
                await self._scrub_on(examination)
                return
            except LogError as error:
                if delay == _FIRST_DELAY:
                    _log.warning("the scrub waits for the log", reason=str(error))
                await asyncio.sleep(delay)  # noqa: TID251 - waits for what has no event: a server's return
                delay = min(2 * delay, _MOST_DELAY)

    async def _scrub_on(self, examination: Examination) -> None:
        """Look from where the examination is, at a tenth of a core at most."""
        partition = examination.partition
        last = await self._log.head(partition)
        began = monotonic()

        async def rest() -> None:
            nonlocal began
            await asyncio.sleep(_SHARE * (monotonic() - began))  # noqa: TID251 - leaves others their share
            began = monotonic()

        async def hurry() -> None:
            """What came meanwhile is little, and may explain what is gone before it."""

        while entries := await self._log.read(partition, examination.position, _SLICE):
            is_behind = examination.position < last
            await self._examine(examination, entries, rest if is_behind else hurry)
        examination.finish()
        await self._judge(examination)
