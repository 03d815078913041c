"""Whether the log tells what is kept at its level from what is not yet."""

from __future__ import annotations

import pytest

from events.errors import LogReplaced
from events.redis_log import open_redis_log
from tests.integration.test_redis_log_server import ask
from tests.seals import append_of, retracted
from tests.servers import DURABLE, ValkeyServer, free_port

AOF = ("--appendonly", "yes", "--save", "")
PRIMARY = ("--save", "", "--repl-diskless-sync-delay", "0")


async def test_everysec_waits_for_the_disk() -> None:
    """What others wrote is waited for too: settled while the file is synchronised, and not settled
    once nothing synchronises it."""
    with ValkeyServer(*AOF, "--appendfsync", "everysec") as server:
        log = await open_redis_log(server.url)
        other = await open_redis_log(server.url)
        await other.append(append_of(retracted("a")))
        assert await log.settle(0)
        await ask(server, "CONFIG", "SET", "appendfsync", "no")
        await other.append(append_of(retracted("b")))
        assert not await log.settle(0)
        for each in (log, other):
            await each.close()


@pytest.mark.parametrize("file", [(), AOF])
async def test_replicated_waits_for_a_replica(file: tuple[str, ...]) -> None:
    """Settled once a replica has it, on its disk where it has a file; not settled without one."""
    with ValkeyServer(*PRIMARY, tcp=True) as primary:
        replica = ValkeyServer("--replicaof", f"127.0.0.1 {primary.port}", *file)
        with replica:
            await ask(primary, "SET", "a", "b")
            assert await ask(primary, "WAIT", 1, 10_000) == 1
            log = await open_redis_log(primary.url)
            assert log.durability == "replicated"
            await log.append(append_of(retracted("a")))
            assert await log.settle(0)
            assert await log.settle(0)
            replica.kill()
            await log.append(append_of(retracted("b")))
            assert not await log.settle(0)
        await log.close()


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
    """On a cluster the wait goes to the server that has the partition."""
    cluster = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    with ValkeyServer(*AOF, "--appendfsync", "everysec", *cluster, tcp=True) as server:
        await ask(server, "CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        while b"cluster_state:ok" not in await ask(server, "CLUSTER", "INFO"):
            pass
        log = await open_redis_log(f"redis+cluster://127.0.0.1:{server.port}", partitions=4)
        for partition in range(4):
            assert await log.settle(partition)
        await ask(server, "CONFIG", "SET", "appendfsync", "no")
        assert not await log.settle(2)
        await log.close()


async def test_fsync_has_nothing_to_wait_for() -> None:
    """At `fsync` what was read is on the disk: the server is not asked."""
    with ValkeyServer(*DURABLE) as server:
        log = await open_redis_log(server.url)
        server.kill()
        assert await log.settle(0)
        await log.close()
