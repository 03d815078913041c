"""How a log is begun and found again, and what becomes of one whose server was emptied."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from events.errors import LogReplaced, UnfitServer
from events.event.envelope import TIMELINE
from events.log.contract import Log, partition_of
from events.log.redis import NoLog, arrivals, open_redis_log
from tests.seals import append_of, audit, retracted
from tests.servers import DURABLE, ValkeyServer


@pytest.fixture
async def raw(valkey: ValkeyServer) -> AsyncIterator[Any]:
    """The server as anybody sees it. `Any`: the driver's own types allow for its every mode."""
    async with Redis(unix_socket_path=str(valkey.socket)) as client:
        yield client


@pytest.fixture
def prefix() -> str:
    """Of a log that nobody has begun."""
    return f"{uuid.uuid4()}:"


async def kept(raw: Any, prefix: str) -> dict[bytes, bytes]:
    """Every key under the prefix with all that it holds."""
    return {key: await raw.dump(key) for key in sorted(await raw.keys(f"{prefix}*"))}


def mark(id_: str, partitions: int) -> bytes:
    return msgspec.json.encode({"id": id_, "partitions": partitions, "format": 1})


async def test_openers_at_once_agree(valkey: ValkeyServer, prefix: str) -> None:
    """Of many who open an absent log one makes it, and all get the same."""
    logs = await asyncio.gather(
        *(open_redis_log(valkey.url, prefix=prefix, partitions=n) for n in range(1, 9))
    )
    assert len({log.identity for log in logs}) == 1
    assert sum(log.created for log in logs) == 1
    for log in logs:
        await log.close()


async def test_many_partitions_are_asked_at_once() -> None:
    """To find a log and to check it takes as many round trips for many partitions as for one: all
    questions are sent together, over one connection each for questions and for writes."""
    with ValkeyServer(*DURABLE) as server:
        async with Redis(unix_socket_path=str(server.socket)) as raw:
            made = await open_redis_log(server.url, partitions=64)
            await made.close()
            before = (await raw.info("stats"))["total_connections_received"]
            log = await open_redis_log(server.url, create=False)
            await log.check()
            assert await log.refusals() == {}
            assert (await raw.info("stats"))["total_connections_received"] <= before + 2
            await log.close()


@pytest.mark.parametrize("begun", range(4))
async def test_a_log_that_was_half_begun(
    raw: Any, valkey: ValkeyServer, prefix: str, begun: int
) -> None:
    """Wherever a crash ended its making, the next opener goes on with what is there, has made
    it, and all of its partitions work."""
    for partition in range(begun):
        await raw.hset(f"{prefix}{{{partition}}}:revisions", ":log", mark("half", 3))
    with pytest.raises(NoLog):
        await open_redis_log(valkey.url, prefix=prefix, create=False)
    log = await open_redis_log(
        valkey.url, prefix=prefix, partitions=3, new_id=lambda: "half" if begun else "new"
    )
    assert log.created
    assert (log.identity.id, log.identity.partitions) == ("half" if begun else "new", 3)
    for n in range(12):
        await log.append(append_of(retracted("a", timeline=f"t{n}")))
    await audit(log)
    again = await open_redis_log(valkey.url, prefix=prefix)
    assert (again.identity, again.created) == (log.identity, False)
    for opened in (log, again):
        await opened.close()


@pytest.mark.parametrize("partition", [0, 1])
async def test_events_without_a_log_are_nobodys(
    raw: Any, valkey: ValkeyServer, prefix: str, partition: int
) -> None:
    """Where a partition has events and the log's own key is gone, no opener takes them for his
    or begins a log on top of them."""
    log = await open_redis_log(valkey.url, prefix=prefix, partitions=2)
    names = [f"t{n}" for n in range(9)]
    timeline = next(name for name in names if partition_of(name, 2) == partition)
    await log.append(append_of(retracted("a", timeline=timeline)))
    await log.close()
    meta = await raw.getdel(f"{prefix}meta")
    await raw.delete(f"{prefix}{{{1 - partition}}}:revisions")
    events = await raw.dump(f"{prefix}{{{partition}}}:log")
    for _ in range(2):
        with pytest.raises(UnfitServer, match="is gone"):
            await open_redis_log(valkey.url, prefix=prefix, partitions=2)
    assert await raw.dump(f"{prefix}{{{partition}}}:log") == events
    assert not await raw.exists(f"{prefix}meta")
    await raw.set(f"{prefix}meta", meta)
    await raw.hset(f"{prefix}{{{1 - partition}}}:revisions", ":log", meta)
    mended = await open_redis_log(valkey.url, prefix=prefix)
    await audit(mended)
    await mended.close()


