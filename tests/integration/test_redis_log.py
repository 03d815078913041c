"""What only the log on Redis has: its keys, its bytes, the servers that it takes, their damage."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from events.errors import (
    CorruptEvent,
    IdempotencyConflict,
    LogReplaced,
    LogUnavailable,
)
from events.event.codec import read_header
from events.event.envelope import header_bytes
from events.log.append_call import SCRIPT_SHA1
from events.log.contract import Append, Appended, Claim
from events.log.redis import RedisLog, open_redis_log
from tests.seals import CODEC, append_of, audit, entries, retracted
from tests.servers import ValkeyServer


@pytest.fixture
async def raw(valkey: ValkeyServer) -> AsyncIterator[Any]:
    """The server as anybody sees it. `Any`: the driver's own types allow for its every mode."""
    async with Redis(unix_socket_path=str(valkey.socket)) as client:
        yield client


@pytest.fixture
async def log(valkey: ValkeyServer) -> AsyncIterator[RedisLog]:
    """An empty log under a prefix of its own, which is `log.identity.id` and a colon."""
    id_ = str(uuid.uuid4())
    log = await open_redis_log(valkey.url, prefix=f"{id_}:", new_id=lambda: id_)
    yield log
    await log.close()


async def test_the_keys_hold_what_is_documented(raw: Any, log: RedisLog) -> None:
    """Names, fields and values of every key are those that the layout promises."""
    first, second = retracted("a"), retracted("b", "two")
    await log.append(append_of(first, second, claim=Claim("key", "f")))
    prefix = log.identity.id
    assert msgspec.json.decode(await raw.get(f"{prefix}:meta")) == {
        "id": prefix,
        "partitions": 1,
        "format": 1,
    }
    assert await raw.hgetall(f"{prefix}:{{0}}:revisions") == {
        b":log": await raw.get(f"{prefix}:meta"),
        b"kursk": b"2",
    }
    assert await raw.hgetall(f"{prefix}:{{0}}:kursk:subjects") == {
        b"statements/one": b"1",
        b"statements/two": b"2",
    }
    assert await raw.hgetall(f"{prefix}:{{0}}:kursk:ids") == {
        b"a": b"1:" + first.fingerprint.encode(),
        b"b": b"2:" + second.fingerprint.encode(),
        b"key": b"2:f",
    }
    assert len(await raw.keys(f"{prefix}:*")) == 5
    stream = await raw.xrange(f"{prefix}:{{0}}:log")
    assert [id_ for id_, _ in stream] == [b"1-0", b"2-0"]
    assert [list(fields) for _, fields in stream] == [[b"h", b"s", b"d"]] * 2
    assert stream[0][1][b"s"] == first.salt.hex().encode()
    assert stream[0][1][b"d"] == first.data


async def test_the_header_is_spliced_byte_for_byte(log: RedisLog) -> None:
    """The script builds the bytes that `header_bytes` builds, and a time of the fixed width."""
    event = retracted("a")
    await log.append(append_of(event))
    [stored] = await entries(log)
    at = read_header(stored).recorded_at
    assert len(at) == len("2026-11-23T03:10:00.123456Z")
    assert stored.header == header_bytes("kursk", 1, at, event.tail)
    assert CODEC.open(stored).header.id == "a"


async def test_time_never_goes_back(raw: Any, log: RedisLog) -> None:
    """Where the last entry is of a later time than the server's, its time is kept."""
    await log.append(append_of(retracted("a")))
    stream = f"{log.identity.id}:{{0}}:log"
    [(_, fields)] = await raw.xrange(stream)
    year = fields[b"h"].index(b'"recorded_at":"') + len(b'"recorded_at":"')
    fields[b"h"] = fields[b"h"][:year] + b"2999" + fields[b"h"][year + 4 :]
    await raw.delete(stream)
    await raw.xadd(stream, fields, id="1-0")
    await log.append(append_of(retracted("b"), retracted("c")))
    times = [read_header(stored).recorded_at for stored in await entries(log)]
    assert times[0].startswith("2999")
    assert times[1:] == [times[0]] * 2


