"""Whether the log distinguishes what is kept at its level from what is not yet."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal

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


async def test_everysec_waits_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What others wrote is waited for too: not settled where the file is not synchronised in time,
    settled once it is, and refused where nothing is to synchronise it."""
    with ValkeyServer(*AOF, "--appendfsync", "everysec") as server:
        log = await open_redis_log(server.url)
        other = await open_redis_log(server.url)
        with monkeypatch.context() as patch:
            patch.setattr(settling, "_WAIT", 1)
            await unsettled(log, other)
        assert await log.settle(0)
        await ask(server, "CONFIG", "SET", "appendfsync", "no")
        await other.append(append_of(retracted("a")))
        with pytest.raises(UnfitServer, match="appendfsync"):
            await log.settle(0)
        for each in (log, other):
            await each.close()


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
            log = await open_redis_log(primary.url)
            assert log.durability == "replicated"
            await log.append(append_of(retracted("a")))
            assert await log.settle(0)
            with monkeypatch.context() as patch:
                patch.setattr(settling, "_WAIT", 200)
                if file:
                    await unsettled(log, log)  # it has received all of it long before
                pid = int((await ask(replica, "INFO", "server"))["process_id"])
                os.kill(pid, signal.SIGSTOP)
                await log.append(append_of(retracted("b")))
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
                await log.append(append_of(retracted("c")))
            assert await log.head(0) == head
        await log.close()


async def unsettled(log: RedisLog, writer: RedisLog) -> None:
    """Come back once something that `writer` appends is not settled in time."""
    async with asyncio.timeout(20):
        for n in itertools.count():
            await writer.append(append_of(retracted(f"n{n}")))
            if not await log.settle(0):
                return


async def test_another_log_is_not_written_to() -> None:
    """Where the log is gone, waiting says so and leaves nothing behind."""
    with ValkeyServer(*AOF, "--appendfsync", "everysec") as server:
        log = await open_redis_log(server.url)
        await ask(server, "FLUSHALL")
        with pytest.raises(LogReplaced):
            await log.settle(0)
        assert await ask(server, "DBSIZE") == 0
        await log.close()


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
        log = await open_redis_log(f"redis+cluster://127.0.0.1:{one.port}", partitions=4)
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
        await log.close()


def cluster_node(bus: int) -> ValkeyServer:
    cluster = ("--cluster-enabled", "yes", "--cluster-port", str(bus))
    return ValkeyServer(*AOF, "--appendfsync", "everysec", *cluster, tcp=True)


async def waited(server: ValkeyServer) -> bool:
    """Whether it was asked to wait since its numbers were reset."""
    return "cmdstat_waitaof" in await ask(server, "INFO", "commandstats")


async def test_fsync_has_nothing_to_wait_for() -> None:
    """At `fsync` what was read is on the disk: the server is asked for its level and no more."""
    with ValkeyServer(*DURABLE) as server:
        log = await open_redis_log(server.url)
        await ask(server, "CONFIG", "RESETSTAT")
        assert await log.settle(0)
        calls = await ask(server, "INFO", "commandstats")
        assert not {"cmdstat_eval", "cmdstat_wait", "cmdstat_waitaof"} & calls.keys()
        server.kill()
        with pytest.raises(LogUnavailable):
            await log.settle(0)
        await log.close()
