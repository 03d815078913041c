"""The processes of a service: whatever is killed or replaced, the others go on."""

from __future__ import annotations

import asyncio
import json
import os
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
from tests.serving import Service, Timeline, said

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at /proc")


service = service_processes.service
client = service_processes.client


@pytest.fixture
async def timeline(client: httpx.AsyncClient, request: pytest.FixtureRequest) -> Timeline:
    found = Timeline(client, request.node.name.replace("_", "-")[:40])
    answer = await client.put(found.path, json={"title": "Processes"})
    assert answer.status_code == 201, answer.text
    return found


async def until_ready(client: httpx.AsyncClient) -> None:
    """Ask until everything is at work again."""
    async with asyncio.timeout(LIMIT):
        while True:
            with suppress(httpx.TransportError):
                if (await client.get("/health/ready")).status_code == 200:
                    return
            await looked_again()


@asynccontextmanager
async def answering(
    service: Service, callers: int, path: str
) -> AsyncIterator[list[int | Exception]]:
    """So many callers that ask over and over, each by its own connection; all that they heard."""
    heard: list[int | Exception] = []

    async def ask() -> None:
        async with service.async_client(timeout=LIMIT) as own:
            while True:
                try:
                    heard.append((await own.get(path)).status_code)
                except httpx.TransportError as error:
                    heard.append(error)

    tasks = [asyncio.create_task(ask()) for _ in range(callers)]
    try:
        yield heard
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_worker_that_is_killed_takes_nothing_with_it(
    service: Service, client: httpx.AsyncClient, timeline: Timeline
) -> None:
    """Under load, a killed worker costs its own callers one answer each; another one takes its
    place within a second, and what was counted before does not go back."""
    await timeline.record(said("a"))
    before = await pids(client, "worker")
    counted = await requests_counted(client)
    async with answering(service, 8, f"{timeline.path}/statements") as heard:
        await until(lambda: len(heard) >= 40)
        os.kill(victim := min(before), signal.SIGKILL)
        began = asyncio.get_running_loop().time()
        while len(after := await pids_if_any(service, "worker")) < 2 or victim in after:
            await looked_again()
        took = asyncio.get_running_loop().time() - began
        reached = len(heard) + 40
        await until(lambda: len(heard) >= reached)
    lost = [one for one in heard if one != 200]
    assert len(lost) <= 8
    assert all(isinstance(one, httpx.TransportError) for one in lost)
    assert after > before - {victim}
    assert took < 10  # a second on a machine that does nothing else
    assert await requests_counted(client) >= counted


async def test_health_counts_the_restarts_of_valkey_and_began_with_the_supervisor(
    client: httpx.AsyncClient,
) -> None:
    """A Valkey that is killed is listed with a restart more, as other processes are; the supervisor
    is listed before anything that it started."""
    listed = {process["role"]: process for process in (await health(client))["processes"]}
    assert listed["supervisor"]["since"] <= min(process["since"] for process in listed.values())
    os.kill(before := listed["valkey"]["pid"], signal.SIGKILL)
    async with asyncio.timeout(LIMIT):
        while (await pids(client, "valkey")) <= {before}:
            await looked_again()
    listed_again = {process["role"]: process for process in (await health(client))["processes"]}
    assert listed_again["valkey"]["restarts"] == listed["valkey"]["restarts"] + 1
    await until_ready(client)


async def pids_if_any(service: Service, role: str) -> set[int]:
    try:
        async with service.async_client(timeout=LIMIT) as own:
            return await pids(own, role)
    except httpx.TransportError:
        return set()


async def requests_counted(client: httpx.AsyncClient) -> float:
    """All requests that the service has counted."""
    name = "onrecord_request_duration_seconds_count"
    lines = (await client.get("/metrics")).text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


async def test_while_the_keeper_is_away_reading_and_writing_go_on(
    service: Service, client: httpx.AsyncClient, timeline: Timeline
) -> None:
    """What is written while the keeper is dead is acknowledged, what was folded is read, and the
    next keeper folds the rest, for those who wait for it too."""
    revision = await timeline.record(said("a"))
    [keeper] = await pids(client, "keeper")
    os.kill(keeper, signal.SIGKILL)
    answer = await client.post(f"{timeline.path}/statements", json=said("b"))
    assert answer.status_code == 201
    assert (await timeline.get("/statements/a")).status_code == 200
    seen = await timeline.get("/statements/b", min_revision=revision + 1)
    assert seen.status_code == 200, seen.text
    assert keeper not in await pids(client, "keeper")
    signed = await client.post(
        f"{timeline.path}/statements", params={"wait": "checkpoint"}, json=said("c")
    )
    assert signed.headers["Onrecord-Checkpoint"] != "pending"
    await until_ready(client)


async def test_a_stream_goes_on_over_a_keeper_and_another_worker(
    service: Service, client: httpx.AsyncClient, timeline: Timeline
) -> None:
    """A subscriber that comes back with its last id, whichever worker and keeper there are by then,
    hears of every event once, in order."""
    await timeline.record(said("a"))
    heard: list[int] = []
    async with asyncio.timeout(LIMIT):
        async for revision in followed(service, timeline.path, 0):
            heard.append(revision)
            if revision == 2:
                await kill(client, "keeper")
                await client.post(f"{timeline.path}/statements", json=said("b"))
            if revision == 3:
                await kill(client, "worker")
        await until_ready(client)
        await timeline.record(said("c"), said("d"))
        async for revision in followed(service, timeline.path, heard[-1]):
            heard.append(revision)
            if revision == 5:
                break
    assert heard == [1, 2, 3, 4, 5]


async def kill(client: httpx.AsyncClient, role: str) -> None:
    """All processes of the role."""
    for pid in await pids(client, role):
        os.kill(pid, signal.SIGKILL)


async def followed(service: Service, path: str, after: int) -> AsyncIterator[int]:
    """The revisions of the events on a stream, until it ends or its connection is lost."""
    async with service.async_client(timeout=LIMIT) as own:
        with suppress(httpx.TransportError):
            async with own.stream("GET", f"{path}/live", params={"after": after}) as stream:
                async for line in stream.aiter_lines():
                    if line.startswith("data: ") and '"revision":' in line:
                        event = json.loads(line.removeprefix("data: "))
                        if "id" in event:
                            yield event["revision"]


async def test_a_hangup_replaces_the_workers_and_loses_no_answer(
    service: Service, client: httpx.AsyncClient, timeline: Timeline
) -> None:
    """SIGHUP under load: every request is answered, and both workers are others afterwards."""
    await timeline.record(said("a"))
    before = await pids(client, "worker")
    async with answering(service, 8, f"{timeline.path}/statements") as heard:
        service.process.send_signal(signal.SIGHUP)
        async with asyncio.timeout(LIMIT):
            while len(after := await pids(client, "worker")) != 2 or after & before:
                await looked_again()
        assert {*heard} == {200}


async def test_ones_own_write_is_read_through_every_worker(
    service: Service, timeline: Timeline
) -> None:
    """A revision that one worker answered can be read by connections to all of them."""
    for number in range(20):
        revision = await timeline.record(said(f"s{number}"))
        async with service.async_client(timeout=LIMIT) as other:
            answer = await other.get(
                f"{timeline.path}/statements/s{number}", params={"min_revision": revision}
            )
            assert answer.status_code == 200
