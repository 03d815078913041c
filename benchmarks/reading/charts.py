"""How long buckets and facets of 100,000 statements take, of which a tenth are corrected five
times.

    python -m benchmarks.reading.charts [--statements 100000]

Each is queried at the head and as of the middle, over a read model in a temporary folder. Times are
medians of seven, for the query alone, in this process.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import get_args

from rich.console import Console
from rich.table import Table

from benchmarks.harness.made_events import TIMELINE
from benchmarks.reading.query import fill, load_columns
from events.log.contract import Identity
from projections import queries
from projections.answers.choices import StatementClock
from projections.queries import StatementFilter, TimelineRef, Window
from projections.storage.reader import Reader
from projections.storage.store import Store

_ROUNDS = 7
_AUGUST_2024 = 1_722_902_400
_DAY = 86_400
_YEAR = Window(_AUGUST_2024 - 200 * _DAY, _AUGUST_2024 + 165 * _DAY)

FILTERS: dict[str, StatementFilter] = {
    "none": StatementFilter(),
    "three kinds": StatementFilter(kinds=("claim", "denial", "report")),
    "a year of occurred times": StatementFilter(occurred=_YEAR),
    "a year of said times": StatementFilter(said=_YEAR),
    "a tag on every second": StatementFilter(tags=("common",)),
    "a tag, and a kind": StatementFilter(tags=("common",), kinds=("claim",)),
    "a hundred places": StatementFilter(places=tuple(f"Place {n}" for n in range(100))),
    "an agency": StatementFilter(actors=("Agency 3",)),
    "a word on every second": StatementFilter(q=("common",)),
    "without a word": StatementFilter(q=("-common",)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000)
    statements = parser.parse_args().statements
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder), Identity("benchmark", 1))
        fill(store, statements, corrected=True)
        ref = queries.timeline_at(store.reader, TIMELINE)
        if ref is None:
            raise SystemExit("nothing was folded")
        load_columns(store.reader, ref)
        _report(store.reader, ref)
        store.close()


def _report(reader: Reader, ref: TimelineRef) -> None:
    clocks = get_args(StatementClock)
    title = "Buckets of a month by each clock, and facets: ms at the head / as of the middle"
    table = Table("filter", *clocks, "facets", title=title)
    for name, filter_ in FILTERS.items():
        table.add_row(name, *(_cell(reader, ref, filter_, on) for on in (*clocks, None)))
    Console().print(table)


def _cell(
    reader: Reader, ref: TimelineRef, filter_: StatementFilter, on: StatementClock | None
) -> str:
    """Buckets by that clock; facets without one."""

    def ask(revision: int) -> object:
        if on is None:
            return queries.show_facets(reader, ref, filter_, revision)
        return queries.list_buckets(reader, ref, filter_, revision, "month", on)

    return f"{_middle(ask, ref.revision):.0f} / {_middle(ask, ref.revision // 2):.0f}"


def _middle(ask: Callable[[int], object], revision: int) -> float:
    """Milliseconds."""
    times = []
    for _ in range(_ROUNDS):
        begun = perf_counter()
        ask(revision)
        times.append((perf_counter() - begun) * 1_000)
    return sorted(times)[_ROUNDS // 2]


if __name__ == "__main__":
    main()
