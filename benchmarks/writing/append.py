"""How fast `Log.append` is, compared with the raw limit of the same server in the same run.

    python -m benchmarks.writing.append [--events 20000] [--singles 5000] [--rounds 9]

The server is the bundled one as the service runs it: every append is on the disk before it is
answered. The raw limit is the rate of plain `XADD` with the same bytes at the same concurrency,
measured with Valkey's own benchmark program if there is one, else with a client that only writes
prepared bytes and counts answers. Only the ratios can be compared between machines.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.harness.family import processor_seconds
from events.event.codec import Codec
from events.event.envelope import NEW, SealedEvent, statement_subject
from events.event.types import StatementRecorded
from events.log.contract import Append
from events.log.redis import RedisLog, open_redis_log
from events.statement.statement import AboutActor, Said, Source, Statement
from service.valkey.embedded import EmbeddedValkey

BATCH = 500
CODEC = Codec(os.urandom(32))


class Run(NamedTuple):
    """A run: `events` in appends of `batch`, by this many callers at once."""

    events: int
    batch: int
    callers: int


class Row(NamedTuple):
    """A measurement, in events a second."""

    what: str
    raw: float
    rate: float


def seal(number: int, timeline: str = "bench") -> SealedEvent:
    """A typical statement of a newsroom: about 700 bytes of data."""
    statement = Statement(
        id=f"s{number}",
        kind="estimate",
        text=f"Between 11,000 and 12,000 troops are deployed in the region, no. {number}. " * 2,
        said=Said(by="Oleksandr Syrskyi", on="2025-04~"),
        occurred="2024-10/2025-04~",
        about=(AboutActor(actor="North Korea"), AboutActor(actor="Russia")),
        sources=(Source(id="article", title="An article", quote="since last October"),),
        tags=("troops", "kursk"),
    )
    subject = statement_subject(f"s{number}")
    event = StatementRecorded(statement=statement)
    return CODEC.seal(timeline, f"e{number}", subject, event, "bench", os.urandom(16))


def new(events: Sequence[SealedEvent]) -> Append:
    return Append(events[0].timeline, tuple(events), {event.touches[0]: NEW for event in events})


async def crowd(size: int, jobs: Sequence[Callable[[], Awaitable[object]]]) -> float:
    """Seconds that `size` workers need for the jobs, each one after another."""
    waiting = iter(jobs)

    async def worker() -> None:
        for job in waiting:
            await job()

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(size)))
    return time.perf_counter() - began


async def appended(log: RedisLog, events: Sequence[SealedEvent], run: Run) -> float:
    """Events a second through `Log.append`."""
    appends = [new(events[i : i + run.batch]) for i in range(0, len(events), run.batch)]
    return len(events) / await crowd(run.callers, [partial(log.append, a) for a in appends])


async def sealed_and_appended(log: RedisLog, run: Run) -> float:
    """Events a second, including making and sealing each."""

    async def job(first: int) -> None:
        await log.append(new([seal(n, "sealed") for n in range(first, first + run.batch)]))

    jobs = [partial(job, first) for first in range(0, run.events, run.batch)]
    return len(jobs) * run.batch / await crowd(run.callers, jobs)


def fields(event: SealedEvent) -> list[bytes]:
    """The entry of an event, approximately: with the header that the log would complete."""
    header = b'{"timeline":"bench","revision":1,"recorded_at":"' + b"0" * 27 + event.tail
    return [b"h", header, b"s", event.salt.hex().encode(), b"d", event.data]


async def raw_rate(path: str, event: SealedEvent, run: Run) -> float:
    """Plain XADDs a second, with a connection for each caller and `batch` of them in flight."""
    for name in ("valkey-benchmark", "redis-benchmark"):
        if program := shutil.which(name):
            return await _by_program(program, path, event, run)
    return await _by_hand(path, event, run)


async def _by_program(program: str, path: str, event: SealedEvent, run: Run) -> float:
    options = f"-c {run.callers} -P {run.batch} -n {run.events} --csv".split()
    command = [b"XADD", b"raw:%d:%d" % (run.batch, run.callers), b"*", *fields(event)]
    process = await asyncio.create_subprocess_exec(
        program, "-s", path, *options, *command, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    names, *_, values = out.decode().splitlines()
    # The first column is the command, which may contain anything: the others count from the end.
    columns = names.strip('"').split('","')
    return float(values.strip('"').split('","')[columns.index("rps") - len(columns)])


async def _by_hand(path: str, event: SealedEvent, run: Run) -> float:
    words = [b"XADD", b"raw:%d:%d" % (run.batch, run.callers), b"*", *fields(event)]
    command = b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(w), w) for w in words)
    connections = [await asyncio.open_unix_connection(path) for _ in range(run.callers)]

    async def job() -> None:
        reader, writer = connections.pop()
        writer.write(command * run.batch)
        lines = 0
        while lines < 2 * run.batch:  # an answer is two lines: the length of the id, and the id
            lines += (await reader.read(1 << 16)).count(b"\n")
        connections.append((reader, writer))

    jobs = [job] * (run.events // run.batch)
    seconds = await crowd(run.callers, jobs)
    for _, writer in connections:
        writer.close()
    return len(jobs) * run.batch / seconds


async def pair(log: RedisLog, path: str, run: Run, round_: int) -> tuple[float, float]:
    """The raw rate and the rate of `Log.append`, measured directly after each other."""
    timeline = f"bench-{run.batch}-{run.callers}-{round_}"
    events = [seal(n, timeline) for n in range(run.events)]
    raw = await raw_rate(path, events[0], run)
    return raw, await appended(log, events, run)


async def measure(url: str, runs: Sequence[Run], rounds: int) -> list[Row]:
    path = unquote(urlsplit(url).path)
    log = await open_redis_log(url)
    rows = []
    for run in runs:
        pairs = [await pair(log, path, run, n) for n in range(rounds)]
        raw, ours = (statistics.median(rates) for rates in zip(*pairs, strict=True))
        rows.append(Row(f"append of {run.batch}, {run.callers} callers", raw, ours))
    rate = await sealed_and_appended(log, runs[0])
    rows.append(Row(f"sealed, then append of {runs[0].batch}", rows[0].raw, rate))
    await log.close()
    return rows


async def cost(url: str, valkey: int, partitions: int, events: int) -> str:
    """The processor microseconds of an append of one event, while 64 callers append to 64 timelines
    of a log with this many partitions."""
    log = await open_redis_log(url, partitions=partitions, prefix=f"{partitions}:")
    appends = [new([seal(n, f"bench-{n % 64}")]) for n in range(events)]
    here, there = time.process_time(), processor_seconds(valkey)
    await crowd(64, [partial(log.append, append) for append in appends])
    here, there = time.process_time() - here, processor_seconds(valkey) - there
    await log.close()
    own, servers = (seconds / events * 1e6 for seconds in (here, there))
    return f"with partitions: {partitions}, {own:.0f} us here, {servers:.0f} us in Valkey"


async def run(runs: Sequence[Run], rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        valkey = EmbeddedValkey(Path(folder))
        await valkey.start()
        try:
            rows = await measure(valkey.url, runs, rounds)
            assert valkey.pid is not None
            costs = [await cost(valkey.url, valkey.pid, n, runs[-1].events) for n in (1, 16)]
        finally:
            await valkey.stop()
    table = Table(title=f"Log.append at fsync, events a second, median of {rounds}")
    for column in ("what", "raw XADD", "Log.append", "of raw"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for row in rows:
        table.add_row(row.what, f"{row.raw:,.0f}", f"{row.rate:,.0f}", f"{row.rate / row.raw:.2f}")
    Console().print(table)
    print("An append of one event to one of 64 timelines:", "; ".join(costs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000, help="events of a bulk run")
    parser.add_argument("--singles", type=int, default=5_000, help="events of the other runs")
    parser.add_argument("--rounds", type=int, default=9, help="how often each is run")
    given = parser.parse_args()
    runs = [Run(given.events, BATCH, 8), Run(given.singles, 1, 50), Run(given.singles, 1, 64)]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(runs, given.rounds))


if __name__ == "__main__":
    main()
