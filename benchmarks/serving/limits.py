"""What limits cost: a POST of a statement and a page of fifty, with and without them, by turns.

    python -m benchmarks.serving.limits [--seconds 0.5] [--turns 20]

The limits are so high that nothing is refused. Compared is the processor time that the worker takes
for a request, which also holds on a busy machine.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections import defaultdict
from itertools import count
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter
from typing import Final

import uvloop
from rich.console import Console

from benchmarks.harness.connection import Connection, connections, opening, recording, roles
from benchmarks.harness.family import processor_seconds
from benchmarks.harness.requests import ask_as_owner, get
from service.http.limits.windows import Windows
from service.settings.rate import Rate
from service.tally import Tally
from tests.serving import Service, running

_CALLERS: Final = 16
_DECISIONS: Final = 50_000
_HIGH: Final = "9999999/second"

console = Console(soft_wrap=True)

_numbers = count()
_PAGE: Final = "/v1/timelines/limits/statements?limit=50"


def decision() -> float:
    """Microseconds of one decision about one caller."""
    windows, rate = Windows(Tally()), Rate(20, 1)
    key = windows.key_of("203.0.113.9")
    began = perf_counter()
    for _ in range(_DECISIONS):
        windows.take(key, rate, monotonic())
    return (perf_counter() - began) / _DECISIONS * 1e6


async def cost(url: str, seconds: float, kind: str) -> float:
    """Microseconds of the worker's processor for each request of this kind."""
    [worker] = (await roles(url))["worker"]
    asked, before = 0, processor_seconds(worker)
    async with connections(url, _CALLERS) as callers:
        end = perf_counter() + seconds

        async def call(caller: Connection) -> None:
            nonlocal asked
            while perf_counter() < end:
                request = get(_PAGE) if kind == "page" else recording("limits", next(_numbers))
                await caller.succeed(request)
                asked += 1

        await asyncio.gather(*map(call, callers))
    return (processor_seconds(worker) - before) / asked * 1e6


async def compare(services: dict[str, Service], seconds: float, turns: int) -> None:
    for service in services.values():
        ask_as_owner(service)
        async with connections(service.url, 1) as [caller]:
            await caller.succeed(opening("limits"))
            for _ in range(100):
                await caller.succeed(recording("limits", next(_numbers)))
    for kind in ("page", "POST"):
        costs = defaultdict[str, list[float]](list)
        for _ in range(turns):
            for name, service in services.items():
                ask_as_owner(service)
                costs[name].append(await cost(service.url, seconds, kind))
        without, limited = (median(costs[name]) for name in ("without", "limited"))
        console.print(
            f"{kind}: {without:.0f} us without limits, {limited:.0f} us with them: "
            f"{limited / without:.3f}"
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=0.5)
    options.add_argument("--turns", type=int, default=20)
    given = options.parse_args()
    console.print(f"one decision: {decision():.1f} us")
    high = {"ONRECORD_RATE_ANONYMOUS": _HIGH, "ONRECORD_RATE_KEY": _HIGH}
    with (
        tempfile.TemporaryDirectory() as first,
        tempfile.TemporaryDirectory() as second,
        running(Path(first), "--workers", "1") as without,
        running(Path(second), "--workers", "1", **high) as limited,
    ):
        services = {"without": without, "limited": limited}
        uvloop.run(compare(services, given.seconds, given.turns))


if __name__ == "__main__":
    main()
