"""What the ledger and the signer cost an append, compared with the same log without them in the
same run.

    python -m benchmarks.writing.signing [--events 20000] [--singles 4000] [--rounds 7]
        [--leaves 1000000]

Each variant has a log, a fold and a data folder of its own in this one process; the variants take
turns. Then it measures how long a million leaves take, in the ledger and in the signer's
examination; how soon after an append its checkpoint is signed; and what reading the whole log again
costs meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.harness.made_events import CODEC as MADE_BY
from benchmarks.harness.made_events import TIMELINE, stored_events
from benchmarks.writing.append import BATCH, CODEC, Run, appended, new, seal
from events.audit.examination import Examination
from events.event.envelope import TIMELINE as WHOLE
from events.event.envelope import StoredEvent
from events.event.types import TimelineOpened
from events.log.contract import Append, Identity
from events.log.redis import RedisLog, open_redis_log
from projections.ledger.ledger import Ledger
from projections.ledger.reading import LedgerReading
from projections.ledger.writer import LedgerWriter
from projections.projector import Projector
from projections.storage.stores import Stores
from service import clock
from service.datafolder.signed_state import SignedState
from service.settings.settings import Settings
from service.signing.heads import SignedHeads
from service.signing.signer import Signer
from service.valkey.embedded import EmbeddedValkey

VARIANTS = ("fold alone", "with ledger", "with ledger and signer")
SLICE = 2_000


class Part(NamedTuple):
    """A log and its readers."""

    log: RedisLog
    projector: Projector
    heads: SignedHeads | None


@asynccontextmanager
async def opened(url: str, folder: Path, variant: str, scrub: int) -> AsyncIterator[Part]:
    """The log and the tasks of a variant; `scrub` is the interval of reading again."""
    async with AsyncExitStack() as undo:
        log = await open_redis_log(url, prefix=f"{folder.name}:")
        undo.push_async_callback(log.close)
        store = Stores.open(folder, log.identity)
        undo.callback(store.close)
        projector = Projector(log, CODEC, store)
        tasks = [projector.run()]
        heads = None
        if variant != VARIANTS[0]:
            ledger = Ledger.open(folder, log.identity)
            undo.callback(ledger.close)
            keeper = LedgerWriter(log, ledger)
            projector.on_read.append(keeper.offer)
            tasks.append(keeper.run())
            if variant == VARIANTS[2]:
                SignedState.begin(folder, log.identity.id)
                heads = SignedHeads(SignedState.load(folder, log.identity.id), "")
                settings = Settings(
                    data_dir=folder, log_format="json", given_by={}, scrub_interval=scrub
                )
                seeds = [os.urandom(32)]
                signer = Signer(log, CODEC, ledger, heads, seeds, settings, clock.now)
                tasks.append(signer.run())
        running = {asyncio.create_task(task) for task in tasks}
        try:
            yield Part(log, projector, heads)
        finally:
            for each in running:
                each.cancel()
            await asyncio.wait(running)


def opening(timeline: str) -> Append:
    """The first append of every timeline."""
    event = TimelineOpened(title="Bench")
    sealed = CODEC.seal(timeline, "opening", WHOLE, event, "bench", os.urandom(16))
    return new([sealed])


def made(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


async def costs(url: str, folder: Path, runs: list[Run], rounds: int) -> Table:
    """The rates of the variants by turns, from the median round."""
    table = Table("appends", *VARIANTS, "ratios", title=f"events a second, median of {rounds}")
    async with AsyncExitStack() as undo:
        parts = [
            await undo.enter_async_context(opened(url, made(folder, f"v{n}"), variant, 3600))
            for n, variant in enumerate(VARIANTS)
        ]
        for run in runs:
            rates: list[list[float]] = [[] for _ in parts]
            for turn in range(rounds):
                timeline = f"t-{run.batch}-{turn}"
                events = [seal(n, timeline) for n in range(run.events)]
                for part, found in zip(parts, rates, strict=True):
                    await part.log.append(opening(timeline))
                    found.append(await appended(part.log, events, run))
                    await part.projector.progress.wait_for(timeline, run.events + 1, 60)
                    if part.heads is not None:
                        await part.heads.covered(timeline, run.events + 1, 60)
            alone = rates[0]
            ratios = [
                statistics.median(mine / its for mine, its in zip(found, alone, strict=True))
                for found in rates[1:]
            ]
            table.add_row(
                f"of {run.batch}, {run.callers} callers",
                *(f"{statistics.median(found):,.0f}" for found in rates),
                ", ".join(f"{ratio:.2f}" for ratio in ratios),
            )
    return table


async def delays(url: str, folder: Path, count: int) -> list[float]:
    """Seconds from an append's answer to the checkpoint that covers it, one after another."""
    async with opened(url, made(folder, "delays"), VARIANTS[2], 3600) as part:
        found = []
        await part.log.append(opening("bench"))
        for n in range(count):
            await part.log.append(new([seal(n)]))
            began = time.perf_counter()
            assert part.heads is not None
            assert await part.heads.covered("bench", n + 2, 30) is not None
            found.append(time.perf_counter() - began)
    return sorted(found)


