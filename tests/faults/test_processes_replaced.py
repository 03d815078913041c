"""What hinders a supervisor that replaces its processes, and that nothing of it lasts."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.faults import service_processes
from tests.faults.service_processes import health, pids, until
from tests.looks import looked_again
from tests.program import LIMIT
from tests.serving import Service, running

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at /proc")


service = service_processes.service
client = service_processes.client


def children_of(pid: int) -> set[int]:
    return {*map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())}


@asynccontextmanager
async def successor(service: Service, keeper: int) -> AsyncIterator[int]:
    """Hang up on the service: the process that is to take a worker's place. It cannot start before
    the block ends, because it waits for the keeper, which is stopped."""
    before = children_of(service.process.pid)
    os.kill(keeper, signal.SIGSTOP)
    try:
        service.process.send_signal(signal.SIGHUP)
        await until(lambda: not before >= children_of(service.process.pid))
        [new] = children_of(service.process.pid) - before
        yield new
    finally:
        os.kill(keeper, signal.SIGCONT)


async def until_replaced(service: Service, before: set[int]) -> set[int]:
    """Wait until two workers answer, none of which is one of these."""
    async with asyncio.timeout(LIMIT):
        while True:
            with suppress(httpx.TransportError):
                async with service.async_client(timeout=LIMIT) as own:
                    found = await pids(own, "worker")
                    if len(found) == 2 and not found & before:
                        return found
            await looked_again()


async def test_a_hangup_whose_new_worker_is_killed_can_be_repeated(
    service: Service, client: httpx.AsyncClient
) -> None:
    """The workers stay, no further one comes, and the next hangup replaces them."""
    before = await pids(client, "worker")
    [keeper] = await pids(client, "keeper")
    said = "a worker cannot be replaced"
    told = service.log.read_text().count(said)
    async with successor(service, keeper) as new:
        os.kill(new, signal.SIGKILL)
        await until(lambda: service.log.read_text().count(said) > told)
    assert await pids(client, "worker") == before
    service.process.send_signal(signal.SIGHUP)
    await until_replaced(service, before)


async def test_a_worker_that_dies_while_it_is_replaced_is_started_again(
    service: Service, client: httpx.AsyncClient
) -> None:
    """Also if the one that was to take its place dies."""
    before = await pids(client, "worker")
    [keeper] = await pids(client, "keeper")
    async with successor(service, keeper) as new:
        for victim in (*before, new):
            os.kill(victim, signal.SIGKILL)
    await until_replaced(service, {*before, new})


async def test_a_process_for_which_there_is_no_room_is_started_when_there_is(
    service: Service, client: httpx.AsyncClient
) -> None:
    """While the supervisor can open nothing more, it says so, and tries again."""
    before = await pids(client, "worker")
    supervisor = service.process.pid
    limits = resource.prlimit(supervisor, resource.RLIMIT_NOFILE)
    resource.prlimit(supervisor, resource.RLIMIT_NOFILE, (3, limits[1]))
    try:
        for victim in before:
            os.kill(victim, signal.SIGKILL)
        no_room = "the system has no room for a process (Too many open files)"
        await until(lambda: no_room in service.log.read_text())
    finally:
        resource.prlimit(supervisor, resource.RLIMIT_NOFILE, limits)
    await until_replaced(service, before)


async def test_processes_that_die_while_the_log_is_away_are_back_with_it(
    service: Service, client: httpx.AsyncClient
) -> None:
    """They wait for it, instead of dying again and again with longer and longer pauses."""
    before = {process["role"]: process for process in (await health(client))["processes"]}
    manifest = service.data / "valkey" / "appendonlydir" / "appendonly.aof.manifest"
    kept = manifest.rename(service.data.parent / "manifest")
    try:
        for role in ("valkey", "keeper"):
            os.kill(before[role]["pid"], signal.SIGKILL)
        await until(lambda: "waits for the log's server" in service.log.read_text())
        left = (await health(client))["processes"]
        assert [process["pid"] for process in left if process["role"] == "valkey"] == []
    finally:
        kept.rename(manifest)
    async with asyncio.timeout(LIMIT):
        while not (now := await health(client))["ready"]:
            await looked_again()
    [keeper] = [process for process in now["processes"] if process["role"] == "keeper"]
    assert keeper["restarts"] == before["keeper"]["restarts"] + 1


def test_a_hangup_while_the_service_ends_starts_nothing(tmp_path: Path) -> None:
    """The service ends as if nobody had hung up."""
    with running(tmp_path, "--workers", "1") as ending:
        ending.process.send_signal(signal.SIGTERM)
        ending.process.send_signal(signal.SIGHUP)
        assert ending.process.wait(timeout=LIMIT) == 0
        assert "replaced" not in ending.log.read_text()
