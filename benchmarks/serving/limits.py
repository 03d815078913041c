"""What limits cost: a page of fifty and a POST of a statement, with and without limits, by turns.

    python -m benchmarks.serving.limits [--turns 200]

Two applications in this process, which differ only in their limits, get the same requests without a
socket. The limits are so high that nothing is refused. A turn is a few requests to one application
and then to the other. The means of the tenth of the turns with the least processor time are
compared, because other programs can only add to it. This is repeated four times, with either
application created first, which shows how reliable the result is.

The share is the most that a service loses: its requests also cost system calls and calls of the
log's server, which are the same with and without limits.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from itertools import count
from pathlib import Path
from statistics import fmean
from time import monotonic, thread_time
from typing import Any, Final

import uvloop
from rich.console import Console

from benchmarks.harness.requests import ask_with, get, post, statement
from benchmarks.harness.wire import Wire
from service.app import create_app
from service.http.limits.sliding_windows import SlidingWindows
from service.settings.rate import Rate
from service.tally import Tally
from tests.granted import Granted
from tests.writers import open_writer, said, working

_DECISIONS: Final = 50_000
_HIGH: Final = Rate(9_999_999, 1)
_STATEMENTS: Final = 60
_REQUESTS: Final = 20
"""Requests of a turn to each of the two applications."""
_TIMES: Final = 4
_PATH: Final = "/v1/timelines/kursk/statements"

console = Console(soft_wrap=True)
_numbers = count()

Wires = Mapping[str, Wire]


def decision() -> float:
    """Microseconds of one decision about one caller."""
    windows, rate = SlidingWindows(Tally().row(0)), Rate(20, 1)
    key = windows.key_of("203.0.113.9")
    spent = []
    for _ in range(20):
        began = thread_time()
        for _ in range(_DECISIONS // 20):
            windows.admit(key, rate, monotonic())
        spent.append(thread_time() - began)
    return min(spent) / (_DECISIONS // 20) * 1e6


def page() -> bytes:
    return get(f"{_PATH}?limit=50")


def recording() -> bytes:
    return post(_PATH, statement(next(_numbers)))


@asynccontextmanager
async def wires(folder: Path, *, limited_first: bool) -> AsyncIterator[Wires]:
    """Connections to a service without limits and to one with limits, which share a timeline. What
    is recorded from now on is not folded, because that is another process's work."""
    granted = Granted()
    ask_with(granted.key("desk", ("writer", "*")))
    async with open_writer(folder) as writer:
        await writer.open()
        for n in range(_STATEMENTS):
            await writer.record(said(f"a{n}"))
        await writer.projector.progress.wait_for("kursk", _STATEMENTS + 1)
        writer.fold.cancel()
        high: dict[str, Any] = {"rate_anonymous": _HIGH, "rate_key": _HIGH}
        limits: dict[str, dict[str, Any]] = {"without": {}, "limited": high}
        beside = partial(working, writer, folder, access=granted.access, log_level="warning")
        with ExitStack() as stack:
            opened = {
                name: Wire(create_app(stack.enter_context(beside(**given))))
                for name, given in sorted(limits.items(), reverse=not limited_first)
            }
            try:
                yield opened
            finally:
                for wire in opened.values():
                    wire.end()


async def costs(opened: Wires, turns: int, request: Callable[[], bytes]) -> tuple[float, float]:
    """Microseconds of processor time for each request without and with limits."""
    spent: dict[str, list[float]] = {name: [] for name in opened}
    for turn in range(turns):
        order = [*opened.items()]
        for name, wire in order if turn % 2 else reversed(order):
            requests = [request() for _ in range(_REQUESTS)]
            began = thread_time()
            for each in requests:
                await wire.succeed(each)
            spent[name].append((thread_time() - began) / _REQUESTS * 1e6)
    without, limited = (fmean(sorted(spent[n])[: turns // 10]) for n in ("without", "limited"))
    return without, limited


async def compare(folder: Path, turns: int) -> None:
    found: dict[str, list[tuple[float, float]]] = {"page": [], "POST": []}
    for time in range(_TIMES):
        place = folder / str(time)
        place.mkdir()
        async with wires(place, limited_first=bool(time % 2)) as opened:
            for kind, request in (("page", page), ("POST", recording)):
                await costs(opened, 10, request)
                found[kind].append(await costs(opened, turns, request))
    for kind, measured in found.items():
        without = fmean(each for each, _ in measured)
        added = [limited - each for each, limited in measured]
        console.print(
            f"{kind}: {without:.1f} us without limits; limits add {fmean(added):.1f} us "
            f"({min(added):.1f} to {max(added):.1f}), {fmean(added) / without:.1%}"
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--turns", type=int, default=200)
    given = options.parse_args()
    console.print(f"one decision: {decision():.2f} us")
    with tempfile.TemporaryDirectory() as folder:
        uvloop.run(compare(Path(folder), given.turns))


if __name__ == "__main__":
    main()
