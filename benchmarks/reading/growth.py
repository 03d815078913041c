"""How much dearer a question becomes with the record: many statements beside few, in one run.

    python -m benchmarks.reading.growth [--few 10000] [--many 100000] [--folder FOLDER]

Pages of 50, counts, buckets, facets and sources are asked at the head and as of the middle of both
read models by turns. Times are seconds of the processor, so that a busy machine shows in none; the
ratio is that of the middles. The read models are kept in FOLDER, where a million statements take
minutes to fold.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from time import thread_time
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.harness.made_events import CODEC, TIMELINE, stored_events
from benchmarks.reading.query import QUESTIONS, load_columns, month
from events.log.contract import Identity
from projections import answers, queries
from projections.fold.fold import Fold
from projections.queries import StatementFilter, TimelineRef
from projections.storage.reader import Reader
from projections.storage.store import Store

_ROUNDS = 15
_BATCH = 5_000


class Asked(NamedTuple):
    """A read model, and its timeline at the head."""

    reader: Reader
    ref: TimelineRef


Ask = Callable[[Asked, int, random.Random], object]


def _page(question: Callable[[random.Random], tuple[StatementFilter, answers.Order]]) -> Ask:
    def ask(of: Asked, revision: int, chance: random.Random) -> object:
        filter_, order = question(chance)
        return queries.list_statements(of.reader, of.ref, filter_, revision, order=order)

    return ask


def _count(of: Asked, revision: int, chance: random.Random) -> object:
    filter_ = StatementFilter(tags=("common",), occurred=month(chance))
    return queries.count_statements(of.reader, of.ref, filter_, revision)


def _buckets(of: Asked, revision: int, _: random.Random) -> object:
    return queries.list_buckets(of.reader, of.ref, StatementFilter(), revision, "month")


def _facets(filter_: StatementFilter) -> Ask:
    return lambda of, revision, _: queries.show_facets(of.reader, of.ref, filter_, revision)


def _sources(of: Asked, revision: int, _: random.Random) -> object:
    return queries.list_sources(of.reader, of.ref, revision)


ASKED: dict[str, Ask] = {
    **{f"page: {name}": _page(question) for name, question in QUESTIONS.items()},
    "count: a tag in a month": _count,
    "buckets of a month": _buckets,
    "page: what begins with a": _page(lambda _: (StatementFilter(q=("a*",)), "occurred")),
    "facets": _facets(StatementFilter()),
    "facets: a tag on every second": _facets(StatementFilter(tags=("common",))),
    "sources": _sources,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = options.folder or Path(folder)
        with opened(kept, options.few) as few, opened(kept, options.many) as many:
            _report(few, many, f"{options.many:,} statements beside {options.few:,}")


@contextmanager
def opened(folder: Path, statements: int) -> Iterator[Asked]:
    """The read model of so many statements with half as many changes, its columns in memory."""
    store = Store.open(folder / f"s{statements}", Identity("benchmark", 1))
    if queries.timeline_at(store.reader, TIMELINE) is None:
        fold, entries = (
            Fold(store.writer, CODEC, 1),
            stored_events(statements * 3 // 2, recorded=2 / 3),
        )
        while batch := list(islice(entries, _BATCH)):
            with store.transaction():
                fold.fold(0, batch)
    ref = queries.timeline_at(store.reader, TIMELINE)
    if ref is None:
        raise SystemExit("nothing was folded")
    load_columns(store.reader, ref)
    yield Asked(store.reader, ref)
    store.close()


def _report(few: Asked, many: Asked, title: str) -> None:
    table = Table("asked", "at", "few, ms", "many, ms", "ratio", title=title)
    for name, ask in ASKED.items():
        for at, part in (("head", 1), ("middle", 2)):
            times: tuple[list[float], list[float]] = ([], [])
            for number in range(_ROUNDS):
                for of, taken in zip((few, many), times, strict=True):
                    begun = thread_time()
                    ask(of, of.ref.revision // part, random.Random(number))
                    taken.append((thread_time() - begun) * 1_000)
            middle = [sorted(taken)[_ROUNDS // 2] for taken in times]
            ratio = f"{middle[1] / middle[0]:.1f}"
            table.add_row(name, at, *(f"{time:.2f}" for time in middle), ratio)
    Console().print(table)


if __name__ == "__main__":
    main()
