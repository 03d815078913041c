"""What several workers cost a caller: reading its own write through another worker, and answers
that are lost when one is killed, or when SIGHUP replaces all of them.

    python -m benchmarks.serving.workers [--writes 300] [--workers 2]

The same writes are read through the worker that took them, by turns. Linux only: which worker has a
connection is read from /proc.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from time import perf_counter
from typing import Final, NamedTuple

import uvloop

from benchmarks.harness.arguments import parsed
from benchmarks.harness.connection import (
    Connection,
    connections,
    opening,
    reading,
    recording,
    roles,
    show_times,
)
from benchmarks.harness.family import worker_of
from benchmarks.harness.requests import get
from benchmarks.harness.served import console, served
from tests.serving import Service

_CALLERS: Final = 32
_ALIVE: Final = get("/health/live")

Act = Callable[[Service, list[int]], set[int]]
"""Disturbs some of the workers, and returns those that will be replaced."""


class Heard(NamedTuple):
    """The results of callers: the statuses of answers, and for each lost answer the process id of
    its worker."""

    answers: list[int]
    lost: list[int | None]


async def one_of_each(url: str, workers: list[int], callers: list[Connection]) -> list[Connection]:
    """A connection to each of two workers."""
    found: dict[int | None, Connection] = {}
    for caller in callers:
        await caller.succeed(_ALIVE)
        found.setdefault(worker_of(url, caller.port, workers), caller)
    return [*found.values()][:2]


async def own_writes(url: str, writes: int) -> tuple[list[float], list[float]]:
    """Milliseconds from the answer to a write until it can be read, through the same worker and
    through another one."""
    same: list[float] = []
    other: list[float] = []
    workers = (await roles(url))["worker"]
    async with connections(url, 8) as callers:
        first, second = await one_of_each(url, workers, callers)
        await first.succeed(opening("own"))
        for number in range(2 * writes):
            taken, reader = ((same, first), (other, second))[number % 2]
            body = json.loads(await first.succeed(recording("own", number)))
            taken.append(await reader.timed(reading("own", body["revision"])))
    return same, other


@asynccontextmanager
async def under_load(url: str) -> AsyncIterator[Heard]:
    """Half of the callers write, half read, until the block ends. A caller that loses its
    connection opens a new one."""
    heard, numbers, ended = Heard([], []), count(1_000_000), asyncio.Event()
    workers = (await roles(url))["worker"]

    async def call(place: int) -> None:
        while not ended.is_set():
            caller = await Connection.open(url)
            own = None
            try:
                heard.answers.append((await caller.ask(_ALIVE))[0])
                own = worker_of(url, caller.port, workers)
                while not (ended.is_set() or caller.is_last):
                    writes = place % 2 == 0
                    request = recording("own", next(numbers)) if writes else reading("own", 1)
                    heard.answers.append((await caller.ask(request))[0])
            except (OSError, EOFError):
                heard.lost.append(own)
            finally:
                caller.close()

    calls = [asyncio.create_task(call(place)) for place in range(_CALLERS)]
    try:
        yield heard
    finally:
        ended.set()
        await asyncio.gather(*calls)


async def so_many(heard: Heard, answers: int) -> None:
    while len(heard.answers) < answers:  # noqa: ASYNC110 - callers set no event
        await asyncio.sleep(0.01)


async def replaced(url: str, number: int, gone: set[int]) -> float:
    """Seconds until there are this many workers, none of which is one of `gone`."""
    began = perf_counter()
    while True:
        async with connections(url, 1) as [asking]:
            try:
                found = json.loads((await asking.ask(get("/health/ready")))[1])["processes"]
            except (OSError, EOFError):
                continue
        now = {each["pid"] for each in found if each["role"] == "worker"}
        if len(now) == number and not now & gone:
            return perf_counter() - began


async def measure(service: Service, writes: int) -> None:
    url = service.url
    same, other = await own_writes(url, writes)
    console.print(f"own write read, same worker: {show_times(same)}; another: {show_times(other)}")
    for name, act in (("kill -9 of a worker", _kill), ("SIGHUP", _roll)):
        console.print(f"{name}: {await disturbed(service, act)}")


async def disturbed(service: Service, act: Act) -> str:
    """The results of callers during the disturbance, and before and after it."""
    url = service.url
    workers = (await roles(url))["worker"]
    async with under_load(url) as heard:
        await so_many(heard, 20 * _CALLERS)
        seconds = await replaced(url, len(workers), act(service, workers))
        await so_many(heard, len(heard.answers) + 20 * _CALLERS)
    wrong = sum(status not in {200, 201} for status in heard.answers)
    others = sum(pid != min(workers) for pid in heard.lost)
    return (
        f"replaced after {seconds:.1f} s; {len(heard.answers):,} answers, {wrong} of them errors; "
        f"{len(heard.lost)} lost by {_CALLERS} callers, {others} of them by other workers"
    )


def _kill(service: Service, workers: list[int]) -> set[int]:
    del service
    os.kill(min(workers), signal.SIGKILL)
    return {min(workers)}


def _roll(service: Service, workers: list[int]) -> set[int]:
    os.kill(service.process.pid, signal.SIGHUP)
    return {*workers}


def main() -> None:
    options = parsed(__doc__, writes=300, workers=2)
    with served(options.workers) as service:
        uvloop.run(measure(service, options.writes))


if __name__ == "__main__":
    main()
