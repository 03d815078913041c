"""How fast the service answers over HTTP, compared with a bare handler and a bare Valkey in one
run.

    python -m benchmarks.serving.http [--singles 20000] [--bulk 40000] [--queries 10000]
                                      [--workers 2]

Everything runs as a user would run it: `onrecord serve` in processes of its own with its bundled
Valkey, every write on the disk before it is answered. The bare handler is a Litestar route that
reads the same body, or answers as many bytes, under the same server and the same client, in one
process. Load comes from this process, over loopback, on keep-alive connections. Beside the rates
stands what a request costs all workers together, and the bare handler, in microseconds of the
processor: that ratio does not depend on the number of workers.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from typing import Final, NamedTuple

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.harness.arguments import parsed
from benchmarks.harness.bare_handler import Peer, bare_handler
from benchmarks.harness.connection import connections, until_read, used
from benchmarks.harness.family import processor_seconds
from benchmarks.harness.rates import CALLERS, by_turns, rate, waits
from benchmarks.harness.requests import ARRAY, asked, get, post, statement
from benchmarks.harness.served import served
from benchmarks.writing.append import Run, raw_rate, seal
from tests.serving import Service

BULK_CALLERS = 4
READERS = 8


class Row(NamedTuple):
    """Requests a second of the service and of its peers, and the processor's microseconds that a
    request takes the workers and the bare handler, if they were measured."""

    what: str
    rate: float
    handler: float
    cost: tuple[float, float] | None = None
    valkey: float | None = None


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


async def beside(
    what: str,
    service: str,
    bare: Peer,
    requests: Sequence[bytes],
    peers: Sequence[bytes] = (),
    callers: int = CALLERS,
) -> Row:
    """The requests to the service, by turns with their peers to the bare handler."""
    before = await spent(service, bare)
    rates = await by_turns(service, bare.url, requests, peers, callers)
    ours, handlers = (
        (late - early) / len(requests) * 1e6
        for early, late in zip(before, await spent(service, bare), strict=True)
    )
    return Row(f"{what}, {callers} callers", *rates, (ours, handlers))


async def spent(service: str, bare: Peer) -> tuple[float, float]:
    """The processor seconds that all workers, and the bare handler, have used so far."""
    return (await used(service))["worker"], processor_seconds(bare.pid)


async def measure(options: argparse.Namespace, service: Service, bare: Peer) -> list[Row]:
    """Measures every row, one after another, while nothing else is running."""
    path = "/v1/timelines/bench"
    singles, arrays = writes(options)
    opening = post(path, {"title": "Bench"}).replace(b"POST", b"PUT", 1)
    await asked(service.url, opening)
    socket = str(service.data / "valkey" / "valkey.sock")
    valkey = await raw_rate(socket, seal(1), Run(options.singles, 1, CALLERS))
    single = await beside("one statement a request", service.url, bare, singles)
    bulk = Row(
        f"statements in arrays of {ARRAY}, {BULK_CALLERS} callers",
        ARRAY * await rate(service.url, arrays, BULK_CALLERS),
        ARRAY * await rate(bare.url, arrays, BULK_CALLERS),
    )
    head = 1 + options.singles + options.bulk
    async with connections(service.url, 1) as [asking]:
        await until_read(asking, "bench", head)
    addresses = distinct_pages(path, head, 3 * options.queries)
    return [single._replace(valkey=valkey), bulk, *await pages(service.url, bare, addresses)]


async def pages(service: str, bare: Peer, addresses: Sequence[str]) -> list[Row]:
    """The same page requested again and again, and pages that are all different: a third of the
    addresses is requested before the measurement, another third to measure how long each takes."""
    count, path = len(addresses) // 3, addresses[0].partition("?")[0]
    page = get(f"{path}?from=2010&to=2015&match=possible&tag=day-7&limit=50")
    size = len(await asked(service, page))
    requests = [get(each) for each in addresses]
    first, distinct, further = (requests[i : i + count] for i in (0, count, 2 * count))
    await rate(service, first, READERS)  # until the workers have filled their caches
    found = sorted([len(await asked(service, request)) for request in first[::20]])
    middle = found[len(found) // 2]
    late = (await waits(service, further, READERS))[-count // 100]
    same, others = (
        f"the same page of 50 ({size // 1000} kB)",
        f"distinct pages ({middle // 1000} kB)",
    )
    others = f"{others}, p99 {late * 1000:.0f} ms"
    again, answers = [page] * count, [get(f"/bytes/{size}")] * count
    return [
        await beside(same, service, bare, again, answers),
        await beside(others, service, bare, distinct, [get(f"/bytes/{middle}")] * count, READERS),
    ]


def show(rows: Sequence[Row]) -> None:
    table = Table(title="over HTTP, a second")
    names = (
        "what",
        "onrecord",
        "bare handler",
        "ratio",
        "µs each, both",
        "Valkey, as durable",
        "ratio",
    )
    for name in names:
        table.add_column(name, justify="left" if name == "what" else "right")
    for row in rows:
        costs = "{:.0f}, {:.0f}".format(*row.cost) if row.cost else ""
        valkey = compared(row.rate, row.valkey) if row.valkey else []
        table.add_row(
            row.what, f"{row.rate:,.0f}", *compared(row.rate, row.handler), costs, *valkey
        )
    Console(width=120).print(table)


def compared(rate: float, peer: float) -> list[str]:
    """The peer's rate, and the ratio to it."""
    return [f"{peer:,.0f}", f"{rate / peer:.2f}"]


def main() -> None:
    options = parsed(__doc__, singles=20_000, bulk=40_000, queries=10_000, workers=2)
    with served(options.workers) as service, bare_handler() as bare:
        show(uvloop.run(measure(options, service, bare)))


if __name__ == "__main__":
    main()