async def test_the_same_thing_is_one_thing_after_a_restart() -> None:
    """Ids and claims are remembered by the server, through kill -9 and another opener."""
    with ValkeyServer("--appendonly", "yes", "--appendfsync", "always") as server:
        append = append_of(retracted("a"), claim=Claim("key", "f"), one=0)
        log = await open_redis_log(server.url)
        assert log.created
        await log.append(append)
        await log.close()
        server.kill()
        server.start()
        again = await open_redis_log(server.url)
        assert not again.created
        assert again.identity == log.identity
        assert await again.append(append) == Appended((1,), 1, duplicate=True)
        with pytest.raises(IdempotencyConflict):
            await again.append(append_of(retracted("a", reason="other")))
        await again.close()


async def test_more_events_than_a_script_unpacks(log: RedisLog) -> None:
    """Ten thousand events in one append pass through the script in pieces, and are one append."""
    events = [retracted(f"e{i}", f"s{i}") for i in range(10_000)]
    expected = {event.touches[0]: 0 for event in events}
    append = Append("kursk", tuple(events), expected)
    assert await log.append(append) == Appended((*range(1, 10_001),), 10_000, duplicate=False)
    assert (await log.append(append)).duplicate
    assert await log.revisions("kursk", [*expected]) == [*range(1, 10_001)]
    await audit(log)


async def test_a_server_that_forgot_the_script(raw: Any, log: RedisLog) -> None:
    """After SCRIPT FLUSH, as after a restart, the script is sent anew and runs once."""
    await log.append(append_of(retracted("a")))
    assert await raw.script_exists(SCRIPT_SHA1) == [True]
    await raw.script_flush()
    assert await log.append(append_of(retracted("b"))) == Appended((2,), 2, duplicate=False)
    await audit(log)


async def test_a_redacted_entry(raw: Any, log: RedisLog) -> None:
    """An entry with `h` and `r` is an event without salt and data, and appends go on behind it."""
    await log.append(append_of(retracted("a")))
    stream = f"{log.identity.id}:{{0}}:log"
    [(_, fields)] = await raw.xrange(stream)
    await raw.delete(stream)
    await raw.xadd(stream, {"h": fields[b"h"], "r": 7}, id="1-0")
    [stored] = await entries(log)
    assert (stored.salt, stored.data, stored.redacted) == (None, None, 7)
    assert (await log.append(append_of(retracted("b")))).revision == 2


async def begin_anew(raw: Any, prefix: str) -> None:
    """Put an empty stream in the log's place."""
    await raw.delete(f"{prefix}:{{0}}:log")
    await raw.xgroup_create(f"{prefix}:{{0}}:log", "g", mkstream=True)


Spoil = Callable[[Any, str], Awaitable[object]]

DAMAGE: dict[str, Spoil] = {
    "log begun anew": begin_anew,
    "last entry deleted": lambda raw, p: raw.xdel(f"{p}:{{0}}:log", "3-0"),
    "entry added": lambda raw, p: raw.xadd(f"{p}:{{0}}:log", {"h": "x"}, id="4-0"),
    "foreign id": lambda raw, p: raw.xadd(f"{p}:{{0}}:log", {"h": "x"}, id="3-1"),
    "log emptied": lambda raw, p: raw.xtrim(f"{p}:{{0}}:log", maxlen=0),
    "log dropped": lambda raw, p: raw.delete(f"{p}:{{0}}:log"),
    "revisions dropped": lambda raw, p: raw.delete(f"{p}:{{0}}:revisions"),
    "revision set back": lambda raw, p: raw.hset(f"{p}:{{0}}:revisions", "kursk", 2),
    "ids dropped": lambda raw, p: raw.delete(f"{p}:{{0}}:kursk:ids"),
    "subjects dropped": lambda raw, p: raw.delete(f"{p}:{{0}}:kursk:subjects"),
}


