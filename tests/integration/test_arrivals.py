"""Waiting for what comes in all partitions by one blocking read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import pytest
import redis.asyncio

from events.errors import LogUnavailable
from events.event.envelope import TIMELINE, StoredEvent
from events.event.types import TimelineOpened
from events.log.contract import Append, partition_of
from events.log.redis import RedisLog, arrivals, open_redis_log
from tests.histories import CODEC
from tests.looks import looked_again
from tests.seals import retracted
from tests.servers import DURABLE, ValkeyServer

COUNT = 16


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    with ValkeyServer(*DURABLE) as started:
        yield started


async def append(log: RedisLog, timeline: str) -> None:
    opening = TimelineOpened(title=timeline)
    opened = CODEC.seal(timeline, f"opens {timeline}", TIMELINE, opening, "desk", bytes(16))
    await log.append(Append(timeline, (opened,), {}))


def one_each() -> list[str]:
    """A timeline for each partition."""
    names: dict[int, str] = {}
    number = 0
    while len(names) < COUNT:
        names.setdefault(partition_of(f"t{number}", COUNT), f"t{number}")
        number += 1
    return [names[partition] for partition in range(COUNT)]


async def first_of(log: RedisLog, partition: int) -> Sequence[StoredEvent]:
    """The first batch that is not empty."""
    async for batch in log.follow(partition, 0):
        if batch:
            return batch
    raise AssertionError


async def test_all_partitions_are_waited_for_by_one_connection(server: ValkeyServer) -> None:
    """Whoever follows any of the partitions hears of what comes there, twice followed too, while
    one connection alone blocks."""
    log = await open_redis_log(server.url, partitions=COUNT)
    async with redis.asyncio.Redis(unix_socket_path=str(server.socket)) as raw:
        following = [
            asyncio.create_task(first_of(log, partition))
            for partition in (*range(COUNT), *range(COUNT))
        ]
        async with asyncio.timeout(30):
            while (await raw.info("clients"))["blocked_clients"] != 1:
                await looked_again()
            for timeline in one_each():
                await append(log, timeline)
            batches = await asyncio.gather(*following)
        assert [batch[0].position for batch in batches] == [1] * 2 * COUNT
        assert (await raw.info("clients"))["blocked_clients"] <= 1
    await log.close()


async def calls(raw: redis.asyncio.Redis, command: str) -> int:
    """How many of this command the server has carried out since its start."""
    found = await raw.info("commandstats")
    return int(found.get(f"cmdstat_{command}", {"calls": 0})["calls"])


async def blocking_reads(raw: redis.asyncio.Redis) -> int:
    """How many the server has ended since its start."""
    return await calls(raw, "xread")


async def test_a_busy_partition_is_not_read_while_its_follower_is_at_work(
    server: ValkeyServer,
) -> None:
    """Fifty entries that come while nobody waits for them end one blocking read, and those who wait
    for other partitions hear of theirs all the same."""
    log = await open_redis_log(server.url, partitions=COUNT)
    busy, *others = one_each()
    async with redis.asyncio.Redis(unix_socket_path=str(server.socket)) as raw:
        following = log.follow(partition_of(busy, COUNT), 0)
        waiting = [asyncio.create_task(first_of(log, partition_of(n, COUNT))) for n in others]
        first = asyncio.ensure_future(anext(following))
        async with asyncio.timeout(30):
            while (await raw.info("clients"))["blocked_clients"] != 1:
                await looked_again()
            before = await blocking_reads(raw)
            await append(log, busy)
            assert len(await first) == 1
            for number in range(50):
                await log.append(Append(busy, (retracted(f"e{number}", timeline=busy),), {}))
            assert await blocking_reads(raw) <= before + 2
            assert len(await anext(following)) == 50
            for timeline in others:
                await append(log, timeline)
            batches = await asyncio.gather(*waiting)
        assert [batch[0].position for batch in batches] == [1] * len(others)
    await log.close()


async def test_an_idle_log_is_waited_for_by_the_same_connection_for_ever(
    server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often those who follow look whether it is the same log, they look together, read
    nothing, and wait together again: once they have met, no further connection is opened."""
    monkeypatch.setattr(arrivals, "BLOCK", 100)
    log = await open_redis_log(server.url, partitions=COUNT)
    async with redis.asyncio.Redis(unix_socket_path=str(server.socket)) as raw, asyncio.timeout(30):
        streams = [log.follow(partition, 0) for partition in range(COUNT)]
        for _ in range(3):
            await asyncio.gather(*map(anext, streams))
        before = (await raw.info("stats"))["total_connections_received"]
        blocking = await blocking_reads(raw)
        read = await calls(raw, "xrange")
        received = (await raw.info("stats"))["total_reads_processed"]
        for _ in range(10):
            assert await asyncio.gather(*map(anext, streams)) == [[]] * COUNT
        assert (await raw.info("stats"))["total_connections_received"] == before
        assert await blocking_reads(raw) <= blocking + 10 + 2
        assert await calls(raw, "xrange") == read
        assert (await raw.info("stats"))["total_reads_processed"] <= received + 50
    await log.close()


async def test_a_server_that_goes_away_is_told_to_everyone_who_waits(
    server: ValkeyServer,
) -> None:
    """Each of them learns that the log is away; asked again, the waiting goes on."""
    log = await open_redis_log(server.url, partitions=COUNT)
    following = [asyncio.create_task(first_of(log, partition)) for partition in range(COUNT)]
    async with redis.asyncio.Redis(unix_socket_path=str(server.socket)) as raw:
        async with asyncio.timeout(30):
            while (await raw.info("clients"))["blocked_clients"] != 1:
                await looked_again()
    server.kill()
    async with asyncio.timeout(30):
        heard = await asyncio.gather(*following, return_exceptions=True)
    assert {type(error) for error in heard} == {LogUnavailable}
    server.start()
    again = asyncio.create_task(first_of(log, partition_of("t0", COUNT)))
    async with asyncio.timeout(30):
        await append(log, "t0")
        assert (await again)[0].position == 1
    await log.close()
