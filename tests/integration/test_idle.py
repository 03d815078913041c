"""What a keeper asks its server while nothing is recorded."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from events.log.redis import arrivals
from service.processes.keeper import open_keeper
from service.settings.settings import Settings
from service.signing.offered_entries import OfferedEntries
from service.tally import Tally
from tests.servers import DURABLE, ValkeyServer

PARTITIONS = 16


async def reads(raw: Any) -> int:
    """How often entries were asked for since the server's start."""
    found = await raw.info("commandstats")
    return int(found.get("cmdstat_xrange", {"calls": 0})["calls"])


async def test_who_examines_is_told_of_each_partition_that_nothing_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a quiet time the projector looks at the one entry that was folded last, and the examiner
    hears of every partition that it need not read it. What all ask at the start shares calls, so
    that fewer connections are made than there are partitions."""
    monkeypatch.setattr(arrivals, "BLOCK", 100)
    told: Counter[int] = Counter()
    heard = asyncio.Event()
    end_at = OfferedEntries.end_at

    def counted(self: OfferedEntries, position: int) -> None:
        end_at(self, position)
        told[self._partition] += 1
        heard.set()

    async def rounds(count: int) -> None:
        """Wait until each partition was quiet so many more times."""
        told.clear()
        while len(told) < PARTITIONS or min(told.values()) < count:
            heard.clear()
            await heard.wait()

    monkeypatch.setattr(OfferedEntries, "end_at", counted)
    settings = Settings(data_dir=tmp_path, log_format="json", given_by={}, partitions=PARTITIONS)
    with ValkeyServer(*DURABLE) as server:
        raw: Any = Redis(unix_socket_path=str(server.socket))
        async with raw, open_keeper(settings, server.url, Tally()) as keeper, asyncio.timeout(30):
            await keeper.projector.progress.caught_up.wait()
            await rounds(3)
            assert (await raw.info("stats"))["total_connections_received"] < PARTITIONS
            before = await reads(raw)
            await rounds(5)
            assert await reads(raw) <= before + 2 * max(told.values())
            checkpoints = [keeper.projector.checkpoint(p) for p in range(PARTITIONS)]
            assert sum(1 for position in checkpoints if position) == 1