@pytest.mark.parametrize("spoil", DAMAGE.values(), ids=DAMAGE)
async def test_nothing_is_written_on_top_of_damage(raw: Any, log: RedisLog, spoil: Spoil) -> None:
    """Where log, revisions and hashes do not fit together, an append says so and writes nothing."""
    await log.append(append_of(*(retracted(id_) for id_ in "abc")))
    prefix = log.identity.id
    await spoil(raw, prefix)
    before = {key: await raw.dump(key) for key in sorted(await raw.keys(f"{prefix}:*"))}
    with pytest.raises((CorruptEvent, LogReplaced)):
        await log.append(append_of(retracted("d")))
    assert {key: await raw.dump(key) for key in sorted(await raw.keys(f"{prefix}:*"))} == before


@pytest.mark.parametrize("gone", [["1-0"], ["2-0"], ["1-0", "2-0"]], ids=" ".join)
async def test_appends_go_on_behind_a_gap(raw: Any, log: RedisLog, gone: list[str]) -> None:
    """Where entries in front of the last are gone, an append is taken at the next position and
    revision, and what is left is read as it was."""
    await log.append(append_of(*(retracted(id_) for id_ in "abc")))
    whole = await entries(log)
    await raw.xdel(f"{log.identity.id}:{{0}}:log", *gone)
    assert await log.append(append_of(retracted("d"))) == Appended((4,), 4, duplicate=False)
    assert await log.append(append_of(retracted("b"))) == Appended((2,), 4, duplicate=True)
    *left, last = await entries(log)
    assert left == [entry for entry in whole if f"{entry.position}-0" not in gone]
    assert last.position == 4
    assert await log.head(0) == 4


async def test_a_damaged_timeline_stops_alone(raw: Any, log: RedisLog) -> None:
    """In one call, the timeline whose ids are gone is refused and the other is written."""
    await log.append(append_of(retracted("a")))
    await raw.delete(f"{log.identity.id}:{{0}}:kursk:ids")
    damaged, whole = await asyncio.gather(
        log.append(append_of(retracted("b"))),
        log.append(append_of(retracted("a", timeline="donbas"))),
        return_exceptions=True,
    )
    assert isinstance(damaged, CorruptEvent)
    assert damaged.timeline == "kursk"
    assert whole == Appended((1,), 1, duplicate=False)


async def test_a_full_server_refuses_before_it_writes(raw: Any, log: RedisLog) -> None:
    """Out of memory, or with a key of a wrong type, nothing is written and the append may be
    repeated when that is cured."""
    await log.append(append_of(retracted("a")))
    await raw.config_set("maxmemory", 1)
    try:
        with pytest.raises(LogUnavailable, match="OOM"):
            await log.append(append_of(retracted("b")))
    finally:
        await raw.config_set("maxmemory", 0)
    await raw.set(f"{log.identity.id}:{{0}}:donbas:ids", "not a hash")
    with pytest.raises(LogUnavailable):
        await log.append(append_of(retracted("a", timeline="donbas")))
    assert (await log.append(append_of(retracted("b")))).revision == 2
    await audit(log)


async def test_a_follower_is_told_that_the_server_is_gone() -> None:
    """A follower does not wait for a server that has ended."""
    with ValkeyServer("--appendonly", "yes") as server:
        log = await open_redis_log(server.url)
        following = log.follow(0, 0)
        assert await anext(following) == []
        waiting = asyncio.ensure_future(anext(following))
        server.kill()
        with pytest.raises(LogUnavailable):
            await waiting
        with pytest.raises(LogUnavailable):
            await log.append(append_of(retracted("a")))
        with pytest.raises(LogUnavailable):
            await log.check()
        await log.close()
