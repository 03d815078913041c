"""How fast the service answers over HTTP, beside a bare handler and a bare Valkey in one run.

    python -m benchmarks.http [--singles 20000] [--bulk 40000] [--queries 2000]

Everything runs as a user would run it: `onrecord serve` in a process of its own with its Valkey
behind it, every write on the disk before it is answered. The bare handler is a Litestar route
that reads the same body, or answers as many bytes, under the same server and the same client.
Load comes from this process, over loopback, on keep-alive connections.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.append import Run, raw_rate, seal
from tests.serving import Service, key_headers, running

ARRAY = 500
ROUNDS = 10
CALLERS = 50
BULK_CALLERS = 4
READERS = 8


class Row(NamedTuple):
    """A rate in what it counts a second, beside those of its peers."""

    what: str
    rate: float
    handler: float | None
    valkey: float | None


def statement(number: int) -> dict[str, Any]:
    """The statement that `benchmarks.append` appends, as a caller writes it."""
    return {
        "id": f"s{number}",
        "kind": "estimate",
        "text": f"Between 11,000 and 12,000 troops are deployed in the region, no. {number}. " * 2,
        "said": {"by": "Oleksandr Syrskyi", "on": "2025-04~"},
        "occurred": f"20{number % 25:02}-10/2025-04~",
        "about": ["North Korea", "Russia"],
        "sources": [{"id": "article", "title": "An article", "quote": "since last October"}],
        "tags": ["troops", f"day-{number % 365}"],
    }


_USUAL: list[str] = ["Host: 127.0.0.1"]
"""The headers of every request."""


def ask_as_owner(service: Service) -> None:
    """From now on every request is made with the owner's key, those to a peer included."""
    _USUAL[1:] = [f"{name}: {value}" for name, value in key_headers(service.key).items()]


def post(path: str, content: Any) -> bytes:
    """A whole request, ready to be sent."""
    body = json.dumps(content).encode()
    more = ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([f"POST {path} HTTP/1.1", *_USUAL, *more, "", ""]).encode() + body