async def test_a_partition_that_is_gone(raw: Any, valkey: ValkeyServer, prefix: str) -> None:
    """A log that was whole is not begun again in a partition that came back empty, or another
    log's: neither is it opened."""
    log = await open_redis_log(valkey.url, prefix=prefix, partitions=2)
    await raw.delete(f"{prefix}{{1}}:revisions")
    before = await kept(raw, prefix)
    for spoilt in (False, True):
        if spoilt:
            await raw.hset(f"{prefix}{{1}}:revisions", ":log", mark("other", 2))
            before = await kept(raw, prefix)
        with pytest.raises(LogReplaced, match=r"\{1\}:revisions is not of it"):
            await open_redis_log(valkey.url, prefix=prefix)
        with pytest.raises(LogReplaced):
            await log.check()
        assert await kept(raw, prefix) == before
    await log.close()


ASKED: dict[str, Callable[[Log], Awaitable[object]]] = {
    "append": lambda log: log.append(append_of(retracted("b"))),
    "read": lambda log: log.read(0, 0, 10),
    "fetch": lambda log: log.fetch(0, [1]),
    "follow": lambda log: anext(log.follow(0, 0)),
    "head": lambda log: log.head(0),
    "revision": lambda log: log.revision("kursk"),
    "revisions": lambda log: log.revisions("kursk", [TIMELINE]),
    "receipts": lambda log: log.receipts("kursk", ["a"]),
    "check": lambda log: log.check(),
}


FOLLOWED: dict[str, Callable[[Log], AsyncIterator[object]]] = {
    "events": lambda log: log.follow(0, 1),
    "checkpoints": lambda log: log.published(0),
    "notices": lambda log: log.notices(),
}


@pytest.mark.parametrize("another", [False, True], ids=["none", "another"])
async def test_a_server_that_came_back_without_the_log(*, another: bool) -> None:
    """Once the server is empty, or has another log, nothing is written there and nothing read,
    whatever is asked; with the data back in its place all goes on."""
    with ValkeyServer(*DURABLE) as server:
        log = await open_redis_log(server.url)
        await log.append(append_of(retracted("a")))
        raw: Any = Redis(unix_socket_path=str(server.socket))
        async with raw:
            saved = {key: await raw.dump(key) for key in await raw.keys("*")}
            await raw.flushall()
            if another:
                other = await open_redis_log(server.url)
                await other.append(append_of(retracted("c"), retracted("d")))
                await other.close()
            before = await kept(raw, "")
            for ask in ASKED.values():
                with pytest.raises(LogReplaced, match="no longer holds the log"):
                    await ask(log)
            assert await kept(raw, "") == before
            await raw.flushall()
            for key, data in saved.items():
                await raw.restore(key, 0, data)
        assert (await log.append(append_of(retracted("b")))).revision == 2
        await audit(log)
        await log.close()


@pytest.mark.parametrize("followed", FOLLOWED)
async def test_a_follower_is_told_that_the_log_is_gone(
    followed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who follows, and has all that there is, learns from a quiet time that the log is not there
    any more."""
    monkeypatch.setattr(arrivals, "BLOCK", 100)
    with ValkeyServer(*DURABLE) as server:
        log = await open_redis_log(server.url)
        await log.append(append_of(retracted("a")))
        following = FOLLOWED[followed](log)
        assert not await anext(following)
        waiting = asyncio.ensure_future(anext(following))
        raw: Any = Redis(unix_socket_path=str(server.socket))
        async with raw:
            await raw.flushall()
        with pytest.raises(LogReplaced):
            await waiting
        await log.close()


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        (b"nonsense", "is not a log's"),
        (b'{"id":"x","partitions":0,"format":1}', "is not a log's"),
        (b'{"id":"x","partitions":1,"format":2}', "has format 2"),
    ],
)
async def test_a_key_of_somebody_else(
    raw: Any, valkey: ValkeyServer, prefix: str, stored: bytes, sentence: str
) -> None:
    """What is not a log, or one of a later release, is not joined."""
    await raw.set(f"{prefix}meta", stored)
    with pytest.raises(UnfitServer, match=sentence):
        await open_redis_log(valkey.url, prefix=prefix)


async def test_no_log_to_join(valkey: ValkeyServer, prefix: str) -> None:
    """Without leave to create one, an absent log is an error and stays absent."""
    for _ in range(2):
        with pytest.raises(NoLog, match="no log"):
            await open_redis_log(valkey.url, prefix=prefix, create=False)
