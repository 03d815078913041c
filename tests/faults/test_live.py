"""Live streams while clients and servers come and go."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import socket
import struct
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.crowd import Crowd
from tests.looks import looked_again
from tests.searches import of
from tests.servers import DURABLE, ValkeyServer
from tests.serving import Service, Timeline, running, said
from tests.streams import LiveSocket

PATH = "/v1/timelines/crowd"
EVENTS, EACH, SUBSCRIBERS = 2_000, 25, of(500)


async def test_each_of_a_crowd_hears_exactly_the_log(tmp_path: Path) -> None:
    """Hundreds of subscribers and 2,000 events, clients that leave and resume, one that does not
    read, and a service that is killed on the way and comes back with more workers: whoever listens
    hears each event once, in order, with the bytes that the log has; and the one that did not is
    only a cursor behind."""
    seed = random.randrange(2**32)
    crowd = Crowd(f"{PATH}/live", EVENTS + 1, SUBSCRIBERS, seed)
    with running(tmp_path, "--workers", "2") as service:
        crowd.at(service.url)
        await open_timeline(service, PATH)
        listening = asyncio.create_task(crowd.listen())
        await write(service, range(EVENTS // 2))
        crowd.up.clear()
        service.process.kill()
        await asyncio.to_thread(service.process.wait)
    with running(tmp_path, "--workers", "4") as service:
        stalled = stalled_reader(service, f"{PATH}/live?after=0")
        crowd.at(service.url)
        await write(service, range(EVENTS // 2, EVENTS))
        async with asyncio.timeout(240):
            await listening
        assert crowd.faults == [], seed
        assert sum(listener.comings for listener in crowd.listeners) > SUBSCRIBERS
        late = stalled_reader(service, f"{PATH}/live?after=0")  # the other may be cut off by now
        async with asyncio.timeout(30):
            while not await lag(service):  # a worker says once a second how far its streams are
                await looked_again()
        stalled.close()
        late.close()
        async with await LiveSocket.open(service.url, f"{PATH}/live?after=0") as live:
            heard = await live.until("caught-up")
        assert [frame.data for frame in heard[:-1]] == await recorded(service)


def stalled_reader(service: Service, path: str) -> socket.socket:
    """A client that asks and does not read, with little room for what it is sent."""
    address = urlsplit(service.url)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.connect((address.hostname, address.port))
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
    return client


async def test_clients_that_leave_at_once_keep_nothing(tmp_path: Path) -> None:
    """Some hundred clients that ask for a stream and leave without waiting for it, politely, rudely
    and with another request behind it: none of them is still counted afterwards, nothing fails on
    the way, and a stream opens as before."""
    with running(tmp_path, "--workers", "2") as service:
        await open_timeline(service, PATH)
        for number in range(300):
            leave_at_once(service, f"{PATH}/live", rudely=number % 2 == 0, more=number % 3)
        async with asyncio.timeout(60):
            while await metric(service, "onrecord_live_subscribers"):
                await looked_again()
        async with await LiveSocket.open(service.url, f"{PATH}/live") as live:
            await live.until("caught-up")
            assert await metric(service, "onrecord_live_subscribers") == 1
    assert "Error" not in service.log.read_text()


def leave_at_once(service: Service, path: str, *, rudely: bool, more: int) -> None:
    """Ask for a stream and close the connection: with `rudely` by a reset. So many `more` requests
    are sent behind the first."""
    address = urlsplit(service.url)
    with socket.create_connection((address.hostname or "", address.port or 0)) as client:
        if rudely:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request = f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode()
        client.sendall(request * (1 + more))


async def open_timeline(service: Service, path: str) -> None:
    async with service.async_client() as client:
        assert (await client.put(path, json={"title": "Crowd"})).status_code == 201


async def write(service: Service, numbers: range) -> None:
    """The statements of these numbers, in arrays."""
    async with service.async_client(timeout=60) as client:
        timeline = Timeline(client, "crowd")
        for start in range(numbers.start, numbers.stop, EACH):
            await timeline.record(*[said(f"s{n}") for n in range(start, start + EACH)])


async def recorded(service: Service) -> list[Any]:
    """Every event, as the log has it."""
    async with service.async_client(timeout=60) as client:
        answer = await client.get(f"{PATH}/events", headers={"Accept": "application/x-ndjson"})
    return [json.loads(line) for line in answer.text.splitlines()]


async def lag(service: Service) -> float:
    """How far the slowest subscriber is behind."""
    return await metric(service, "onrecord_live_lag_events")


async def metric(service: Service, name: str) -> float:
    """What the service counts under the name."""
    async with service.async_client() as client:
        shown = (await client.get("/metrics")).text
    [line] = [x for x in shown.splitlines() if x.startswith(f"{name} ")]
    return float(line.split()[1])


async def test_a_replica_tells_what_was_written_through_another(tmp_path: Path) -> None:
    """Two services over one server: who subscribes to the one hears what the other recorded, also
    after the server was killed and came back; and resumes at the other with the same id."""
    folders = tmp_path / "first", tmp_path / "second"
    for folder in folders:
        folder.mkdir()
    with (
        ValkeyServer(*DURABLE) as valkey,
        running(folders[0], "--redis-url", valkey.url) as first,
    ):
        (folders[1] / "data").mkdir()
        shutil.copy(folders[0] / "data" / "seal.key", folders[1] / "data" / "seal.key")
        with running(folders[1], "--redis-url", valkey.url) as second:
            await open_timeline(first, PATH)
            await folded(second, 1)
            async with await LiveSocket.open(second.url, f"{PATH}/live?after=0") as live:
                await live.until("caught-up")
                await write(first, range(EACH))
                [*_, last] = [await anext(frames) for frames in [aiter(live)] for _ in range(EACH)]
                assert last.id == str(EACH + 1)
                await asyncio.to_thread(valkey.kill)
                await asyncio.to_thread(valkey.start)
                await write_when_there(first, said("after"))
                [frame] = await live.until("statement.recorded")
                assert frame.data["revision"] == EACH + 2
            await folded(first, EACH + 2)
            headers = {"Last-Event-ID": str(EACH)}
            async with await LiveSocket.open(first.url, f"{PATH}/live", headers) as live:
                frames = await live.until("caught-up")
            assert [frame.id for frame in frames] == [str(EACH + n) for n in (1, 2, 2)]


async def folded(service: Service, revision: int) -> None:
    """Return once the service can show it."""
    async with service.async_client(timeout=60) as client:
        answer = await client.get(PATH, params={"min_revision": revision})
        assert answer.status_code == 200, answer.text


async def write_when_there(service: Service, statement: dict[str, Any]) -> None:
    """Record it, as soon as the log answers again."""
    async with service.async_client(timeout=60) as client:
        async with asyncio.timeout(60):
            while True:
                answer = await client.post(f"{PATH}/statements", json=statement)
                if answer.status_code != 503:
                    break
                await looked_again()
        assert answer.status_code in {200, 201}, answer.text
