"""How many statements a second are written in each format, compared with reading their pages.

    python -m benchmarks.reading.exports [--statements 20000]

Everything runs in this process, over a read model in a temporary folder: pages of statements as
JSON, then each format from the same pages. Processor time is shown too, since other programs may be
running.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.harness.made_events import TIMELINE
from benchmarks.reading.query import fill, load_columns
from events.log.contract import Identity
from projections import queries
from projections.queries import StatementFilter, TimelineRef
from projections.storage.reader import Reader
from projections.storage.store import Store
from service.interchange.exports.catalogue import STATEMENT_FORMATS
from service.interchange.exports.pages import StatementPages
from service.interchange.writers.exported import Preamble
from service.interchange.writers.loss import LossCount

_LOG = "00000000-0000-4000-8000-000000000000"


class Measured(NamedTuple):
    """The measurements of one way to read or write all statements."""

    statements: int
    size: int
    seconds: float
    processor: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder), Identity("benchmark", 1))
        fill(store, options.statements, corrected=False)
        ref = queries.timeline_at(store.reader, TIMELINE)
        if ref is None:
            raise SystemExit("nothing was folded")
        load_columns(store.reader, ref)
        _report(store.reader, ref)
        store.close()


def _pages(reader: Reader, ref: TimelineRef) -> StatementPages:
    pages = StatementPages(StatementFilter(), "occurred", ref.revision)
    pages.turn_to(reader, ref)
    return pages


def _measured(count: int, pieces: Callable[[], Iterator[int]]) -> Measured:
    began, busy = perf_counter(), process_time()
    size = sum(pieces())
    return Measured(count, size, perf_counter() - began, process_time() - busy)


def _report(reader: Reader, ref: TimelineRef) -> None:
    shown = queries.show_timeline(reader, ref, ref.revision)
    count = shown.statements
    preamble = Preamble(shown, _LOG, "https://record.example")

    def bare() -> Iterator[int]:
        for batch in _pages(reader, ref):
            yield sum(len(each.json) for each in batch)

    def counted(name: str) -> Iterator[int]:
        losses = LossCount(STATEMENT_FORMATS[name].losses)
        for batch in _pages(reader, ref):
            losses.add(batch)
            yield 0

    def written(name: str) -> Iterator[int]:
        return map(len, STATEMENT_FORMATS[name].write(preamble, _pages(reader, ref)))

    ways: dict[str, Callable[[], Iterator[int]]] = {
        name: partial(written, name) for name in STATEMENT_FORMATS
    }
    ways["what ics loses, counted"] = lambda: counted("ics")
    table = Table("format", "statements/s", "MB", "µs of processor each", "ratio to bare pages")
    peer = _measured(count, bare)
    for name, way in {"bare pages of JSON": bare, **ways}.items():
        found = _measured(count, way)
        table.add_row(
            name,
            f"{found.statements / found.seconds:,.0f}",
            f"{found.size / 1e6:.1f}",
            f"{found.processor / found.statements * 1e6:.0f}",
            f"{peer.processor / found.processor:.2f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
