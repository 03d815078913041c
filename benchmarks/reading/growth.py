"""How much longer a query takes as a timeline grows: many statements compared with few, in one run.

    python -m benchmarks.reading.growth [--few 10000] [--many 100000] [--folder FOLDER] [NAME ...]

Pages, counts, buckets, facets and sources are queried at the head and as of the middle of both read
models by turns, each kind with a dozen values. A page has as many statements as the small model can
fill, at most 50, so that both pages have the same size. Times are milliseconds of the processor, so
that other load affects few of them: the median of the first times, and the mean of the least times
of repeated queries. The read models are kept in FOLDER, because folding a million statements takes
minutes. With NAMEs, only queries whose names begin with one of them are run.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from statistics import fmean, median
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
from projections.storage.files.column_files import remove_column_files
from projections.storage.reader import Reader
from projections.storage.store import Store

_ROUNDS = 5
_VALUES = 12
_PAGE = 50
_BATCH = 5_000


class Asked(NamedTuple):
    """A read model, and its timeline at the head."""

    reader: Reader
    ref: TimelineRef


class Question(NamedTuple):
    """A query of a read model at a revision; if it is a page, for a number of statements."""

    filter_: StatementFilter
    order: answers.Order = "occurred"
    ask: Callable[[Asked, StatementFilter, int], object] | None = None
    """A query other than a page."""


Made = Callable[[random.Random], Question]


def _page(made: Callable[[random.Random], tuple[StatementFilter, answers.Order]]) -> Made:
    return lambda chance: Question(*made(chance))


def _other(
    ask: Callable[[Asked, StatementFilter, int], object],
    filter_: StatementFilter = StatementFilter(),  # noqa: B008 - it never changes
) -> Made:
    return lambda _: Question(filter_, ask=ask)


def _count(of: Asked, filter_: StatementFilter, revision: int) -> object:
    return queries.count_statements(of.reader, of.ref, filter_, revision)


def _buckets(of: Asked, filter_: StatementFilter, revision: int) -> object:
    return queries.list_buckets(of.reader, of.ref, filter_, revision, "month")


def _facets(of: Asked, filter_: StatementFilter, revision: int) -> object:
    return queries.show_facets(of.reader, of.ref, filter_, revision)


def _sources(of: Asked, _: StatementFilter, revision: int) -> object:
    return queries.list_sources(of.reader, of.ref, revision)


ASKED: dict[str, Made] = {
    **{name: _page(question) for name, question in QUESTIONS.items()},
    "count: a tag in a month": lambda chance: Question(
        StatementFilter(tags=("common",), occurred=month(chance)), ask=_count
    ),
    "buckets of a month": _other(_buckets),
    "facets": _other(_facets),
    "facets: a tag on every second": _other(_facets, StatementFilter(tags=("common",))),
    "sources": _other(_sources),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", default=[""])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = options.folder or Path(folder)
        with opened(kept, options.few) as few, opened(kept, options.many) as many:
            title = f"{options.many:,} statements beside {options.few:,}"
            _report(few, many, title, tuple(options.names))


@contextmanager
def opened(folder: Path, statements: int) -> Iterator[Asked]:
    """The read model of this many statements, with half as many changes and its columns in
    memory."""
    remove_column_files(folder / f"s{statements}")  # of an earlier run
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


def _report(few: Asked, many: Asked, title: str, names: tuple[str, ...]) -> None:
    again = ("few, ms", "many, ms", "ratio")
    first = ("first: few, ms", "many, ms", "ratio")
    table = Table("asked", "at", "rows", *again, *first, title=title)
    for name, made in ASKED.items():
        if not name.startswith(names):
            continue
        for at, part in (("head", 1), ("middle", 2)):
            asked = [_limited(made(random.Random(n)), few, part) for n in range(_VALUES)]
            shown = sum(limit for _, limit in asked) / _VALUES
            table.add_row(name, at, f"{shown:.0f}", *_compared(few, many, asked, part))
    Console(width=140).print(table)


def _limited(question: Question, few: Asked, part: int) -> tuple[Question, int]:
    """The query, and how many of its statements the small read model can show."""
    revision = few.ref.revision // part
    found = queries.count_statements(few.reader, few.ref, question.filter_, revision)
    return question, max(1, min(_PAGE, found))


def _compared(
    few: Asked, many: Asked, asked: list[tuple[Question, int]], part: int
) -> Iterator[str]:
    """The times of repeated and of first queries, few and many, and the ratio of each."""
    times = [
        [[_taken(of, *one, part) for of in (few, many)] for one in asked] for _ in range(_ROUNDS)
    ]
    least = [
        fmean(min(of_round[n][which] for of_round in times) for n in range(_VALUES))
        for which in range(2)
    ]
    first = [median(one[which] for one in times[0]) for which in range(2)]
    for small, large in (least, first):
        yield from (f"{small:.2f}", f"{large:.2f}", f"{large / small:.1f}")


def _taken(of: Asked, question: Question, limit: int, part: int) -> float:
    revision, filter_ = of.ref.revision // part, question.filter_
    begun = thread_time()
    if question.ask is not None:
        question.ask(of, filter_, revision)
    else:
        queries.list_statements(
            of.reader, of.ref, filter_, revision, order=question.order, limit=limit
        )
    return (thread_time() - begun) * 1_000


if __name__ == "__main__":
    main()