async def scrubbing(url: str, folder: Path, events: int) -> float:
    """The share of a core that reading the log again and again takes."""
    async with opened(url, made(folder, "scrub"), VARIANTS[2], 0) as part:
        sealed = [seal(n) for n in range(events)]
        await part.log.append(opening("bench"))
        await appended(part.log, sealed, Run(events, BATCH, 4))
        assert part.heads is not None
        await part.heads.covered("bench", events + 1, 60)
        await part.projector.progress.wait_for("bench", events + 1, 60)
        began, before = time.perf_counter(), time.process_time()
        await asyncio.sleep(10)
        return (time.process_time() - before) / (time.perf_counter() - began)


def building(folder: Path, leaves: int) -> tuple[float, float]:
    """The seconds for this many leaves: in the ledger, and in the examination."""
    seconds = [0.0, 0.0]
    ledger = Ledger.open(folder, Identity("benchmark", 1))
    reading = LedgerReading(ledger, 0, 1, whole=False)
    examination = Examination(MADE_BY, 0, 1, {}, lambda *_: b"", lambda *_: False)
    entries: list[StoredEvent] = []
    for stored in stored_events(leaves):
        entries.append(stored)
        if len(entries) == SLICE or stored.position == leaves:
            for n, take in enumerate((reading.take, examination.examine)):
                began = time.perf_counter()
                take(entries)
                seconds[n] += time.perf_counter() - began
            entries = []
    assert ledger.root(TIMELINE, leaves) == examination.timelines[TIMELINE].head().root
    ledger.close()
    return seconds[0], seconds[1]


async def measure(given: argparse.Namespace, folder: Path) -> None:
    runs = [Run(given.events, BATCH, 4), Run(given.singles, 1, 50)]
    valkey = EmbeddedValkey(folder)
    await valkey.start()
    try:
        table = await costs(valkey.url, folder, runs, given.rounds)
        waited = await delays(valkey.url, folder, 50)
        share = await scrubbing(valkey.url, folder, given.events)
    finally:
        await valkey.stop()
    Console().print(table)
    print(f"signed after {waited[25]:.2f} s (middle), {waited[-1]:.2f} s (longest of 50)")
    print(f"reading again takes {100 * share:.0f} % of a core")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000, help="events of a bulk run")
    parser.add_argument("--singles", type=int, default=4_000, help="events of the other runs")
    parser.add_argument("--rounds", type=int, default=7, help="how often each is run")
    parser.add_argument("--leaves", type=int, default=1_000_000, help="leaves of one tree")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(measure(given, Path(folder)))
        ledger, examined = building(made(Path(folder), "leaves"), given.leaves)
    print(f"{given.leaves:,} leaves: {ledger:.1f} s in the ledger, {examined:.1f} s examined")


if __name__ == "__main__":
    main()
