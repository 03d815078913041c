"""What a service of many statements costs: its memory, and its answers compared with those of few.

    python -m benchmarks.serving.size [--few 10000] [--many 100000] [--times 40] [--pages 6000]
        [--workers 1]

Both timelines are in one service. Memory is that of its own processes (shared memory counts once),
before anything is recorded and after all queries; the memory of the log's server is shown
separately, since it holds the log. Once the columns of both are in memory, one caller sends each
query to both by turns, with different values each time; the median of its times is shown. Then
eight callers request distinct pages of the large timeline. By then the processes have given back
memory that was free for some seconds.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from itertools import count
from statistics import median
from time import perf_counter
from typing import Final

import uvloop

from benchmarks.harness.arguments import parsed
from benchmarks.harness.connection import Connection, connections, opening, roles, until_read
from benchmarks.harness.family import resident
from benchmarks.harness.rates import rate
from benchmarks.harness.requests import get
from benchmarks.harness.served import console, served
from benchmarks.serving.http import distinct_pages
from benchmarks.writing.bulk import load

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


async def record(url: str, timeline: str, size: int) -> int:
    """The revision after this many statements, once they can be read."""
    newest = 1
    async with connections(url, 1) as [asking]:
        await asking.succeed(opening(timeline))
    for done in range(0, size, 50_000):
        _, newest = await load(url, timeline, min(50_000, size - done), done)
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


async def memory(url: str) -> dict[str, float]:
    """Megabytes of the processes of each role."""
    return {role: resident(*pids) / _MEGABYTE for role, pids in (await roles(url)).items()}


async def measure(url: str, options: argparse.Namespace) -> None:
    show_memory("at the start", await memory(url))
    sizes = {"few": options.few, "many": options.many}
    heads = {name: await record(url, name, size) for name, size in sizes.items()}
    await asyncio.sleep(_REST)
    show_memory("when all is folded", await memory(url))
    async with connections(url, _CALLERS) as callers:
        for name in heads:
            await asyncio.gather(*(until_loaded(caller, name) for caller in callers))
        for question in QUESTIONS:
            console.print(await times_of(callers[0], question, heads, options.times))
    show_memory("after all questions", await memory(url))
    pages = [
        get(each) for each in distinct_pages("/v1/timelines/many", heads["many"], options.pages)
    ]
    await rate(url, pages, _CALLERS)
    show_memory(f"after {options.pages:,} pages", await memory(url))
    await asyncio.sleep(_REST)
    show_memory("later", await memory(url))


def show_memory(when: str, used: dict[str, float]) -> None:
    log = used.pop("valkey")
    parts = ", ".join(f"{role} {megabytes:.0f}" for role, megabytes in used.items())
    console.print(
        f"memory {when}: {sum(used.values()):.0f} MB ({parts}); the log's server {log:.0f} MB"
    )


def main() -> None:
    options = parsed(__doc__, few=10_000, many=100_000, times=40, pages=6_000, workers=1)
    with served(options.workers, fresh=True) as service:
        uvloop.run(measure(service.url, options))


if __name__ == "__main__":
    main()
