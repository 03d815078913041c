"""How long a filtered page of 50 takes in 100,000 statements with half as many later versions.

    python -m benchmarks.reading.query [--statements 100000] [--corrected]

`--corrected`: every tenth statement is corrected five times, in place of a mixture of changes.

Each question is asked many times with other values, at the head and as of the middle, over a
read model in a temporary folder. Times are those of the query alone, in this process.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from benchmarks.harness.made_events import CODEC, TIMELINE, corrected_events, stored_events
from events.log.contract import Identity
from projections import answers, queries
from projections.fold.fold import Fold
from projections.queries import StatementFilter, TimelineRef, Window
from projections.queries.columns.cached_columns import matching_in
from projections.storage.reader import Reader
from projections.storage.store import Store

_ROUNDS = 200
_BATCH = 5_000
_AUGUST_2024 = 1_722_902_400
_DAY = 86_400

Question = Callable[[random.Random], tuple[StatementFilter, answers.Order]]


def month(chance: random.Random) -> Window:
    """Thirty days somewhere in the dates."""
    start = _AUGUST_2024 - 400 * _DAY + chance.randrange(450) * _DAY
    return Window(start, start + 30 * _DAY)


QUESTIONS: dict[str, Question] = {
    "no filter": lambda _: (StatementFilter(), "occurred"),
    "no filter, latest said first": lambda _: (StatementFilter(), "-said"),
    "a month, possible": lambda c: (StatementFilter(occurred=month(c)), "occurred"),
    "a month, certain": lambda c: (
        StatementFilter(occurred=month(c), match="certain"),
        "occurred",
    ),
    "an actor": lambda c: (StatementFilter(actors=(f"Actor {c.randrange(200)}",)), "occurred"),
    "an actor in a month, -occurred": lambda c: (
        StatementFilter(actors=(f"Actor {c.randrange(20)}",), occurred=month(c)),
        "-occurred",
    ),
    "a kind": lambda _: (StatementFilter(kinds=("claim", "denial")), "occurred"),
    "a tag and a place": lambda c: (
        StatementFilter(tags=(f"tag-{c.randrange(500)}",), places=(f"Place {c.randrange(200)}",)),
        "occurred",
    ),
    "a tag on every second one": lambda _: (StatementFilter(tags=("common",)), "-recorded"),
    "a tag in a month, by said": lambda c: (
        StatementFilter(tags=("common",), occurred=month(c)),
        "said",
    ),
    "an actor and a tag, -recorded": lambda c: (
        StatementFilter(actors=(f"Actor {c.randrange(20)}",), tags=(f"tag-{c.randrange(500)}",)),
        "-recorded",
    ),
    "a disputed claim in a month": lambda c: (
        StatementFilter(standings=("disputed",), kinds=("claim",), occurred=month(c)),
        "occurred",
    ),
    "corrected": lambda _: (StatementFilter(corrected=True), "occurred"),
    "disputed": lambda _: (StatementFilter(standings=("disputed",)), "occurred"),
    "said in a month": lambda c: (StatementFilter(said=month(c)), "said"),
    "a word on few": lambda c: (StatementFilter(q=(f"{c.randrange(100_000)}",)), "occurred"),
    "a word on most, another on some": lambda c: (
        StatementFilter(q=(f"troops {c.randrange(300)}",)),
        "occurred",
    ),
    "two words that seldom meet": lambda _: (StatementFilter(q=("troops corrected",)), "occurred"),
    "a phrase": lambda c: (StatementFilter(q=(f"tag-{c.randrange(500)}",)), "occurred"),
    "what begins with a": lambda _: (StatementFilter(q=("a*",)), "occurred"),
    "without a word": lambda _: (StatementFilter(q=("-treaty",)), "occurred"),
    "a word on every second one": lambda _: (StatementFilter(q=("common",)), "-said"),
    "a source": lambda c: (StatementFilter(sources=(f"src{c.randrange(2_000)}",)), "said"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--corrected", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder), Identity("benchmark", 1))
        fill(store, options.statements, corrected=options.corrected)
        ref = queries.timeline_at(store.reader, TIMELINE)
        if ref is None:
            raise SystemExit("nothing was folded")
        load_columns(store.reader, ref)
        _report(store.reader, ref)
        store.close()


def fill(store: Store, statements: int, *, corrected: bool) -> None:
    fold = Fold(store.writer, CODEC, 1)
    mixed = stored_events(statements * 3 // 2, recorded=2 / 3)
    entries = list(corrected_events(statements) if corrected else mixed)
    for start in range(0, len(entries), _BATCH):
        with store.transaction():
            fold.fold(0, entries[start : start + _BATCH])


def load_columns(reader: Reader, ref: TimelineRef) -> None:
    """Return once the timeline's columns are in memory and sorted."""
    while matching_in(reader, ref, StatementFilter(), ref.revision) is None:
        reader.memory.wait()
    reader.memory.wait()


def _report(reader: Reader, ref: TimelineRef) -> None:
    table = Table("question", "at", "p50 ms", "p99 ms", "with count, p50 ms", title="Pages of 50")
    for name, question in QUESTIONS.items():
        for at, revision in (("head", ref.revision), ("middle", ref.revision // 2)):
            page = _times(reader, ref, revision, question, count=False)
            counted = _times(reader, ref, revision, question, count=True)
            table.add_row(
                name,
                at,
                *(f"{t:.2f}" for t in (page[len(page) // 2], page[-3], counted[len(counted) // 2])),
            )
    Console().print(table)


def _times(
    reader: Reader, ref: TimelineRef, revision: int, question: Question, *, count: bool
) -> list[float]:
    """Milliseconds, ascending."""
    chance = random.Random(1)
    times = []
    for _ in range(_ROUNDS // 4 if count else _ROUNDS):
        filter_, order = question(chance)
        begun = perf_counter()
        queries.list_statements(reader, ref, filter_, revision, order=order, count=count)
        times.append((perf_counter() - begun) * 1_000)
    return sorted(times)


if __name__ == "__main__":
    main()
