"""How fast single statements are acknowledged and become readable.

    python -m benchmarks.writing.singles [--seconds 10] [--workers 2]

The bare handler is a Litestar route that reads the same body, under the same server and the same
client, in one process. The service's rate counts readable statements: from the first request until
`min_revision` of the last answer is reached. The load comes from this process, which shares the
machine's cores with the service and its Valkey, so only the ratios can be compared; the ratio of
processor times is valid on a busy machine too.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from itertools import count
from time import perf_counter
from typing import Final

import uvloop

from benchmarks.harness.arguments import parsed
from benchmarks.harness.bare_handler import Peer, bare_handler
from benchmarks.harness.connection import (
    Connection,
    connections,
    opening,
    recording,
    show_times,
    until_read,
    used,
)
from benchmarks.harness.family import processor_seconds
from benchmarks.harness.served import console, served

_CALLERS: Final = 64


async def lags(asking: Connection, timeline: str, newest: Callable[[], int]) -> list[float]:
    """Check again and again until cancelled: the milliseconds from one moment until everything that
    was acknowledged by then can be read."""
    taken: list[float] = []
    try:
        while True:
            began, revision = perf_counter(), newest()
            await until_read(asking, timeline, revision)
            taken.append((perf_counter() - began) * 1_000)
            await asyncio.sleep(0.1)
    except asyncio.CancelledError:
        return taken


async def singles(url: str, seconds: float, numbers: Iterator[int]) -> tuple[float, float, str]:
    """Single statements: acknowledged a second, readable a second, and the lag."""
    acknowledged, newest = 0, 1
    async with connections(url, _CALLERS + 1) as [asking, *callers]:
        sampling = asyncio.create_task(lags(asking, "singles", lambda: newest))
        began = perf_counter()

        async def call(caller: Connection) -> None:
            nonlocal acknowledged, newest
            while perf_counter() - began < seconds:
                body = json.loads(await caller.succeed(recording("singles", next(numbers))))
                acknowledged, newest = acknowledged + 1, max(newest, body["revision"])

        await asyncio.gather(*map(call, callers))
        answered = perf_counter() - began
        sampling.cancel()
        taken = await sampling
        await until_read(asking, "singles", newest)
        return acknowledged / answered, acknowledged / (perf_counter() - began), show_times(taken)


async def bare_singles(url: str, seconds: float) -> float:
    """The rate of the same requests to the bare handler."""
    answered, numbers = 0, count()
    async with connections(url, _CALLERS) as callers:
        began = perf_counter()

        async def call(caller: Connection) -> None:
            nonlocal answered
            while perf_counter() - began < seconds:
                await caller.succeed(recording("singles", next(numbers)))
                answered += 1

        await asyncio.gather(*map(call, callers))
        return answered / (perf_counter() - began)


async def bare_cost(bare: Peer, seconds: float) -> tuple[float, float]:
    """The bare handler's requests a second, and its processor microseconds for each."""
    before = processor_seconds(bare.pid)
    rate = await bare_singles(bare.url, seconds)
    return rate, (processor_seconds(bare.pid) - before) / (rate * seconds) * 1e6


async def measure(url: str, bare: Peer, seconds: float) -> None:
    async with connections(url, 1) as [first]:
        await first.succeed(opening("singles"))
    earlier = await bare_cost(bare, seconds / 4)
    before = await used(url)
    acknowledged, folded, lag = await singles(url, seconds, count())
    cost = {
        role: (after - before[role]) / (acknowledged * seconds) * 1e6
        for role, after in (await used(url)).items()
    }
    later = await bare_cost(bare, seconds / 4)
    peer, spent = ((a + b) / 2 for a, b in zip(earlier, later, strict=True))
    console.print(
        f"one at a time, {_CALLERS} callers: acknowledged {acknowledged:,.0f}/s, folded "
        f"{folded:,.0f}/s, lag {lag}; bare handler {peer:,.0f}/s, ratio {folded / peer:.2f}\n"
        f"processor time of each: worker {cost['worker']:,.0f} us, keeper {cost['keeper']:,.0f}, "
        f"Valkey {cost['valkey']:,.0f}; bare handler {spent:,.0f}, "
        f"ratio to the worker {spent / cost['worker']:.2f}, to all {spent / sum(cost.values()):.2f}"
    )


def main() -> None:
    options = parsed(__doc__, seconds=10.0, workers=2)
    with served(options.workers) as service, bare_handler() as bare:
        uvloop.run(measure(service.url, bare, options.seconds))


if __name__ == "__main__":
    main()
