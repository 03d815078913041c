"""The judge compares the log with what was signed, for the signer and for the witness.

It lets an examiner read the log, raises the alarms, and calls its owner when there may be something
new to sign or to compare.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from events.audit.examination import UNCOMPARED, Examination, Finding
from events.event.codec import Codec
from events.log.contract import Log
from projections.ledger.ledger import Ledger
from service.datafolder.signed_state import SignedHead
from service.signing.examiner import Examiner
from service.signing.heads import SignedHeads
from service.signing.ledger_trust import LedgerTrust
from service.signing.watch import SigningWatch

__all__ = ["Judge"]

_GATHER: Final = 0.2
"""Seconds between two calls of `act`: events that come meanwhile are signed or compared
together."""


class Judge:
    """Lets `log` be examined and compared with `ledger`, and stores alarms and signed heads in
    `heads`. If the stored heads are lost, `lost` is the reason in every timeline's alarm. One task
    runs `run`; any task of the loop may call the other methods."""

    def __init__(  # noqa: PLR0913 - the log and what it is held against, and whom it reports to
        self,
        log: Log,
        codec: Codec,
        ledger: Ledger,
        heads: SignedHeads,
        watch: SigningWatch,
        scrub_interval: float,
        *,
        lost: str,
    ) -> None:
        self._heads = heads
        self._watch = watch
        self._lost = lost
        self._due = asyncio.Event()
        self.trust = LedgerTrust(ledger, heads)
        self.examiner = Examiner(log, codec, ledger, self.trust.known, self._judge, scrub_interval)

    def suspect(self, timeline: str) -> None:
        """Examine the whole log at once, because an event of the timeline differs from what was
        recorded; unless an alarm reports the timeline already."""
        if timeline not in self._heads.alarms:
            self.examiner.suspect(timeline)

    def wake(self) -> None:
        """Call `act` soon: there may be something to do."""
        self._due.set()

    async def run(self, act: Callable[[], Awaitable[None]]) -> None:
        """Examine the log, and await `act()` after each examination that may have found something
        new and after each `wake`, until cancelled."""
        self.trust.begin()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.examiner.run(), name="examiner")
            tasks.create_task(self._keep_acting(act), name="acting")
            tasks.create_task(self._watch.run(), name="signing-watch")
            tasks.create_task(self.trust.run(), name="ledger-trust")

    async def keep(self, new: Mapping[str, SignedHead]) -> None:
        """Store these signed heads durably, show them, and count the events that they cover as
        signed. Raises SignedStateError; then none of them is shown."""
        await self._heads.keep(new)
        self._watch.signed()
        for timeline, signed in new.items():
            self.trust.hold(timeline, signed.size)
        for examination in self.examiner.examinations:
            for timeline in new.keys() & examination.timelines.keys():
                examination.sign(timeline, new[timeline].head)
            self._watch.count_unsigned(examination)

    async def _judge(self, examination: Examination) -> None:
        """Raise alarms for what was found, and wake the owner to act on the rest."""
        findings = self.trust.findings(examination)
        if self._heads.is_lost:
            reason = f"{UNCOMPARED}{self._lost}"
            findings |= {name: Finding(name, 1, reason) for name in examination.timelines}
        await self._heads.alarm(findings)
        self._watch.count_unsigned(examination)
        self._due.set()

    async def _keep_acting(self, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            await act()
            await asyncio.sleep(_GATHER)  # noqa: TID251 - lets what comes gather