def get(path: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", *_USUAL, "", ""]).encode()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The status and the body of one answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    return int(head[9:12]), await reader.readexactly(length)


async def rate(url: str, requests: Sequence[bytes], callers: int) -> float:
    """Requests a second over `callers` connections, each one after another."""
    began = time.perf_counter()
    await waits(url, requests, callers)
    return len(requests) / (time.perf_counter() - began)


async def waits(url: str, requests: Sequence[bytes], callers: int) -> list[float]:
    """How long each answer took, in ascending order of seconds. Every one must be a success."""
    at = urlsplit(url)
    waiting = iter(requests)
    took = []

    async def caller() -> None:
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        for request in waiting:
            began = time.perf_counter()
            writer.write(request)
            status, body = await answer(reader)
            took.append(time.perf_counter() - began)
            if status not in {200, 201}:
                raise RuntimeError(f"{status}: {body[:300]!r}")
        writer.close()

    await asyncio.gather(*(caller() for _ in range(callers)))
    return sorted(took)


async def by_turns(
    service: str,
    bare: str,
    requests: Sequence[bytes],
    peers: Sequence[bytes] = (),
    callers: int = CALLERS,
) -> tuple[float, float]:
    """Both rates, in the round whose ratio is the middle one: what else the machine does comes
    and goes within a run, and meets both. The bare handler gets its own requests, if there are
    any."""
    size = max(1, len(requests) // ROUNDS)
    rounds = []
    for first in range(0, len(requests), size):
        part = requests[first : first + size]
        peer = peers[first : first + size] or part
        rounds.append((await rate(service, part, callers), await rate(bare, peer, callers)))
    return sorted(rounds, key=lambda pair: pair[0] / pair[1])[len(rounds) // 2]


def address(path: str, chance: random.Random) -> str:
    """A page of 50: filters, windows and orders mixed, a third as of an earlier revision."""
    day = chance.randrange(28) + 1
    window = f"from=20{chance.randrange(20):02}-{chance.randrange(12) + 1:02}-{day:02}"
    parts = [
        chance.choice(("", window, f"{window}&match=certain", f"{window}&to=2025-04")),
        chance.choice(("", f"tag=day-{chance.randrange(365)}", "tag=troops", "actor=Russia")),
        chance.choice(("", "kind=estimate", "source=article")),
        f"order={chance.choice(('occurred', '-occurred', 'said', '-recorded'))}",
        chance.choice(("", "", f"as_of={chance.randrange(1_000, 20_000)}")),
    ]
    return f"{path}/statements?{'&'.join(part for part in parts if part)}&limit=50"


async def asked(url: str, request: bytes) -> bytes:
    """The body of one answer."""
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.write(request)
    _, body = await answer(reader)
    writer.close()
    return body


async def folded(url: str, path: str, revision: int) -> None:
    """Waits until the read model is at that revision."""
    wait = get(f"{path}?min_revision={revision}")
    while b"projection-lagging" in await asked(url, wait):
        pass


@contextmanager
def bare_handler() -> Iterator[str]:
    """The address of the bare Litestar application, while the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bare_handler"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def writes(options: argparse.Namespace) -> tuple[list[bytes], list[bytes]]:
    """The requests that record statements one by one, and in arrays."""
    path, first = "/v1/timelines/bench/statements", options.singles
    arrays = [
        post(path, [statement(n) for n in range(i, i + ARRAY)])
        for i in range(first, first + options.bulk, ARRAY)
    ]
    return [post(path, statement(n)) for n in range(first)], arrays


async def measure(options: argparse.Namespace, folder: Path) -> list[Row]:
    """Every row, one after another: nothing else is under way meanwhile."""
    with running(folder) as service, bare_handler() as bare:
        ask_as_owner(service)
        path = "/v1/timelines/bench"
        singles, arrays = writes(options)
        opening = post(path, {"title": "Bench"}).replace(b"POST", b"PUT", 1)
        await asked(service.url, opening)
        valkey = await raw_rate(
            str(folder / "data" / "valkey" / "valkey.sock"),
            seal(1),
            Run(options.singles, 1, CALLERS),
        )
        rows = [
            Row(
                f"one statement a request, {CALLERS} callers",
                *await by_turns(service.url, bare, singles),
                valkey,
            ),
            Row(
                f"statements in arrays of {ARRAY}, {BULK_CALLERS} callers",
                ARRAY * await rate(service.url, arrays, BULK_CALLERS),
                ARRAY * await rate(bare, arrays, BULK_CALLERS),
                None,
            ),
        ]
        await folded(service.url, path, 1 + options.singles + options.bulk)
        rows += await pages(service.url, bare, path, options.queries)
    return rows


async def pages(service: str, bare: str, path: str, count: int) -> list[Row]:
    """The same page asked again and again, and pages of which no two are the same."""
    page = get(f"{path}/statements?from=2010&to=2015&match=possible&tag=day-7&limit=50")
    size = len(await asked(service, page))
    chance = random.Random(1)
    addresses: dict[str, None] = {}
    while len(addresses) < 3 * count:
        addresses[address(path, chance)] = None
    requests = [get(each) for each in addresses]
    first, distinct, further = (requests[i : i + count] for i in (0, count, 2 * count))
    await rate(service, first, READERS)  # Until the worker has loaded what it keeps in memory.
    found = sorted([len(await asked(service, request)) for request in first[::20]])
    middle = found[len(found) // 2]
    late = (await waits(service, further, READERS))[-count // 100]
    same = await by_turns(service, bare, [page] * count, [get(f"/bytes/{size}")] * count)
    others = await by_turns(service, bare, distinct, [get(f"/bytes/{middle}")] * count, READERS)
    return [
        Row(f"the same page of 50 ({size // 1000} kB), {CALLERS} callers", *same, None),
        Row(
            f"distinct pages ({middle // 1000} kB), {READERS} callers, p99 {late * 1000:.0f} ms",
            *others,
            None,
        ),
    ]


def show(rows: Sequence[Row]) -> None:
    table = Table(title="over HTTP, a second")
    for name in ("what", "onrecord", "bare handler", "ratio", "Valkey, same durability", "ratio"):
        table.add_column(name, justify="left" if name == "what" else "right")
    for row in rows:
        cells = [row.what, f"{row.rate:,.0f}"]
        for peer in (row.handler, row.valkey):
            cells += [f"{peer:,.0f}", f"{row.rate / peer:.2f}"] if peer else ["", ""]
        table.add_row(*cells)
    Console(width=120).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--singles", type=int, default=20_000)
    parser.add_argument("--bulk", type=int, default=40_000)
    parser.add_argument("--queries", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        show(uvloop.run(measure(options, Path(folder))))


if __name__ == "__main__":
    main()
