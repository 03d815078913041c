"""Removing from a real server: what a crash between the log and its files leaves is made good."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from events.errors import LogUnavailable, NoSpaceToRemove, OutcomeUnknown
from events.event.envelope import StoredEvent
from events.log.contract import Removal
from events.log.redis import RedisLog, open_redis_log
from events.log.redis.driver.driver import ErrorReply, RedisDriver
from events.log.redis.remover import Remover
from tests.integration.test_redis_log_server import ask
from tests.looks import looked_again
from tests.seals import CODEC, append_of, audit, entries, retracted
from tests.servers import DURABLE, ValkeyServer, free_port

SECRET = "Zyxwvut"
LOG = "onrecord:{0}:log"

Send = Callable[..., Awaitable[Any]]


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    with ValkeyServer(*DURABLE) as made:
        yield made


def in_files(folder: Path) -> bool:
    return any(
        SECRET.encode() in path.read_bytes() for path in (folder / "appendonlydir").iterdir()
    )


async def test_files_are_written_anew_though_nothing_is_left_in_memory(
    server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log is exchanged, and its files could not be written: they hold the text until the
    removal is done again, then with nothing to remove."""
    log = await open_redis_log(server.url)
    await log.append(append_of(retracted("e1", "one", SECRET, "kursk"), timeline="kursk"))
    [stored] = await log.read(0, 0, 10)
    removal = Removal(stored.position, "kursk", CODEC.open(stored).header.id, 2)

    async def fail(_: Remover) -> None:
        raise LogUnavailable("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Remover, "_rewrite", fail)
        with pytest.raises(LogUnavailable):
            await log.remove(0, [removal])
    [removed] = await log.read(0, 0, 10)
    assert removed.data is None
    assert in_files(server.folder)
    await log.remove(0, [])
    assert not in_files(server.folder)
    await log.close()


class Cut(Exception):
    """The service's end, as far as a removal goes."""


class Steps:
    """Counts what a removal sends, and cuts it off at one of them: before it is sent, behind it,
    or by the server's end under it."""

    def __init__(self, server: ValkeyServer, at: int, how: str) -> None:
        self.count = 0
        self._server = server
        self._at = at
        self._how = how

    def around(self, send: Send) -> Send:
        async def sent(driver: RedisDriver, *given: Any) -> Any:
            self.count += 1
            if self.count != self._at:
                return await send(driver, *given)
            if self._how == "server killed":
                self._server.kill()
                return await send(driver, *given)
            if self._how == "restarted behind":
                answer = await send(driver, *given)
                await asyncio.to_thread(self._server.kill)
                await asyncio.to_thread(self._server.start)
                return answer
            if self._how == "behind":
                with suppress(ErrorReply):
                    await send(driver, *given)
            raise Cut

        return sent


async def log_with_secrets(server: ValkeyServer, url: str = "") -> tuple[RedisLog, list[Removal]]:
    """A log with two timelines; of one of them two events are to lose their text."""
    log = await open_redis_log(url or server.url)
    for n in range(7):
        for name in ("kursk", "other"):
            told = SECRET if (name, n) in (("kursk", 1), ("kursk", 4)) else "plain"
            await log.append(append_of(retracted(f"e{n}", f"s{n}", told, name), timeline=name))
    stored = await entries(log)
    gone = [each for each in stored if SECRET.encode() in (each.data or b"")]
    assert len(gone) == 2
    headers = [CODEC.open(each).header for each in gone]
    return log, [
        Removal(each.position, "kursk", header.id, 9)
        for each, header in zip(gone, headers, strict=True)
    ]


@pytest.mark.parametrize("how", ["before", "behind", "server killed"])
async def test_cut_off_at_any_step_it_can_be_done_again(
    monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """At each of the steps in turn the service ends, or the server is killed and comes back: what
    is recorded meanwhile stays, every other event keeps each of its bytes, and the removal done
    again leaves the text neither in memory nor in a file."""
    monkeypatch.setattr("events.log.redis.remover._CHUNK", 5)
    steps = [step async for step in _cut_at_each(monkeypatch, how)]
    assert len(steps) >= 8


async def test_a_server_that_comes_back_at_once_deceives_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed behind any step and there again before it is asked the next thing: the removal says
    that it failed, or the text is gone from memory and files."""
    told = []
    for at in range(1, 10):
        with ValkeyServer(*DURABLE) as server, monkeypatch.context() as patch:
            log, removals = await log_with_secrets(server)
            steps = Steps(server, at, "restarted behind")
            patch.setattr(RedisDriver, "send_in_turn", steps.around(RedisDriver.send_in_turn))
            try:
                await log.remove(0, removals)
            except (LogUnavailable, OutcomeUnknown):
                told.append(at)
            else:
                assert not in_files(server.folder)
                assert sum(each.data is None for each in await entries(log)) == len(removals)
            assert steps.count >= at
            await log.close()
    assert told


async def _cut_at_each(monkeypatch: pytest.MonkeyPatch, how: str) -> AsyncIterator[int]:
    for at in itertools.count(1):
        with ValkeyServer(*DURABLE) as server:
            log, removals = await log_with_secrets(server)
            before = await entries(log)
            cut = Steps(server, at, how)
            with monkeypatch.context() as patch:
                patch.setattr(RedisDriver, "send_in_turn", cut.around(RedisDriver.send_in_turn))
                try:
                    await log.remove(0, removals)
                except (Cut, LogUnavailable, OutcomeUnknown):
                    await log.close()
                else:
                    await log.close()
                    return
            if how == "server killed":
                server.start()
            await made_good(server, before, removals)
        yield at


async def made_good(
    server: ValkeyServer, before: list[StoredEvent], removals: list[Removal]
) -> None:
    log = await open_redis_log(server.url)
    await log.append(append_of(retracted("late", "late", "plain", "kursk"), timeline="kursk"))
    left = [r for r in removals if (await log.fetch(0, [r.position]))[0].data is not None]
    await log.remove(0, left)
    after = await entries(log)
    gone = {removal.position for removal in removals}
    assert [each.header for each in after[:-1]] == [each.header for each in before]
    assert [each for each in after[:-1] if each.position not in gone] == [
        each for each in before if each.position not in gone
    ]
    assert all((after[p - 1].data, after[p - 1].redacted) == (None, 9) for p in gone)
    assert len(after) == len(before) + 1
    assert not in_files(server.folder)
    await audit(log)
    await log.close()


async def test_a_copy_that_was_left_takes_nobody_s_room(server: ValkeyServer) -> None:
    """A removal that a crash cut off left its copy in a server that has room for one: the next
    drops it first, and finds that there is room."""
    log, removals = await log_with_secrets(server)
    store = Redis(unix_socket_path=str(server.socket))
    for n in range(200):
        told = "plain" * 1_000
        await log.append(append_of(retracted(f"l{n}", f"l{n}", told, "kursk"), timeline="kursk"))
    most = store.info("memory")["used_memory"] + (store.memory_usage(LOG) or 0) * 3 // 2
    store.copy(LOG, f"{LOG}:copy")
    store.config_set("maxmemory", most)
    await log.remove(0, removals)
    assert sum(each.data is None for each in await entries(log)) == len(removals)
    assert not store.exists(f"{LOG}:copy", f"{LOG}:before")
    store.close()
    await log.close()


async def test_a_server_that_fills_on_the_way_is_left_its_room(
    server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There was room, and others took it: nothing is removed, the half of a copy is gone, and
    with room again the removal is done."""
    monkeypatch.setattr("events.log.redis.remover._CHUNK", 5)
    log, removals = await log_with_secrets(server)
    store = Redis(unix_socket_path=str(server.socket))
    run, steps = Remover._run, itertools.count()

    async def filled(remover: Remover, *given: Any) -> tuple[int, int]:
        if next(steps) == 1:
            assert store.xlen(f"{LOG}:copy") == 5
            store.config_set("maxmemory", 1)
        return await run(remover, *given)

    with monkeypatch.context() as patch:
        patch.setattr(Remover, "_run", filled)
        with pytest.raises(NoSpaceToRemove):
            await log.remove(0, removals)
    assert not store.exists(f"{LOG}:copy")
    assert all(each.data is not None for each in await entries(log))
    store.config_set("maxmemory", 0)
    await log.remove(0, removals)
    assert sum(each.data is None for each in await entries(log)) == len(removals)
    store.close()
    await log.close()


@pytest.mark.parametrize("gone", [[1], [7], [5, 6, 7, 8], [2, 3]], ids=str)
async def test_a_removal_goes_on_behind_a_gap(
    server: ValkeyServer, monkeypatch: pytest.MonkeyPatch, gone: list[int]
) -> None:
    """Where somebody took entries out of the stream, a removal copies those that are left, and
    appends go on behind it."""
    monkeypatch.setattr("events.log.redis.remover._CHUNK", 2)
    log, removals = await log_with_secrets(server)
    await ask(server, "XDEL", LOG, *(f"{position}-0" for position in gone))
    before = await entries(log)
    removals = [removal for removal in removals if removal.position not in gone]
    await log.remove(0, removals)
    after = await entries(log)
    assert [each.header for each in after] == [each.header for each in before]
    assert [e.position for e in after if e.data is None] == [r.position for r in removals]
    assert not in_files(server.folder)
    assert (await log.append(append_of(retracted("late")))).revision == 8
    await log.close()


async def test_a_step_is_bounded_by_bytes(
    server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries that are large are copied a few at a time: no call takes the bytes of many."""
    monkeypatch.setattr("events.log.redis.remover._BYTES", 10_000)
    log = await open_redis_log(server.url)
    for n in range(20):
        large = "plain" * 900
        await log.append(append_of(retracted(f"l{n}", f"l{n}", large, "kursk"), timeline="kursk"))
    store = Redis(unix_socket_path=str(server.socket))
    store.config_set("slowlog-log-slower-than", 0)
    [first, *_] = await entries(log)
    store.slowlog_reset()
    await log.remove(0, [Removal(first.position, "kursk", CODEC.open(first).header.id, 2)])
    called = [entry["command"] for entry in store.slowlog_get(1_000)]
    assert sum(command.startswith(b"EVAL") for command in called) >= 20 // 3
    store.close()
    await log.close()


async def test_on_a_cluster() -> None:
    """What has no key of its own is asked of the server that has the partition."""
    cluster = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    with ValkeyServer(*DURABLE, *cluster, tcp=True) as server:
        await ask(server, "CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        while b"cluster_state:ok" not in await ask(server, "CLUSTER", "INFO"):
            await looked_again()
        log, removals = await log_with_secrets(server, f"redis+cluster://127.0.0.1:{server.port}")
        assert in_files(server.folder)
        await log.remove(0, removals)
        assert sum(each.data is None for each in await entries(log)) == len(removals)
        assert not in_files(server.folder)
        await log.close()
