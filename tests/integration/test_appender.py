"""Appends to many partitions of one server: sent together, each with an outcome of its own."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from redis.asyncio import Redis

from events.errors import LogRefused
from events.log.append_call import SCRIPT_SHA1
from events.log.contract import Append, Appended, partition_of
from events.log.redis import RedisLog, open_redis_log
from events.log.redis.driver.driver import Argument, RedisDriver
from tests.seals import append_of, audit, retracted
from tests.servers import ValkeyServer
from tests.unstable_link import Fault, UnstableLink

PARTITIONS = 4
TIMELINES = [f"t{number}" for number in range(32)]


@pytest.fixture
async def link(valkey: ValkeyServer) -> AsyncIterator[UnstableLink]:
    async with UnstableLink(valkey.socket) as link:
        yield link


@pytest.fixture
async def log(link: UnstableLink) -> AsyncIterator[RedisLog]:
    """An empty log of four partitions, whose script the server knows."""
    id_ = str(uuid.uuid4())
    log = await open_redis_log(
        link.url, partitions=PARTITIONS, prefix=f"{id_}:", new_id=lambda: id_
    )
    await log.append(append_of(retracted("first", timeline="first")))
    yield log
    await log.close()


def appends(id_: str = "a") -> list[Append]:
    """One to each timeline, which together are in all partitions."""
    assert {partition_of(name, PARTITIONS) for name in TIMELINES} == {*range(PARTITIONS)}
    return [append_of(retracted(id_, timeline=name)) for name in TIMELINES]


DONE = [Appended((1,), 1, duplicate=False)] * len(TIMELINES)


async def test_all_of_them_take_one_round_trip(
    link: UnstableLink, log: RedisLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has gathered is sent at once, as one script for each partition, however many callers
    wait."""
    sent: list[int] = []
    send = RedisDriver.send_together

    async def counted(driver: RedisDriver, commands: Sequence[tuple[Argument, ...]]) -> list[Any]:
        sent.append(len(commands))
        return await send(driver, commands)

    monkeypatch.setattr(RedisDriver, "send_together", counted)
    before = link.appends
    assert await asyncio.gather(*map(log.append, appends())) == DONE
    assert link.appends - before == PARTITIONS
    assert sent == [PARTITIONS]
    await audit(log)


async def test_one_that_is_refused_stops_no_other(valkey: ValkeyServer, log: RedisLog) -> None:
    """A partition whose keys are damaged refuses its own appends, and says so when asked; those to
    others in the same call are written."""
    damaged = partition_of(TIMELINES[0], PARTITIONS)
    async with Redis(unix_socket_path=str(valkey.socket)) as raw:
        await raw.rename(f"{log.identity.id}:{{{damaged}}}:revisions", "elsewhere")
        await raw.set(f"{log.identity.id}:{{{damaged}}}:revisions", "spoiled")
        outcomes = await asyncio.gather(*map(log.append, appends()), return_exceptions=True)
        for name, outcome in zip(TIMELINES, outcomes, strict=True):
            if partition_of(name, PARTITIONS) == damaged:
                assert isinstance(outcome, LogRefused)
            else:
                assert outcome == DONE[0]
        assert [*await log.refusals()] == [damaged]
        await raw.rename("elsewhere", f"{log.identity.id}:{{{damaged}}}:revisions")
    assert await log.refusals() == {}
    await audit(log)


async def test_a_server_that_forgot_the_script(valkey: ValkeyServer, log: RedisLog) -> None:
    """After SCRIPT FLUSH each partition gets the script again, and runs it once."""
    async with Redis(unix_socket_path=str(valkey.socket)) as raw:
        await raw.script_flush()
        assert await asyncio.gather(*map(log.append, appends())) == DONE
        assert await raw.script_exists(SCRIPT_SHA1) == [True]
    await audit(log)


@pytest.mark.parametrize("fault", ["saved", "lost"])
async def test_answers_that_are_lost(link: UnstableLink, log: RedisLog, fault: Fault) -> None:
    """When the connection breaks after all scripts were sent, each append's outcome is looked up:
    it is true for those that are there, and unknown for those that may still come."""
    link.faults.append(fault)
    outcomes = await asyncio.gather(*map(log.append, appends()), return_exceptions=True)
    assert len({repr(outcome) for outcome in outcomes}) == 1
    assert (outcomes == DONE) == (fault == "saved")
    again = await asyncio.gather(*map(log.append, appends()))
    assert {outcome.duplicate for outcome in again} == {fault == "saved"}
    await audit(log)
