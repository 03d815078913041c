"""Removing from a real server: what a crash between the log and its files leaves is made good."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis

from events.errors import LogUnavailable, NoSpaceToRemove
from events.log.contract import Removal
from events.log.redis import open_redis_log
from events.log.redis.remover import Remover
from tests.integration.removing import LOG, SECRET, in_files, log_with_secrets
from tests.integration.test_redis_log_server import ask
from tests.looks import looked_again
from tests.seals import CODEC, append_of, entries, retracted
from tests.servers import DURABLE, ValkeyServer, free_port


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    with ValkeyServer(*DURABLE) as made:
        yield made


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
