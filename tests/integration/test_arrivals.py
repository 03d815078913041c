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
from events.log.redis import RedisLog, open_redis_log
from tests.histories import CODEC
from tests.looks import looked_again
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
