"""Whether the log distinguishes what is kept at its level from what is not yet."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from events.errors import LogReplaced, LogUnavailable, UnfitServer
from events.log.redis import RedisLog, open_redis_log, settling
from tests.integration.test_redis_log_server import ask
from tests.looks import looked_again
from tests.seals import append_of, retracted
from tests.servers import DURABLE, ValkeyServer, free_port

AOF = ("--appendonly", "yes", "--save", "")
PRIMARY = ("--save", "", "--repl-diskless-sync-delay", "0")


@pytest.fixture(autouse=True)
def always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The level is looked at for each wait."""
    monkeypatch.setattr("events.log.redis.settling.FRESH", 0.0)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second passes before it is asked what is synchronised."""
    monkeypatch.setattr(settling, "_SECOND", ("WAIT", 1_000_000, 1))


@asynccontextmanager
async def opened(url: str, partitions: int = 1) -> AsyncIterator[RedisLog]:
    """The log at the server, closed at the end even if the test fails."""
    log = await open_redis_log(url, partitions=partitions)
    try:
        yield log
    finally:
        await log.close()


async def test_everysec_waits_for_the_disk() -> None:
    """What others wrote is waited for too: a file that was synchronised just before is again only
    after a second, though the server says at once that it is. It is refused where nothing is to
    synchronise it."""
    with ValkeyServer(*AOF, "--appendfsync", "everysec") as server:
        async with opened(server.url) as log, opened(server.url) as other:
            await other.append(append_of(retracted("a")))
            assert await log.settle(0)
            await other.append(append_of(retracted("b")))
            began = asyncio.get_running_loop().time()
            assert await log.settle(0)
            assert asyncio.get_running_loop().time() - began > 1
            await ask(server, "CONFIG", "SET", "appendfsync", "no")
            await other.append(append_of(retracted("c")))
            with pytest.raises(UnfitServer, match="appendfsync"):
                await log.settle(0)


_BUSY = {"aof_pending_bio_fsync": "1"}
_QUIET = {
    "aof_delayed_fsync": "0",
    "aof_last_write_status": "ok",
    "aof_pending_bio_fsync": "0",
    "aof_rewrites": "0",
}


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("shown", "settled"),
    [
        pytest.param([{}, {}, _BUSY, {}], True, id="done"),
        pytest.param([{}, {}, _BUSY, _BUSY], False, id="at-work"),
        pytest.param([{}] * 3 + [{"aof_last_write_status": "err"}], False, id="failed"),
        pytest.param([{"aof_rewrites": "9"}] + [{}] * 3, False, id="another-file"),
        pytest.param([{}] * 3 + [{"aof_delayed_fsync": "1"}], False, id="written-late"),
    ],
)
async def test_everysec_is_settled_once_the_server_shows_it(
    monkeypatch: pytest.MonkeyPatch, shown: list[dict[str, str]], settled: bool
) -> None:
    """Not settled while the server still synchronises, where that failed, and where the write may
    be in a file, or in a moment, that its INFO does not show."""
    fields, told = settling._fields, iter(shown)
    monkeypatch.setattr(settling, "_fields", lambda info: fields(info) | _QUIET | next(told))
    with ValkeyServer(*AOF, "--appendfsync", "everysec") as server:
        async with opened(server.url) as log:
            await log.append(append_of(retracted("a")))
            assert await log.settle(0) == settled


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("file", [(), AOF])
async def test_replicated_waits_for_a_replica(
    monkeypatch: pytest.MonkeyPatch, file: tuple[str, ...]
) -> None:
    """Settled once a replica has it, on its disk where it has a file; not settled while none
    answers; neither settled nor written without one."""
    with ValkeyServer(*PRIMARY, tcp=True) as primary:
        replica = ValkeyServer("--replicaof", f"127.0.0.1 {primary.port}", *file)
        with replica:
            await ask(primary, "SET", "a", "b")
            assert await ask(primary, "WAIT", 1, 10_000) == 1
            async with opened(primary.url) as log:
                await settled_by_replicas(log, primary, replica, monkeypatch, bool(file))


async def settled_by_replicas(
    log: RedisLog,
    primary: ValkeyServer,
    replica: ValkeyServer,
    monkeypatch: pytest.MonkeyPatch,
    keeps: bool,
) -> None:
    """Look at what is settled while the replica works, while it does not, and once it is gone."""
    assert log.durability == "replicated"
    await log.append(append_of(retracted("a")))
    assert await log.settle(0)
    with monkeypatch.context() as patch:
        patch.setattr(settling, "_WAIT", 200)
        if keeps:
            await ask(replica, "CONFIG", "SET", "appendfsync", "no")
            await log.append(append_of(retracted("b")))
            assert not await log.settle(0)  # it has received all of it long before
            await ask(replica, "CONFIG", "SET", "appendfsync", "everysec")
        pid = int((await ask(replica, "INFO", "server"))["process_id"])
        os.kill(pid, signal.SIGSTOP)
        await log.append(append_of(retracted("c")))
        assert not await log.settle(0)
        os.kill(pid, signal.SIGCONT)
    assert await log.settle(0)
    head = await log.head(0)
    replica.kill()
    async with asyncio.timeout(20):
        while (await ask(primary, "INFO", "replication"))["connected_slaves"]:
            pass
    with pytest.raises(UnfitServer, match="would lose events"):
        await log.settle(0)
    with pytest.raises(UnfitServer, match="would lose events"):
        await log.append(append_of(retracted("d")))
    assert await log.head(0) == head


@pytest.mark.usefixtures("hurried")
async def test_another_log_is_not_written_to() -> None:
    """Where the log is gone, waiting says so and leaves nothing behind."""
    with ValkeyServer(*AOF, "--appendfsync", "everysec") as server:
        async with opened(server.url) as log:
            await ask(server, "FLUSHALL")
            with pytest.raises(LogReplaced):
                await log.settle(0)
        assert await ask(server, "DBSIZE") == 0


@pytest.mark.usefixtures("hurried")
async def test_a_cluster_waits_at_the_partition_s_server() -> None:
    """Of two servers the one that has the partition waits and is asked for its mark, and only that
    one."""
    bus = free_port()
    with cluster_node(free_port()) as one, cluster_node(bus) as other:
        await ask(one, "CLUSTER", "ADDSLOTSRANGE", 0, 8191)
        await ask(other, "CLUSTER", "ADDSLOTSRANGE", 8192, 16383)
        await ask(one, "CLUSTER", "MEET", "127.0.0.1", other.port, bus)
        for server in (one, other):
            # Told of each other, they agree within a second or two.
            while b"cluster_state:ok" not in await ask(server, "CLUSTER", "INFO"):
                await looked_again()
        async with opened(f"redis+cluster://127.0.0.1:{one.port}", 4) as log:
            for partition in range(4):
                for server in (one, other):
                    await ask(server, "CONFIG", "RESETSTAT")
                assert await log.settle(partition)
                key = f"onrecord:{{{partition}}}:revisions"
                is_first = await ask(one, "CLUSTER", "KEYSLOT", key) < 8192
                assert [await waited(server) for server in (one, other)] == [is_first, not is_first]
                await ask(one if is_first else other, "DEL", key)
                with pytest.raises(LogReplaced):
                    await log.settle(partition)
            await ask(other, "CONFIG", "SET", "appendfsync", "no")
            with pytest.raises(UnfitServer):
                await log.settle(2)


def cluster_node(bus: int) -> ValkeyServer:
    cluster = ("--cluster-enabled", "yes", "--cluster-port", str(bus))
    return ValkeyServer(*AOF, "--appendfsync", "everysec", *cluster, tcp=True)


async def waited(server: ValkeyServer) -> bool:
    """Whether it was asked to wait since its numbers were reset."""
    return "cmdstat_waitaof" in await ask(server, "INFO", "commandstats")


async def test_fsync_has_nothing_to_wait_for() -> None:
    """At `fsync` what was read is on the disk: the server is asked for its level and no more."""
    with ValkeyServer(*DURABLE) as server:
        async with opened(server.url) as log:
            await ask(server, "CONFIG", "RESETSTAT")
            assert await log.settle(0)
            calls = await ask(server, "INFO", "commandstats")
            assert not {"cmdstat_eval", "cmdstat_wait", "cmdstat_waitaof"} & calls.keys()
            server.kill()
            with pytest.raises(LogUnavailable):
                await log.settle(0)
