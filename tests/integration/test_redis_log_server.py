"""Which servers the log takes, how durable it says that they are, and how they are found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from events.errors import LogRefused, LogUnavailable, UnfitServer
from events.log.contract import Durability, partition_of
from events.log.redis import RedisLog, open_redis_log
from tests.looks import looked_again
from tests.seals import append_of, audit, retracted
from tests.servers import DURABLE, ValkeyServer, free_port

AOF = ("--appendonly", "yes")


async def ask(server: ValkeyServer, *command: str | int) -> Any:
    """The server's answer to a command; each has a connection of its own."""
    client: Any = Redis(unix_socket_path=str(server.socket), protocol=2)
    async with client:
        return await client.execute_command(*command)


async def round_trip(log: RedisLog) -> None:
    """Append to every partition and read it back."""
    for i in range(12):
        await log.append(append_of(retracted("a", timeline=f"t{i}")))
    await audit(log)
    for partition in range(log.identity.partitions):
        wanted = sum(partition_of(f"t{i}", log.identity.partitions) == partition for i in range(12))
        batch = await anext(log.follow(partition, 0))
        assert len(batch) == wanted
        assert list(await log.fetch(partition, [1, 3])) == [batch[0], *batch[2:3]]
    await log.check()


@pytest.mark.parametrize(
    ("options", "level"),
    [
        (DURABLE, "fsync"),
        ((*AOF, "--appendfsync", "everysec"), "everysec"),
    ],
)
async def test_the_level_is_read_from_the_server(
    options: tuple[str, ...], level: Durability
) -> None:
    """The level is what the server's own settings promise."""
    with ValkeyServer(*options) as server:
        log = await open_redis_log(server.url)
        assert log.durability == level
        await log.close()


async def test_a_server_with_too_many_clients_is_reported_as_that() -> None:
    """Over a Unix socket, too: what the server says before it closes the connection is the reason,
    not the connection that was lost."""
    with ValkeyServer(*DURABLE) as server:
        holding: Any = Redis(unix_socket_path=str(server.socket), protocol=2)
        async with holding:
            await holding.config_set("maxclients", 1)
            with pytest.raises(LogRefused, match="max number of clients reached"):
                await open_redis_log(server.url)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--appendonly", "no"), "set appendonly to yes"),
        ((*AOF, "--appendfsync", "no"), "set appendonly to yes and appendfsync"),
    ],
)
async def test_a_server_that_forgets_is_refused(options: tuple[str, ...], sentence: str) -> None:
    """Without an append-only file that is written out, a log needs leave to lose events."""
    with ValkeyServer(*options) as server:
        with pytest.raises(UnfitServer, match=sentence):
            await open_redis_log(server.url)
        log = await open_redis_log(server.url, allow_volatile=True)
        assert log.durability == "volatile"
        await log.close()


async def test_a_server_that_evicts_is_refused() -> None:
    """No leave is given to a server that would throw events away when it is full."""
    with (
        ValkeyServer(*DURABLE, "--maxmemory-policy", "allkeys-lru") as server,
        pytest.raises(UnfitServer, match="set maxmemory-policy to noeviction"),
    ):
        await open_redis_log(server.url, allow_volatile=True)


async def test_replicas() -> None:
    """A replica is refused; a primary without a file but with a replica is `replicated`."""
    with (
        ValkeyServer("--repl-diskless-sync-delay", "0", tcp=True) as primary,
        ValkeyServer("--replicaof", f"127.0.0.1 {primary.port}") as replica,
    ):
        await ask(primary, "SET", "a", "b")
        assert await ask(primary, "WAIT", 1, 10_000) == 1
        with pytest.raises(UnfitServer, match="give the address of its primary"):
            await open_redis_log(replica.url)
        log = await open_redis_log(f"redis://127.0.0.1:{primary.port}/3")
        assert log.durability == "replicated"
        await round_trip(log)
        await log.close()


async def test_a_server_that_tells_nothing() -> None:
    """Where CONFIG GET is forbidden, it is said what to allow, and a level may be given."""
    with ValkeyServer(*DURABLE, tcp=True) as server:
        await ask(server, "ACL", "SETUSER", "desk", "on", ">secret", "~*", "+@all", "-config")
        url = f"redis://desk:secret@127.0.0.1:{server.port}"
        with pytest.raises(UnfitServer, match=r"allow CONFIG GET \(ACL SETUSER"):
            await open_redis_log(url)
        for given in ("fsync", "volatile"):
            log = await open_redis_log(
                url, level="fsync" if given == "fsync" else None, allow_volatile=True
            )
            assert log.durability == given
            await log.close()
        with pytest.raises(LogUnavailable):
            await open_redis_log(f"redis://desk:wrong@127.0.0.1:{server.port}")


