"""What a service of many statements costs: its memory, and its answers compared with those of few.

    python -m benchmarks.serving.size [--few 10000] [--many 100000] [--times 40] [--pages 6000]
        [--workers 1] [--kept FOLDER]

Both timelines are in one service. Memory is that of its own processes (shared memory counts once),
after each step, and the most that there was during it; the memory of the log's server is shown
separately, since it holds the log. Once the columns of both are in memory, one caller sends each
query to both by turns, with different values each time; the median of its times is shown. Then
eight callers send what concerns all statements of the large timeline, exports among it, all at the
same time, and then request distinct pages of it. In the end the processes have given back memory
that was free for some seconds. What is recorded stays in the folder `kept`: a million takes a
quarter of an hour or more, and the next run begins with it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable
from itertools import count
from statistics import median
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

import uvloop

from benchmarks.harness.arguments import parsed
from benchmarks.harness.connection import Connection, connections, opening, roles, until_read
from benchmarks.harness.family import resident
from benchmarks.harness.memory import MemoryWatch
from benchmarks.harness.rates import rate
from benchmarks.harness.requests import get
from benchmarks.harness.served import console, served
from benchmarks.serving.http import distinct_pages
from benchmarks.writing.bulk import arrays, load

_MEGABYTE: Final = 1_000_000
_QUICK: Final = 0.3
"""The most seconds for facets that are counted in memory."""
_CALLERS: Final = 8
_REST: Final = 25.0
"""Seconds after which the processes have given back free memory."""
_numbers: Final = count(1)

QUESTIONS: Final[dict[str, Callable[[int], str]]] = {
    "no filter": lambda n: f"/statements?limit={50 - n % 9}",
    "newest said": lambda n: f"/statements?order=-said&limit={50 - n % 9}",
    "newest recorded": lambda n: f"/statements?order=-recorded&limit={50 - n % 9}",
    "a tag": lambda n: f"/statements?tag=day-{n % 365}",
    "a tag, counted": lambda n: f"/statements?tag=day-{n % 365}&count=true",
    "a year": lambda n: f"/statements?from=20{n % 20:02}&to=20{n % 20:02}",
    "a year, certain": lambda n: f"/statements?from=20{n % 20:02}&match=certain",
    "a tag as of the middle": lambda n: f"/statements?tag=day-{n % 365}&as_of={{middle}}",
    "words": lambda n: f"/statements?q={n}%20troops",
    "facets": lambda n: f"/facets?tag=day-{n % 365}",
    "facets of all": lambda n: f"/facets?from=20{n % 20:02}",
    "buckets": lambda n: f"/buckets?every=month&from=20{n % 20:02}",
    "sources": lambda n: f"/sources?limit={50 - n % 9}",
}
"""The queries, by number, so that no answer is a kept one."""

WHOLE: Final = (
    "/facets?to={year}",
    "/facets?to={year}&as_of={middle}",
    "/facets?q=troops&to={year}",
    "/buckets?every=month&to={year}",
    "/buckets?every=day&on=recorded&to={year}",
    "/sources?limit={limit}",
    "/statements?q=-{year}&count=true",
    "/statements?tag=troops&count=true&limit=500&to={year}",
)
"""What concerns all statements."""

LONG: Final = (
    "/digest",
    *(f"/export?format={name}" for name in ("csv", "geojson", "ics", "parquet")),
)
"""What concerns all statements and takes seconds."""


async def record(url: str, timeline: str, size: int) -> int:
    """The revision after this many statements, once they can be read."""
    newest = 1
    async with connections(url, 1) as [asking]:
        await asking.succeed(opening(timeline))
    for done in range(0, size, 50_000):
        newest = await load(url, arrays(timeline, min(50_000, size - done), done))
        async with connections(url, 1) as [asking]:  # one that waits for a load would be closed
            await until_read(asking, timeline, newest)
    return newest


async def until_loaded(asking: Connection, timeline: str) -> None:
    """Wait until facets are counted from memory; before that the tables take seconds, or exceed
    their time limit."""
    while True:
        began = perf_counter()
        facets = f"/v1/timelines/{timeline}/facets?to={3000 + next(_numbers)}"
        status, _ = await asking.ask(get(facets))
        if status == 200 and perf_counter() - began < _QUICK:
            return
        await asyncio.sleep(1)


async def times_of(asking: Connection, question: str, heads: dict[str, int], times: int) -> str:
    """The median milliseconds of the query for each timeline, and their ratio."""
    taken: dict[str, list[float]] = {timeline: [] for timeline in heads}
    for _ in range(times + 1):
        number = next(_numbers)
        for timeline, head in heads.items():
            asked = QUESTIONS[question](number).format(middle=head // 2)
            taken[timeline].append(await asking.timed(get(f"/v1/timelines/{timeline}{asked}")))
    few, many = (median(each[1:]) for each in taken.values())
    return f"{question}: {few:.2f} ms of few, {many:.2f} ms of many, ratio {many / few:.2f}"


async def read_whole(url: str, path: str) -> None:
    """Read an answer of any length until the server closes the connection."""
    request = get(path).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.write(request)
    while await reader.read(1 << 16):
        pass
    writer.close()


async def ask_for_all(url: str, head: int) -> None:
    """Eight callers ask for all that concerns all statements, and others for what takes long, all
    at the same time."""

    async def ask(caller: int) -> None:
        for place in range(len(WHOLE)):
            number = next(_numbers)
            values = {"year": 3_000 + number, "limit": 50 - number % 9, "middle": head // 2}
            asked = WHOLE[(caller + place) % len(WHOLE)].format(**values)
            await read_whole(url, f"/v1/timelines/many{asked}")

    long = (read_whole(url, f"/v1/timelines/many{asked}") for asked in LONG)
    await asyncio.gather(*map(ask, range(_CALLERS)), *long)


async def recorded(url: str, sizes: dict[str, int]) -> dict[str, int]:
    """The revision of each timeline, which are recorded unless the service has them."""
    async with connections(url, 1) as [asking]:
        found = [await asking.ask(get(f"/v1/timelines/{name}")) for name in sizes]
    if all(status == 200 for status, _ in found):
        return {
            name: int(json.loads(shown)["revision"])
            for name, (_, shown) in zip(sizes, found, strict=True)
        }
    return {name: await record(url, name, size) for name, size in sizes.items()}


async def measure(url: str, options: argparse.Namespace) -> None:
    processes = await roles(url)
    log = processes.pop("valkey")
    with MemoryWatch(processes) as watch:
        show_memory("at the start", watch)
        heads = await recorded(url, {"few": options.few, "many": options.many})
        await asyncio.sleep(_REST)
        show_memory("when all is folded", watch)
        console.print(f"the log's server: {resident(*log) / _MEGABYTE:.0f} MB")
        for name in heads:
            async with connections(url, _CALLERS) as callers:  # idle ones would be closed
                await asyncio.gather(*(until_loaded(caller, name) for caller in callers))
        show_memory("when columns are loaded", watch)
        for question in QUESTIONS:
            async with connections(url, 1) as [caller]:
                console.print(await times_of(caller, question, heads, options.times))
        show_memory("after all questions", watch)
        await ask_for_all(url, heads["many"])
        show_memory("after what concerns all statements", watch)
        pages = distinct_pages("/v1/timelines/many", heads["many"], options.pages)
        await rate(url, [get(each) for each in pages], _CALLERS)
        show_memory(f"after {options.pages:,} pages", watch)
        await asyncio.sleep(_REST)
        watch.most()
        show_memory("later", watch)


def show_memory(when: str, watch: MemoryWatch) -> None:
    most, now = watch.most(), watch.now()
    console.print(f"memory {when}: {_shown(now)}; at most {_shown(most)}")


def _shown(used: dict[str, int]) -> str:
    parts = ", ".join(f"{role} {bytes_ / _MEGABYTE:.0f}" for role, bytes_ in used.items())
    return f"{sum(used.values()) / _MEGABYTE:.0f} MB ({parts})"


def main() -> None:
    options = parsed(__doc__, few=10_000, many=100_000, times=40, pages=6_000, workers=1, kept="")
    with served(options.workers, fresh=True, kept=options.kept) as service:
        uvloop.run(measure(service.url, options))


if __name__ == "__main__":
    main()
