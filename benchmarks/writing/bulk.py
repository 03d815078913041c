"""How fast a bulk load becomes readable, and how it delays others meanwhile.

    python -m benchmarks.writing.bulk [--statements 20000] [--workers 2] [--seconds 10]

Rates count readable statements: from the first request until `min_revision` of the last answer is
reached. The peer is a bare Litestar handler that reads the same bodies. While a load runs, another
caller writes to another timeline and reads what it wrote; then eight callers request the same page,
and pages of which no two are the same. At last four callers send arrays for some seconds as fast as
they are answered, and a statement is redacted meanwhile. Everything shares the machine's cores with
this process.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import count, repeat
from time import perf_counter
from typing import Any, Final

import uvloop

from benchmarks.harness.arguments import parsed
from benchmarks.harness.bare_handler import bare_handler
from benchmarks.harness.connection import (
    Connection,
    connections,
    opening,
    recording,
    show_times,
    until_read,
)
from benchmarks.harness.requests import asked, get, post
from benchmarks.harness.served import console, served
from benchmarks.serving.http import distinct_pages

_CALLERS: Final = 4
_READERS: Final = 8
_ARRAY: Final = 500
_PAGED: Final = 5_000
_ADDRESSES: Final = 60_000
"""More distinct pages than can be asked while a load runs."""
_WARM: Final = 5.0
"""Seconds: a worker loads what it keeps in memory once it was asked, after three at the latest."""
_LOADS: Final = count()


def arrays(timeline: str, size: int, first: int = 0) -> list[bytes]:
    """The requests that record this many statements, from number `first` on."""
    begins = range(first, first + size, _ARRAY)
    return [recording(timeline, *range(n, n + _ARRAY)) for n in begins]


async def load(url: str, requests: Sequence[bytes]) -> int:
    """Sent by four callers. Returns the last revision; the bare handler answers none."""
    left, newest = iter(requests), 0
    async with connections(url, _CALLERS) as callers:

        async def call(caller: Connection) -> None:
            nonlocal newest
            for request in left:
                body = json.loads(await caller.succeed(request))
                newest = max(newest, body.get("revision", 0))

        await asyncio.gather(*map(call, callers))
    return newest


async def bulk(url: str, timeline: str, size: int) -> tuple[float, float]:
    """Statements a second until they are acknowledged, and until all can be read."""
    requests = arrays(timeline, size)
    await asked(url, opening(timeline))
    began = perf_counter()
    newest = await load(url, requests)
    answered = perf_counter()
    async with connections(url, 1) as [asking]:
        await until_read(asking, timeline, newest)
    return size / (answered - began), size / (perf_counter() - began)


async def meanwhile(url: str, timeline: str, size: int, caller: Callable[[], Any]) -> None:
    """Call `caller` again and again until all of a bulk load can be read."""
    loading = asyncio.create_task(bulk(url, timeline, size))
    while not loading.done():
        await caller()
    await loading


async def own_writes(url: str, size: int) -> str:
    """How soon a write to another timeline can be read while a bulk load runs."""
    taken: list[float] = []
    numbers = count()
    async with connections(url, 1) as [own]:
        await own.succeed(opening("own"))

        async def write() -> None:
            began = perf_counter()
            body = json.loads(await own.succeed(recording("own", next(numbers))))
            await until_read(own, "own", body["revision"])
            taken.append((perf_counter() - began) * 1_000)

        await meanwhile(url, "beside-writes", size, write)
    return show_times(taken)


async def pages(url: str, size: int, requests: Iterator[bytes]) -> tuple[str, str]:
    """How long the requests for pages take eight callers before a bulk load, and while it runs."""
    alone: list[float] = []
    taken: list[float] = []
    async with connections(url, _READERS) as readers:

        async def read() -> list[float]:
            return await asyncio.gather(*(reader.timed(next(requests)) for reader in readers))

        began = perf_counter()
        while perf_counter() - began < _WARM:
            await read()
        for _ in range(20):
            alone += await read()

        async def read_beside() -> None:
            taken.extend(await read())

        await meanwhile(url, f"beside-{size}-{next(_LOADS)}", size, read_beside)
    return show_times(alone), show_times(taken)


async def sustained(url: str, seconds: float) -> str:
    """Arrays as fast as they are answered: how many, how far readers are behind, and how soon the
    text of a redacted statement is shown to nobody."""
    ends, newest, numbers = perf_counter() + seconds, 0, count(0, _ARRAY)
    behind: list[int] = []
    async with connections(url, _CALLERS + 1) as [asking, *callers]:
        await asking.succeed(opening("sustained"))

        async def call(caller: Connection) -> None:
            nonlocal newest
            while perf_counter() < ends:
                first = next(numbers)
                request = recording("sustained", *range(first, first + _ARRAY))
                newest = max(newest, json.loads(await caller.succeed(request))["revision"])

        async def look() -> None:
            while perf_counter() < ends:
                shown = json.loads(await asking.succeed(get("/v1/timelines/sustained")))
                behind.append(newest - shown["revision"])
                await asyncio.sleep(0.05)

        loading = asyncio.gather(*map(call, callers), look())
        gone = await redacted(url, "sustained", seconds / 2)
        await loading
    async with connections(url, 1) as [asking]:
        await until_read(asking, "sustained", newest)
        taken = perf_counter() - ends + seconds
    return (
        f"{newest / taken:,.0f}/s for {taken:.0f} s, {max(behind):,} not folded at most; "
        f"the text of a statement gone {gone:.1f} s after its redaction was sent"
    )


async def redacted(url: str, timeline: str, after: float) -> float:
    """Seconds until a statement that is redacted after a pause is shown to nobody."""
    await asyncio.sleep(after)
    statement = f"/v1/timelines/{timeline}/statements/s7"
    async with connections(url, 1) as [caller]:
        began = perf_counter()
        order = post(f"{statement}/redactions", {"reason": "a court's order"})
        revision = json.loads(await caller.succeed(order))["revision"]
        while (await caller.ask(get(f"{statement}?min_revision={revision}")))[0] != 410:
            continue
        return perf_counter() - began


async def measure(url: str, bare: str, size: int, seconds: float) -> None:
    async with connections(url, 1) as [first]:
        await first.succeed(opening("pages"))
        body: Any = {}
        for n in range(0, _PAGED, _ARRAY):
            body = json.loads(await first.succeed(recording("pages", *range(n, n + _ARRAY))))
        await until_read(first, "pages", body["revision"])
    answered, readable = await bulk(url, "bulk", size)
    bodies = arrays("bulk", size)
    began = perf_counter()
    await load(bare, bodies)
    peer = size / (perf_counter() - began)
    console.print(
        f"arrays of {_ARRAY}, {_CALLERS} callers: acknowledged {answered:,.0f}/s, all can be "
        f"read at {readable:,.0f}/s; bare handler {peer:,.0f}/s, ratio {readable / peer:.2f}"
    )
    console.print(f"a write to another timeline meanwhile: {await own_writes(url, size)}")
    same = get("/v1/timelines/pages/statements?tag=day-7&limit=50")
    distinct = map(get, distinct_pages("/v1/timelines/pages", _PAGED, _ADDRESSES))
    for name, requests in (("the same page", repeat(same)), ("distinct pages", distinct)):
        alone, beside = await pages(url, size, requests)
        console.print(f"{name} of 50, {_READERS} callers: {alone}; during a bulk load: {beside}")
    console.print(f"arrays without a pause, {_CALLERS} callers: {await sustained(url, seconds)}")


def main() -> None:
    options = parsed(__doc__, statements=20_000, workers=2, seconds=10.0)
    with served(options.workers) as service, bare_handler() as bare:
        uvloop.run(measure(service.url, bare.url, options.statements, options.seconds))


if __name__ == "__main__":
    main()