async def test_a_cluster() -> None:
    """On a cluster the log works in all partitions, and a plain URL of one is reported."""
    cluster = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    with ValkeyServer(*DURABLE, *cluster, tcp=True) as server:
        await ask(server, "CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        while b"cluster_state:ok" not in await ask(server, "CLUSTER", "INFO"):
            await looked_again()
        with pytest.raises(UnfitServer, match=r"redis\+cluster://"):
            await open_redis_log(server.url)
        url = f"redis+cluster://127.0.0.1:{server.port},127.0.0.1:1"
        log = await open_redis_log(url, partitions=4)
        assert log.durability == "fsync"
        await round_trip(log)
        server.kill()
        with pytest.raises(LogUnavailable):
            await log.read(0, 0, 1)
        await log.close()


async def test_a_cluster_that_lacks_slots_refuses() -> None:
    """A part of the cluster is down: that is the reason of whatever is not answered, and nothing is
    written; with all slots there it goes on."""
    cluster = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    with ValkeyServer(*DURABLE, *cluster, tcp=True) as server:

        async def reach(state: bytes) -> None:
            while b"cluster_state:" + state not in await ask(server, "CLUSTER", "INFO"):
                await looked_again()

        await ask(server, "CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        await reach(b"ok")
        log = await open_redis_log(f"redis+cluster://127.0.0.1:{server.port}", partitions=2)
        await ask(server, "CLUSTER", "DELSLOTS", 1)
        await reach(b"fail")
        for _ in range(2):
            with pytest.raises(LogRefused, match="CLUSTERDOWN"):
                await log.append(append_of(retracted("a")))
            with pytest.raises(LogRefused, match="CLUSTERDOWN"):
                await log.check()
            refusals = await log.refusals()
            assert [str(error).count("CLUSTERDOWN") for error in refusals.values()] == [1, 1]
        await ask(server, "CLUSTER", "ADDSLOTS", 1)
        await reach(b"ok")
        assert (await log.append(append_of(retracted("a")))).revision == 1
        assert await log.refusals() == {}
        await log.close()


async def test_a_primary_that_sentinel_names(tmp_path: Path) -> None:
    """The log asks Sentinel for the primary and works on it."""
    with ValkeyServer(*DURABLE, tcp=True) as server:
        config = tmp_path / "sentinel.conf"
        config.write_text(f"sentinel monitor desk 127.0.0.1 {server.port} 1\n")
        with ValkeyServer(config=config, tcp=True) as sentinel:
            log = await open_redis_log(
                f"redis+sentinel://127.0.0.1:1,127.0.0.1:{sentinel.port}/desk"
            )
            await round_trip(log)
            await log.close()
            with pytest.raises(LogUnavailable):
                await open_redis_log(f"redis+sentinel://127.0.0.1:{sentinel.port}/other")


async def test_a_sentinel_with_a_password(tmp_path: Path) -> None:
    """Sentinels that want a password are given theirs, which is not the server's."""
    with ValkeyServer(*DURABLE, "--requirepass", "inner", tcp=True) as server:
        config = tmp_path / "sentinel.conf"
        config.write_text(
            f"sentinel monitor desk 127.0.0.1 {server.port} 1\n"
            "sentinel auth-pass desk inner\nrequirepass outer\n"
        )
        with ValkeyServer(config=config, tcp=True) as sentinel:
            url = f"redis+sentinel://:inner@127.0.0.1:{sentinel.port}/desk"
            log = await open_redis_log(f"{url}?sentinel_password=outer")
            await round_trip(log)
            await log.close()
            for wrong in ("", "?sentinel_password=inner"):
                with pytest.raises(LogUnavailable):
                    await open_redis_log(url + wrong)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1",
        "redis+sentinel://127.0.0.1:26379",
        "redis://127.0.0.1:port",
        "redis://127.0.0.1?no_such_option=1",
        "redis+cluster://127.0.0.1:port",
    ],
)
async def test_a_url_that_is_none(url: str) -> None:
    """A URL that cannot be read is refused with a sentence, before anything is connected."""
    with pytest.raises(UnfitServer, match="The log's URL cannot be read"):
        await open_redis_log(url)


async def test_nobody_there() -> None:
    """An address without a server is `LogUnavailable`."""
    for url in ("unix:///nonexistent", "redis://127.0.0.1:1", "redis+cluster://127.0.0.1:1"):
        with pytest.raises(LogUnavailable):
            await open_redis_log(url)
