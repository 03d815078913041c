"""The whole service, killed at random: what was acknowledged is there, once, without a gap."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis.asyncio

from tests.faults.recorded_events import events_of
from tests.looks import looked_again
from tests.searches import of
from tests.serving import Service, running, stream_of

WRITERS = 64
EACH = max(of(12), 7)
VICTIMS = ("valkey", "service", "both", "valkey", "service")[: max(of(5), 3)]
PATH = "/v1/timelines/under-fire"


class Fire:
    """A service that dies and comes back, and what its writers were promised meanwhile."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._random = random.Random(seed)
        self._up = asyncio.Event()
        self._client = httpx.AsyncClient()
        self._acknowledged = asyncio.Condition()
        self.promises: dict[str, tuple[int, str]] = {}

    @asynccontextmanager
    async def service(self) -> AsyncIterator[Service]:
        """The service over the data of its earlier runs, with two workers or four, until the block
        ends."""
        workers = self._random.choice(("2", "4"))
        with running(self._folder, "--workers", workers) as service:
            async with service.async_client(timeout=30) as self._client:
                await open_timeline(self._client)
                self._up.set()
                yield service
                self.stop()

    def stop(self) -> None:
        """Nothing new is begun until the next run; what is on its way stays on its way."""
        self._up.clear()

    async def write(self, n: int) -> None:
        """One writer: each statement is repeated with the same id or key until it is answered."""
        for i in range(EACH):
            name = f"w{n}-{i}"
            body: dict[str, Any] = {
                "kind": "claim",
                "text": f"This is {name}.",
                "said": {"by": f"Writer {n}", "on": "2025-04"},
            }
            headers = {"Idempotency-Key": name} if n % 2 else {}
            answer = await self._until_answered(body if n % 2 else body | {"id": name}, headers)
            item = answer["items"][0]
            async with self._acknowledged:
                self.promises[name] = (item["revision"], item["id"])
                self._acknowledged.notify_all()

    async def some_more(self) -> None:
        """Waits until a random number of further statements was acknowledged."""
        wanted = len(self.promises) + self._random.randint(20, 120)
        async with self._acknowledged:
            await self._acknowledged.wait_for(
                lambda: len(self.promises) >= min(wanted, WRITERS * EACH)
            )

    async def _until_answered(
        self, body: dict[str, Any], headers: dict[str, str]
    ) -> dict[str, Any]:
        while True:
            await self._up.wait()
            try:
                answer = await self._client.post(f"{PATH}/statements", json=body, headers=headers)
            except httpx.TransportError:
                continue
            if answer.status_code != 503:
                assert answer.status_code in {200, 201}, answer.text
                return dict(answer.json())
            await looked_again()  # its Valkey starts again, and needs the processor for that


async def open_timeline(client: httpx.AsyncClient) -> None:
    answer = await client.put(PATH, json={"title": "Under fire"})
    assert answer.status_code in {200, 201}, answer.text


def valkey_of(service: Service) -> int:
    """The process id of the service's own Valkey."""
    processes = service.ask("GET", "/health/ready").json()["processes"]
    (valkey,) = [each["pid"] for each in processes if each["role"] == "valkey"]
    return int(valkey)


async def positions_in(folder: Path) -> list[str]:
    """The stream's own ids, asked of the Valkey itself."""
    socket = str(folder / "data" / "valkey" / "valkey.sock")
    async with redis.asyncio.Redis(unix_socket_path=socket) as server:
        entries: Any = await server.xrange(stream_of("under-fire"))
    return [position.decode() for position, _ in entries]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the child by /proc")
async def test_whatever_was_acknowledged_survives_being_killed(tmp_path: Path) -> None:
    """64 writers; the service, its Valkey, or both are killed with SIGKILL after random numbers of
    acknowledgements: afterwards each promised statement is there at its promised revision, and
    revisions and positions have neither gap nor double."""
    fire = Fire(tmp_path, seed=random.randrange(2**32))
    writers: asyncio.Future[list[None]] | None = None
    for victim in VICTIMS:
        async with fire.service() as service:
            writers = writers or asyncio.gather(*(fire.write(n) for n in range(WRITERS)))
            await fire.some_more()
            if victim in {"valkey", "both"}:
                os.kill(valkey_of(service), signal.SIGKILL)
            if victim == "valkey":
                await fire.some_more()
            fire.stop()
            service.process.kill()
            await asyncio.to_thread(service.process.wait)
    async with fire.service() as service:
        assert writers is not None
        await writers
        events = await events_of(service, PATH, WRITERS * EACH + 1)
        positions = await positions_in(tmp_path)
    assert [event["revision"] for event in events] == list(range(1, WRITERS * EACH + 2))
    assert positions == [f"{n}-0" for n in range(1, WRITERS * EACH + 2)]
    recorded = {event["data"]["id"]: event for event in events[1:]}
    assert len(fire.promises) == WRITERS * EACH == len(recorded)
    for name, (revision, id_) in fire.promises.items():
        assert recorded[id_]["revision"] == revision
        assert recorded[id_]["data"]["text"] == f"This is {name}."
    times = [event["recorded_at"] for event in events]
    assert times == sorted(times)
