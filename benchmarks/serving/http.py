"""How fast the service answers over HTTP, compared with a bare handler and a bare Valkey in one
run.

    python -m benchmarks.serving.http [--singles 20000] [--bulk 40000] [--queries 10000]

Everything runs as a user would run it: `onrecord serve` in a process of its own with its bundled
Valkey, every write on the disk before it is answered. The bare handler is a Litestar route that
reads the same body, or answers as many bytes, under the same server and the same client. Load comes
from this process, over loopback, on keep-alive connections.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.harness.arguments import parsed
from benchmarks.harness.bare_handler import bare_handler
from benchmarks.harness.connection import connections, until_read
from benchmarks.harness.rates import CALLERS, by_turns, rate, waits
from benchmarks.harness.requests import ARRAY, ask_as_owner, asked, get, post, statement
from benchmarks.writing.append import Run, raw_rate, seal
from tests.serving import running

BULK_CALLERS = 4
READERS = 8


class Row(NamedTuple):
    """A rate per second, with the rates of its peers."""

    what: str
    rate: float
    handler: float | None
    valkey: float | None


_EARLY: Final = 20_000
"""The last revision as of which a page is requested."""


def address(path: str, head: int, chance: random.Random) -> str:
    """A page of 50 of a timeline at the revision `head`, with mixed filters, windows and orders, a
    third as of an earlier revision."""
    early = min(_EARLY, head)
    day = chance.randrange(28) + 1
    window = f"from=20{chance.randrange(20):02}-{chance.randrange(12) + 1:02}-{day:02}"
    parts = [
        chance.choice(("", window, f"{window}&match=certain", f"{window}&to=2025-04")),
        chance.choice(("", f"tag=day-{chance.randrange(365)}", "tag=troops", "actor=Russia")),
        chance.choice(("", "kind=estimate", "source=article")),
        f"order={chance.choice(('occurred', '-occurred', 'said', '-recorded'))}",
        chance.choice(("", "", f"as_of={chance.randrange(early // 20, early)}")),
    ]
    return f"{path}/statements?{'&'.join(part for part in parts if part)}&limit=50"


def distinct_pages(path: str, head: int, count: int) -> list[str]:
    """The addresses of `count` pages, all different, of a timeline at the revision `head`."""
    chance = random.Random(1)
    addresses: dict[str, None] = {}
    while len(addresses) < count:
        addresses[address(path, head, chance)] = None
    return [*addresses]


def writes(options: argparse.Namespace) -> tuple[list[bytes], list[bytes]]:
    """The requests that record statements one by one, and in arrays."""
    path, first = "/v1/timelines/bench/statements", options.singles
    arrays = [
        post(path, [statement(n) for n in range(i, i + ARRAY)])
        for i in range(first, first + options.bulk, ARRAY)
    ]
    return [post(path, statement(n)) for n in range(first)], arrays


async def measure(options: argparse.Namespace, folder: Path) -> list[Row]:
    """Measures every row, one after another, while nothing else is running."""
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
        head = 1 + options.singles + options.bulk
        async with connections(service.url, 1) as [asking]:
            await until_read(asking, "bench", head)
        rows += await pages(service.url, bare, distinct_pages(path, head, 3 * options.queries))
    return rows


async def pages(service: str, bare: str, addresses: Sequence[str]) -> list[Row]:
    """The same page requested again and again, and pages that are all different: a third of the
    addresses is requested before the measurement, another third to measure how long each takes."""
    count, path = len(addresses) // 3, addresses[0].partition("?")[0]
    page = get(f"{path}?from=2010&to=2015&match=possible&tag=day-7&limit=50")
    size = len(await asked(service, page))
    requests = [get(each) for each in addresses]
    first, distinct, further = (requests[i : i + count] for i in (0, count, 2 * count))
    await rate(service, first, READERS)  # until the worker has filled its caches
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
    options = parsed(__doc__, singles=20_000, bulk=40_000, queries=10_000)
    with tempfile.TemporaryDirectory() as folder:
        show(uvloop.run(measure(options, Path(folder))))


if __name__ == "__main__":
    main()
