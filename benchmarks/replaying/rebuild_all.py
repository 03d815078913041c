"""How fast `onrecord rebuild` folds sixteen partitions with a process for each core, compared with
one process.

    python -m benchmarks.replaying.rebuild_all [--events 100000] [--rounds 3]

The log is on a bundled Valkey. The two ways take turns; each begins without a read model. If other
programs load the machine, events per processor second tell more than events per second: they show
what the processes cost each other.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter

from rich.console import Console
from rich.table import Table

from benchmarks.harness.made_events import CODEC, stored_events
from events.event.codec import Codec
from events.event.envelope import Subject
from events.log.contract import Append, partition_of
from projections.storage.stores import drop
from service.cli.operating.rebuilders import fold_all
from service.processes.sealed_log import open_sealed_log
from service.settings.cores import usable_cores
from service.settings.settings import Settings
from service.valkey.embedded import EmbeddedValkey

_PARTITIONS = 16
_AT_ONCE = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder), given.events, given.rounds))


async def _measure(folder: Path, events: int, rounds: int) -> None:
    settings = Settings(data_dir=folder, log_format="json", given_by={})
    ways = sorted({1, usable_cores()})
    table = Table("processes", "events/s", "by a second of processor", "ratio to one")
    async with EmbeddedValkey(folder) as valkey:
        heads = await _fill(valkey.url, settings, events)
        rates: dict[int, list[tuple[float, float]]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way in ways:
                rates[way].append(await _rate(settings, valkey.url, heads, way))
        for way in ways:
            clock, processor = (statistics.median(rate) for rate in zip(*rates[way], strict=True))
            pairs = zip(rates[way], rates[1], strict=True)
            ratio = statistics.median(mine[0] / one[0] for mine, one in pairs)
            table.add_row(str(way), f"{clock:,.0f}", f"{processor:,.0f}", f"{ratio:.2f}")
    Console().print(table)


async def _fill(url: str, settings: Settings, events: int) -> dict[int, int]:
    """A timeline in each partition, with as many events each. Returns the heads of the
    partitions."""
    log, key = await open_sealed_log(url, settings)
    codec = Codec(key)
    named = {partition_of(name, _PARTITIONS): name for name in map(str, range(500))}
    made = [CODEC.open(stored) for stored in stored_events(events // _PARTITIONS)]
    for name in named.values():
        sealed = [
            codec.seal(name, header.id, Subject(header.subject), event, "load", bytes(16))
            for _, header, event in made
            if event is not None
        ]
        for start in range(0, len(sealed), _AT_ONCE):
            await log.append(Append(name, tuple(sealed[start : start + _AT_ONCE]), {}))
    heads = {p: await log.head(p) for p in range(log.identity.partitions)}
    await log.close()
    return heads


async def _rate(
    settings: Settings, url: str, heads: dict[int, int], processes: int
) -> tuple[float, float]:
    """Events a second, by the clock and per processor second."""
    drop(settings.data_dir)
    events, spent, began = sum(heads.values()), _spent(), perf_counter()
    stalls = await fold_all(settings, url, heads, processes, lambda _: None)
    if stalls:
        raise SystemExit(f"the load does not fold: {stalls[0]}")
    return events / (perf_counter() - began), events / (_spent() - spent)


def _spent() -> float:
    """The processor seconds of the processes that have ended."""
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
