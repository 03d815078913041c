"""A removal is cut off at a chosen step, by the end of the service or of Valkey alone: it is taken
up again, nothing that was answered is lost, and what was proved before stays proved."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
import pytest
import redis

from tests.faults.secrets_told import (
    PATH,
    SECRETS,
    emptied,
    filled,
    gone,
    removed,
    timeline_signed,
)
from tests.leftovers import in_log, in_model
from tests.servers import DURABLE, ValkeyServer
from tests.serving import Service, Timeline, running, said, stream_of
from tests.tripwire import Moment, Tripwire

LOG = stream_of("kursk").encode()
COPY = b":copy"
MOMENTS: Final = {
    "before the first step": Moment(b"\r\nUNLINK\r\n"),
    "ids half blanked": Moment(b"\r\nHSET\r\n", 2),
    "before the copy": Moment(COPY, 2),
    "within the copy": Moment(COPY, 4),
    "exchanged": Moment(COPY, 2, answered=b"\r\n:1\r\n"),
    "the files begun": Moment(b"BGREWRITEAOF", answered=b""),
    "before the read model": Moment(
        b"persistence", after=b"BGREWRITEAOF", answered=b"aof_rewrite_in_progress:0"
    ),
}
EXCHANGED: Final = ("exchanged", "the files begun", "before the read model")


@asynccontextmanager
async def asking(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with service.async_client(timeout=30) as client:
        yield client


async def prepared(client: httpx.AsyncClient) -> dict[str, Any]:
    """A log of several steps' length, and proofs of an event that is to lose its text."""
    timeline = await filled(client)
    await timeline.record(*[said(f"more{n}") for n in range(120)])
    await timeline_signed(client)
    return await proofs(client, 100)


async def proofs(client: httpx.AsyncClient, size: int) -> dict[str, Any]:
    """Of an event that is to lose its text, in the tree of so many."""
    asked = {"revision": 22, "size": size}
    proof: dict[str, Any] = (await client.get(f"{PATH}/proofs/inclusion", params=asked)).json()
    del proof["checkpoint"]
    assert proof["root"]
    return proof


async def recorded(client: httpx.AsyncClient, until: threading.Event) -> list[str]:
    """The ids of statements that were answered for while the removal went on."""
    known: list[str] = []
    while not until.is_set():
        name = f"meanwhile{len(known)}"
        try:
            answer = await client.post(f"{PATH}/statements", json=said(name))
        except httpx.TransportError:
            break
        if answer.status_code == 201:
            known.append(name)
    return known


async def ended(client: httpx.AsyncClient, known: list[str], before: dict[str, Any]) -> None:
    """The removal is done, and nothing else has changed."""
    await removed(client, 22)
    await timeline_signed(client)
    last = await Timeline(client, "kursk").record(said("afterwards"))
    ndjson, asked = {"Accept": "application/x-ndjson"}, {"min_revision": last}
    answer = await client.get(f"{PATH}/events", headers=ndjson, params=asked)
    items = [msgspec.json.decode(line) for line in answer.content.splitlines()]
    assert [item["revision"] for item in items] == list(range(1, last + 1))
    assert [item["revision"] for item in items if "data" not in item] == [22, 23, 24]
    [redaction] = [i["revision"] for i in items if i["type"] == "statement.redacted"]
    await gone(client, redaction)
    names = {item["subject"] for item in items}
    assert {f"statements/{name}" for name in known} <= names
    assert await proofs(client, 100) == before
    assert (await client.get("/health/audit")).json()["alarms"] == []


@pytest.mark.parametrize("name", MOMENTS)
async def test_the_service_is_killed(tmp_path: Path, name: str) -> None:
    """Before, within and behind each step of the removal: the next start takes it up."""
    victims: list[Service] = []
    with ValkeyServer(*DURABLE) as valkey:
        with Tripwire(valkey.socket, MOMENTS[name], lambda: kill(victims)) as link:
            with running(tmp_path, "--redis-url", link.url) as service:
                victims.append(service)
                async with asking(service) as client:
                    before = await prepared(client)
                    known = await redacted(client, link)
                await asyncio.to_thread(service.process.wait)
            assert halted(valkey) == (name == "within the copy", name in EXCHANGED)
            with running(tmp_path, "--redis-url", link.url) as service:
                async with asking(service) as client:
                    await ended(client, known, before)
                    await left(tmp_path, valkey)
        nothing_is_left(tmp_path, valkey)


@pytest.mark.parametrize("name", ["within the copy", "exchanged", "the files begun"])
async def test_valkey_alone_is_killed(tmp_path: Path, name: str) -> None:
    """The service goes on, and takes the removal up by itself once Valkey is back."""
    with (
        ValkeyServer(*DURABLE) as valkey,
        Tripwire(valkey.socket, MOMENTS[name], valkey.kill) as link,
    ):
        with running(tmp_path, "--redis-url", link.url) as service:
            async with asking(service) as client:
                before = await prepared(client)
                known = await redacted(client, link)
                await asyncio.to_thread(valkey.start)
                await ended(client, known, before)
                await left(tmp_path, valkey)
        nothing_is_left(tmp_path, valkey)


def halted(valkey: ValkeyServer) -> tuple[bool, bool]:
    """Whether there is half a copy, and whether the text is gone from the log."""
    store: Any = redis.Redis(unix_socket_path=str(valkey.socket))
    found = bool(store.exists(LOG + COPY)), b"r" in store.xrange(LOG, "22-0", "22-0")[0][1]
    store.close()
    return found


def kill(victims: list[Service]) -> None:
    for service in victims:
        service.process.kill()


async def redacted(client: httpx.AsyncClient, link: Tripwire) -> list[str]:
    """Redact, and record others until the link has struck."""
    path = f"{PATH}/statements/hidden/redactions"
    assert (await client.post(path, json={"reason": "A court."})).status_code == 201
    async with asyncio.timeout(60):
        known = await recorded(client, link.struck)
    assert await asyncio.to_thread(link.struck.wait, 60)
    return known


async def left(folder: Path, valkey: ValkeyServer) -> None:
    """Return once no file holds a word of it."""
    for place in (folder / "data", valkey.folder):
        await asyncio.to_thread(emptied, place)


def nothing_is_left(folder: Path, valkey: ValkeyServer) -> None:
    assert in_log(valkey.folder, SECRETS) == set()
    assert in_model(folder / "data", SECRETS) == set()
