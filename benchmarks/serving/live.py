"""How fast live streams fan out, compared with nginx's nchan in one run; with what delay and cost.

    python -m benchmarks.serving.live [--subscribers 1000] [--events 2000] [--open 5000]

The same client subscribes to both, counts the events, and ends when every subscriber has every
event; both get the same events, and are measured by turns. Processor seconds are those of the
serving processes; the service's also record and fold. If nginx or its module nchan is not installed
(Debian: `libnginx-mod-nchan`), that half is left out.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.harness.family import descendants, processor_seconds, resident
from benchmarks.harness.requests import answer, ask_as_owner, post, statement
from benchmarks.serving.fan_out import PATH, ROUNDS, Run, Size, fan_out, open_timeline
from service.processes.server import allow_many_files
from tests.serving import running
from tests.streams import LiveSocket

_POSTS = 500
_IDLE = 30.0


async def latency() -> list[float]:
    """Milliseconds from a POST's answer to the frame, sorted; below zero if the frame came
    first."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as service:
        ask_as_owner(service)
        await open_timeline(service.url)
        at = urlsplit(service.url)
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        async with await LiveSocket.open(service.url, f"{PATH}/live") as live:
            await live.until("caught-up")
            frames = aiter(live)
            times = []

            async def heard() -> float:
                await anext(frames)
                return time.perf_counter()

            for number in range(_POSTS):
                hearing = asyncio.create_task(heard())
                writer.write(post(f"{PATH}/statements", statement(number)))
                await answer(reader)
                answered = time.perf_counter()
                times.append((await hearing - answered) * 1_000)
        writer.close()
        return sorted(times)


async def at_rest(streams: int) -> tuple[float, float]:
    """Kibibytes of memory for each stream, and the share of one processor that all of them take."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as service:
        ask_as_owner(service)
        await open_timeline(service.url)
        pids = descendants(service.process.pid)
        before = resident(*pids)
        sockets = [
            await LiveSocket.open(service.url, f"{PATH}/live", limit=4_096) for _ in range(streams)
        ]
        memory = (resident(*pids) - before) / streams / 1024
        used = processor_seconds(*pids)
        await asyncio.sleep(_IDLE)
        share = (processor_seconds(*pids) - used) / _IDLE
        for opened in sockets:
            opened.close()
        return memory, share


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=1_000)
    parser.add_argument("--events", type=int, default=2_000)
    parser.add_argument("--open", type=int, default=5_000)
    options = parser.parse_args()
    allow_many_files()
    console = Console()
    title = f"{options.subscribers:,} subscribers, middle of {ROUNDS}"
    table = Table("", "events delivered/s", "in a second of its processor", title=title)
    for array in (25, 1):
        size = Size(options.subscribers, options.events * (array + 24) // 49, array)
        for name, *cells in _rows(await fan_out(size)):
            table.add_row(f"{name}, {array} at once", *cells)
    console.print(table)
    times = await latency()
    console.print(
        f"From a POST's answer to the frame: p50 {times[len(times) // 2]:.2f} ms, "
        f"p99 {times[len(times) * 99 // 100]:.2f} ms"
    )
    memory, share = await at_rest(options.open)
    console.print(
        f"{options.open:,} open streams: {memory:.1f} KiB each, "
        f"{share:.1%} of one processor at rest"
    )


def _rows(runs: tuple[list[Run], list[Run]]) -> Iterator[tuple[str, ...]]:
    """The median of each, and the median of the ratios."""
    for name, some in zip(("onrecord", "nchan"), runs, strict=True):
        if some:
            middle = [sorted(values)[len(some) // 2] for values in zip(*some, strict=True)]
            yield (name, *(f"{value:,.0f}" for value in middle))
    if runs[1]:
        pairs = list(zip(*runs, strict=True))
        ratios = [sorted(a[i] / b[i] for a, b in pairs)[len(pairs) // 2] for i in range(2)]
        yield ("ratio", *(f"{ratio:.2f}" for ratio in ratios))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
