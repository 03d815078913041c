"""What is believed of a server is what holds of it now: its settings change under a running log,
and another server takes its place."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator

import pytest

from events.errors import LogUnavailable, UnfitServer
from events.log.contract import Durability
from events.log.redis import RedisLog, fitness, open_redis_log
from tests.integration.test_redis_log_server import ask
from tests.looks import looked_again
from tests.seals import append_of, retracted
from tests.servers import DURABLE, ValkeyServer

CHANGES: list[tuple[str, str, str]] = [
    ("appendfsync", "no", "set appendonly to yes and appendfsync to always"),
    ("appendonly", "no", "set appendonly to yes"),
    ("no-appendfsync-on-rewrite", "yes", "set no-appendfsync-on-rewrite to no"),
    ("maxmemory-policy", "allkeys-lru", "set maxmemory-policy to noeviction"),
]
"""What an operator may set under a running service, and what the refusal says to do."""

names = itertools.count()


async def append(log: RedisLog) -> int:
    """The revision after one more event."""
    return (await log.append(append_of(retracted(f"e{next(names)}")))).revision


def keeps(log: RedisLog) -> bool | None:
    """Whether it takes the replicas to keep a file."""
    return log._settler._replicas_keep


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    with ValkeyServer(*DURABLE) as made:
        yield made


@pytest.fixture
async def log(server: ValkeyServer) -> AsyncIterator[RedisLog]:
    log = await open_redis_log(server.url)
    yield log
    await log.close()


@pytest.mark.parametrize(("name", "value", "sentence"), CHANGES)
async def test_a_setting_is_looked_at_again_in_time(
    server: ValkeyServer,
    log: RedisLog,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    sentence: str,
) -> None:
    """Once an inspection has had its time, a server that would not be opened any more takes no
    event and nothing in it counts as kept; with the old setting it goes on."""
    assert await append(log) == 1
    [_, before] = await ask(server, "CONFIG", "GET", name)
    await ask(server, "CONFIG", "SET", name, value)
    monkeypatch.setattr(fitness, "EVERY", 0.0)
    monkeypatch.setattr(fitness, "FRESH", 0.0)
    with pytest.raises(UnfitServer, match=sentence):
        await append(log)
    with pytest.raises(UnfitServer, match=sentence):
        await log.settle(0)
    [refusal] = (await log.refusals()).values()
    assert sentence in str(refusal)
    assert await log.head(0) == 1
    await ask(server, "CONFIG", "SET", name, before.decode())
    assert await append(log) == 2
    assert await log.refusals() == {}


async def test_a_change_that_somebody_else_has_seen_counts_at_once(
    server: ValkeyServer, log: RedisLog
) -> None:
    """Who is told of it inspects the server, though it has done so within the last second; that the
    server is away then is no error."""
    assert await append(log) == 1
    await ask(server, "CONFIG", "SET", "appendfsync", "no")
    await log.inspect_at_once()
    with pytest.raises(UnfitServer, match="appendfsync"):
        await append(log)
    await ask(server, "CONFIG", "SET", "appendfsync", "always")
    await log.inspect_at_once()
    assert await append(log) == 2
    server.kill()
    await log.inspect_at_once()
    server.start()
    assert await append(log) == 3


@pytest.mark.parametrize(("name", "value", "sentence"), CHANGES)
async def test_a_server_that_comes_back_another_is_looked_at_first(
    name: str, value: str, sentence: str
) -> None:
    """Behind a restart with other settings not even the first append is taken, though the last
    inspection is young."""
    with ValkeyServer(*DURABLE) as server:
        log = await open_redis_log(server.url)
        assert await append(log) == 1
        await asyncio.to_thread(server.kill)
        server.add(f"--{name}", value)
        await asyncio.to_thread(server.start)
        with pytest.raises(UnfitServer, match=sentence):
            await append(log)
        await log.close()


async def test_a_level_that_falls_is_reported(
    server: ValkeyServer, log: RedisLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Synchronised once a second instead of at every append: the level is that, at once for
    whoever asks what would be refused, and whoever listens hears of each change once."""
    heard: list[tuple[Durability, str | None]] = []
    log.on_change.append(lambda level, problem: heard.append((level, problem)))
    await ask(server, "CONFIG", "SET", "appendfsync", "everysec")
    monkeypatch.setattr("events.log.redis.log.FRESH", 0.0)
    for _ in range(2):
        assert await log.refusals() == {}
        assert log.durability == "everysec"
    await ask(server, "CONFIG", "SET", "appendonly", "no")
    assert len(await log.refusals()) == 1
    assert log.durability == "volatile"
    await ask(server, "CONFIG", "SET", "appendonly", "yes", "appendfsync", "always")
    assert await log.refusals() == {}
    told = [level for level, _ in heard]
    assert told == ["everysec", "volatile", "fsync"]
    assert [problem is None for _, problem in heard] == [True, False, True]


async def test_what_is_settled_follows_the_level(server: ValkeyServer, log: RedisLog) -> None:
    """A log opened at `fsync` waits for the disk once its server synchronises once a second."""
    await append(log)
    await ask(server, "CONFIG", "SET", "appendfsync", "everysec")
    await ask(server, "CONFIG", "RESETSTAT")
    await log._fitness.inspect()
    assert await log.settle(0)
    assert (await ask(server, "INFO", "commandstats"))["cmdstat_waitaof"]["calls"] == 1


async def test_leave_to_lose_events_is_leave_at_any_time(
    server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who allowed a volatile server goes on writing to one that becomes it, and that is
    reported."""
    log = await open_redis_log(server.url, allow_volatile=True)
    await ask(server, "CONFIG", "SET", "appendonly", "no")
    monkeypatch.setattr(fitness, "EVERY", 0.0)
    assert await append(log) == 1
    assert log.durability == "volatile"
    await log.close()


async def test_replicas_are_learned_again_when_they_change() -> None:
    """A replica without a file is enough where it is the only one; when one with a file takes its
    place, what is settled is on that one's disk."""
    options = ("--save", "", "--repl-diskless-sync-delay", "0")
    with ValkeyServer(*options, tcp=True) as primary:
        follow = ("--replicaof", f"127.0.0.1 {primary.port}")
        with ValkeyServer(*follow, tcp=True):
            await ask(primary, "SET", "a", "b")
            assert await ask(primary, "WAIT", 1, 10_000) == 1
            log = await open_redis_log(primary.url)
            assert await log.settle(0)
            assert not keeps(log)
        with ValkeyServer(*follow, *DURABLE, tcp=True) as second:
            await ask(primary, "SET", "a", "c")
            assert await ask(primary, "WAIT", 1, 10_000) == 1
            while (await ask(second, "INFO", "persistence"))["aof_rewrite_in_progress"]:
                await looked_again()
            await log._fitness.inspect()
            while not await log.settle(0):
                await looked_again()
            assert keeps(log)
        await log.close()


async def test_a_server_that_cannot_be_looked_at_takes_nothing(
    server: ValkeyServer, log: RedisLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a server is away nothing is believed of it: an append is `LogUnavailable`, and goes
    through when it is there again."""
    await append(log)
    monkeypatch.setattr(fitness, "EVERY", 0.0)
    server.kill()
    with pytest.raises(LogUnavailable, match="nothing was written"):
        await append(log)
    server.start()
    assert await append(log) == 2
