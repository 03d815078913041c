"""What is redacted is gone from every worker, whichever is asked and whatever it had in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.faults import service_processes
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


async def test_what_is_redacted_is_gone_from_every_worker(
    service: Service, client: httpx.AsyncClient, timeline: Timeline
) -> None:
    """Streams that stay open on many connections, so that each worker holds the events in memory;
    once the text is removed, no worker shows it, neither to new subscribers nor to a question."""
    async with AsyncExitStack() as held:
        for _ in range(8):
            await held.enter_async_context(heard_of(service, timeline.path))
        await timeline.record(said("a", text="The secret of the well."), said("b"))
        async with heard_of(service, timeline.path) as text:
            assert "secret" in text
        path = f"{timeline.path}/statements/a/redactions"
        assert (await client.post(path, json={"reason": "A court."})).status_code == 201
        async with asyncio.timeout(LIMIT):
            while "secret" in (await timeline.get("/events")).text:
                await looked_again()
            silent = 0
            while silent < 6:  # one after another: each worker has answered some of them
                async with heard_of(service, timeline.path) as text:
                    silent = 0 if "secret" in text else silent + 1
        for question in (
            "/events",
            "/statements?as_of=3",
            "/statements?q=well",
            "/diff?from=1&to=4",
        ):
            for _ in range(3):
                async with service.async_client(timeout=LIMIT) as own:
                    answer = await own.get(f"{timeline.path}{question}")
                assert answer.status_code == 200
                assert "secret" not in answer.text


@asynccontextmanager
async def heard_of(service: Service, path: str) -> AsyncIterator[str]:
    """What a stream says of all that came after the timeline was opened, until it has caught up; it
    stays open."""
    lines: list[str] = []
    async with (
        service.async_client(timeout=LIMIT) as own,
        own.stream("GET", f"{path}/live", params={"after": 1}) as stream,
    ):
        async for line in stream.aiter_lines():
            lines.append(line)
            if line == "event: caught-up":
                break
        yield "\n".join(lines)


async def test_no_worker_shows_what_was_redacted(service: Service, timeline: Timeline) -> None:
    """Every worker has kept the same pages, at the head and as of before; as soon as the redaction
    can be read through one of them, none of them shows the text, asked without waiting."""
    revision = await timeline.record(said("plain"), said("hidden", text="Zyxwvut was there."))
    pages = ("/statements", f"/statements?as_of={revision}", "/statements?q=Zyxwvut")
    async with AsyncExitStack() as opened:
        # Each client has a connection of its own, and a connection belongs to one worker.
        callers = [
            await opened.enter_async_context(service.async_client(timeout=LIMIT)) for _ in range(12)
        ]
        for caller in callers:
            for page in pages * 2:
                assert "Zyxwvut" in (await caller.get(timeline.path + page)).text
        answer = await callers[0].post(
            f"{timeline.path}/statements/hidden/redactions", json={"reason": "A court."}
        )
        assert answer.status_code == 201, answer.text
        await timeline.get("", min_revision=answer.json()["revision"])
        for caller in callers:
            for page in pages:
                assert "Zyxwvut" not in (await caller.get(timeline.path + page)).text
