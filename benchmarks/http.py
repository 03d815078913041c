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
from tests.serving import running

ARRAY = 500
ROUNDS = 10
CALLERS = 50
BULK_CALLERS = 4


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


def post(path: str, content: Any) -> bytes:
    """A whole request, ready to be sent."""
    body = json.dumps(content).encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The status and the body of one answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    return int(head[9:12]), await reader.readexactly(length)


async def rate(url: str, requests: Sequence[bytes], callers: int) -> float:
    """Requests a second over `callers` connections, each one after another. Every answer must be
    a success."""
    at = urlsplit(url)
    waiting = iter(requests)

    async def caller() -> None:
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        for request in waiting:
            writer.write(request)
            status, body = await answer(reader)
            if status not in {200, 201}:
                raise RuntimeError(f"{status}: {body[:300]!r}")
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return len(requests) / (time.perf_counter() - began)


async def by_turns(service: str, bare: str, requests: Sequence[bytes]) -> tuple[float, float]:
    """Both rates, in the round whose ratio is the middle one: what else the machine does comes
    and goes within a run, and meets both."""
    size = max(1, len(requests) // ROUNDS)
    rounds = []
    for first in range(0, len(requests), size):
        part = requests[first : first + size]
        rounds.append((await rate(service, part, CALLERS), await rate(bare, part, CALLERS)))
    return sorted(rounds, key=lambda pair: pair[0] / pair[1])[len(rounds) // 2]


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


async def measure(options: argparse.Namespace, folder: Path) -> list[Row]:
    """Every row, one after another: nothing else is under way meanwhile."""
    singles = [post("/v1/timelines/bench/statements", statement(n)) for n in range(options.singles)]
    first = options.singles
    arrays = [
        post("/v1/timelines/bench/statements", [statement(n) for n in range(i, i + ARRAY)])
        for i in range(first, first + options.bulk, ARRAY)
    ]
    with running(folder) as service, bare_handler() as bare:
        path = "/v1/timelines/bench"
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
        query = "from=2010&to=2015&match=possible&tag=day-7&limit=50"
        page = get(f"{path}/statements?{query}")
        size = len(await asked(service.url, page))
        queries = [page] * options.queries
        rows.append(
            Row(
                f"a filtered page of 50 ({size // 1000} kB), {CALLERS} callers",
                await rate(service.url, queries, CALLERS),
                await rate(bare, [get(f"/bytes/{size}")] * options.queries, CALLERS),
                None,
            )
        )
    return rows


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
