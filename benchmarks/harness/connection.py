"""A caller's connection, and the requests that callers send over it."""

from __future__ import annotations

import asyncio
import json
import math
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.harness.family import processor_seconds
from benchmarks.harness.requests import asked, get, post, statement

__all__ = [
    "Connection",
    "connections",
    "opening",
    "reading",
    "recording",
    "roles",
    "show_times",
    "until_read",
    "used",
]

_PATIENCE: Final = 120.0


class Connection:
    """A keep-alive connection, over which requests are sent one after another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.port: int = writer.get_extra_info("sockname")[1]
        self.is_last = False
        """Whether the last answer said that the server closes the connection."""

    @classmethod
    async def open(cls, url: str) -> Connection:
        at = urlsplit(url)
        return cls(*await asyncio.open_connection(at.hostname, at.port))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer. Raises OSError and EOFError if it is lost."""
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        self.is_last = b"connection: close" in head
        return int(head[9:12]), await self._reader.readexactly(length)

    async def succeed(self, request: bytes) -> bytes:
        """The body of the answer, which must be a success."""
        status, body = await self.ask(request)
        if status not in {200, 201}:
            raise RuntimeError(f"{status}: {body[:300]!r}")
        return body

    async def timed(self, request: bytes) -> float:
        """Milliseconds until the answer, which must be a success."""
        began = perf_counter()
        await self.succeed(request)
        return (perf_counter() - began) * 1_000

    def close(self) -> None:
        self._writer.close()


def opening(timeline: str) -> bytes:
    return post(f"/v1/timelines/{timeline}", {"title": timeline}).replace(b"POST", b"PUT", 1)


def recording(timeline: str, *numbers: int) -> bytes:
    """The request that records these statements: one alone, or an array."""
    content: Any = [statement(number) for number in numbers]
    return post(f"/v1/timelines/{timeline}/statements", content if len(numbers) > 1 else content[0])


def reading(timeline: str, revision: int) -> bytes:
    return get(f"/v1/timelines/{timeline}?min_revision={revision}")


@asynccontextmanager
async def connections(url: str, number: int) -> AsyncIterator[list[Connection]]:
    opened = [await Connection.open(url) for _ in range(number)]
    try:
        yield opened
    finally:
        for one in opened:
            one.close()


async def until_read(asking: Connection, timeline: str, revision: int) -> None:
    """Wait until the timeline can be read at the revision, as long as it makes progress."""
    at, end = 0, perf_counter() + _PATIENCE
    while (await asking.ask(reading(timeline, revision)))[0] != 200:
        _, shown = await asking.ask(get(f"/v1/timelines/{timeline}"))
        if (now := json.loads(shown)["revision"]) > at:
            at, end = now, perf_counter() + _PATIENCE
        if perf_counter() > end:
            raise TimeoutError(f"{timeline} stays at {at} for {_PATIENCE:.0f} s, not {revision}")


async def roles(url: str) -> dict[str, list[int]]:
    """The process ids of each role, as health shows them."""
    found: dict[str, list[int]] = defaultdict(list)
    for process in json.loads(await asked(url, get("/health/ready")))["processes"]:
        found[process["role"]].append(process["pid"])
    return found


async def used(url: str) -> dict[str, float]:
    """The processor seconds that the processes of each role have used."""
    return {role: processor_seconds(*pids) for role, pids in (await roles(url)).items()}


def show_times(times: Sequence[float]) -> str:
    """The median and the 99th percentile of times in milliseconds."""
    ordered = sorted(times)
    p99 = ordered[math.ceil(len(ordered) * 0.99) - 1]
    return f"p50 {ordered[len(ordered) // 2]:,.1f} ms, p99 {p99:,.1f} ms (of {len(ordered):,})"
