"""Whether what is altered while the service runs is found by reading the log again."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

from events.examination import Examination, Finding, Head
from events.memory_log import ALONE, MemoryLog
from projections.ledger import Ledger
from service.examiner import Examiner
from tests.seals import CODEC, append_of, retracted

COUNT = 6


class Altered(MemoryLog):
    """A log whose events somebody can alter behind everybody's back."""

    def alter(self, position: int) -> None:
        entries = self._entries[0]
        entries[position - 1] = entries[position - 1]._replace(data=b'{"reason":"other"}')


async def test_reading_again_finds_what_was_altered(tmp_path: Path) -> None:
    """An event that was right at the start and altered later, while nothing is appended, is found
    without a restart."""
    log = Altered(itertools.count(1).__next__)
    for n in range(COUNT):
        await log.append(append_of(retracted(f"e{n}")))
    ledger = Ledger.open(tmp_path, ALONE)
    judged = asyncio.Condition()
    seen: list[dict[str, Finding]] = []
    signed: dict[str, Head] = {}

    async def judge(examination: Examination) -> None:
        async with judged:
            seen.append(dict(examination.findings))
            judged.notify_all()

    examiner = Examiner(log, CODEC, ledger, lambda: signed, judge, 0.01)
    task = asyncio.create_task(examiner.run())
    try:
        async with asyncio.timeout(10), judged:
            await judged.wait_for(lambda: examiner.is_whole and len(seen) > 1)
            assert not any(seen)
            log.alter(4)
            await judged.wait_for(lambda: any(seen))
    finally:
        task.cancel()
        await asyncio.wait({task})
        ledger.close()
    reason = "does not have the digest of its data"
    assert next(filter(None, seen)) == {"kursk": Finding("kursk", 4, reason)}
