"""Three ways to find the statements whose span touches a window, side by side.

    python -m benchmarks.reading.windows [--spans 200000]

An index by length (the power of two below a span's length, then its start), SQLite's R*Tree, and
arrays in memory. Half of the spans are a day, some are months, every tenth never ends. Each way
finds the first 50 spans by start that touch a late month, and counts all of them. Times are
processor seconds: for adding a row, and for a query.
"""

from __future__ import annotations

import argparse
import heapq
import random
from collections.abc import Callable, Sequence
from time import thread_time
from typing import Any

import apsw
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

_DAY = 86_400
_FIRST = 1_722_902_400 - 400 * _DAY
_OPEN = 2**62
_ROUNDS = 20

Span = tuple[int, int]
Page = list[Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spans", type=int, default=200_000)
    spans = _spans(parser.parse_args().spans)
    window = (_FIRST + 350 * _DAY, _FIRST + 380 * _DAY)
    table = Table(
        "way", "adding, µs", "first 50, ms", "all counted, ms", title=f"{len(spans):,} spans"
    )
    answers = set()
    for name, make in (("by length", _by_length), ("R*Tree", _by_tree), ("arrays", _by_arrays)):
        begun = thread_time()
        first, count = make(spans)
        added = (thread_time() - begun) / len(spans) * 1e6
        answers.add((tuple(first(window)), count(window)))
        times = (_middle(first, window), _middle(count, window))
        table.add_row(name, f"{added:.1f}", *(f"{time:.2f}" for time in times))
    if len(answers) != 1:
        raise SystemExit("the ways do not find the same")
    Console().print(table)


def _spans(count: int) -> list[Span]:
    chance = random.Random(1)
    spans = []
    for _ in range(count):
        start = _FIRST + chance.randrange(400) * _DAY
        days = chance.choice((1, 1, 1, 1, 1, 30, 30, 90, 300, 0))
        spans.append((start, start + days * _DAY - 1 if days else _OPEN))
    return spans


def _middle(ask: Callable[[Span], object], window: Span) -> float:
    times = []
    for _ in range(_ROUNDS):
        begun = thread_time()
        ask(window)
        times.append(thread_time() - begun)
    return sorted(times)[_ROUNDS // 2] * 1_000


def _by_length(spans: Sequence[Span]) -> tuple[Callable[[Span], Page], Callable[[Span], int]]:
    db = apsw.Connection(":memory:")
    key = "PRIMARY KEY (size, start, finish, id)"
    db.execute(f"CREATE TABLE s (size, start, finish, id, {key}) WITHOUT ROWID")
    with db:
        rows = ((max(0, e - s).bit_length(), s, e, n) for n, (s, e) in enumerate(spans))
        db.executemany("INSERT INTO s VALUES (?, ?, ?, ?)", rows)
    sizes = [size for (size,) in db.execute("SELECT DISTINCT size FROM s")]
    touching = "FROM s WHERE size = ? AND start > ? AND start <= ? AND finish >= ?"

    def ask(size: int, window: Span, what: str, end: str) -> list[Any]:
        values = (size, max(window[0] - 2**size, -(2**62)), window[1], window[0])
        return db.execute(f"SELECT {what} {touching} {end}", values).fetchall()

    def first(window: Span) -> Page:
        order = "ORDER BY start, finish, id LIMIT 50"
        parts = [ask(size, window, "start, finish, id", order) for size in sizes]
        return list(heapq.merge(*parts))[:50]

    return first, lambda window: sum(ask(size, window, "count(*)", "")[0][0] for size in sizes)


def _by_tree(spans: Sequence[Span]) -> tuple[Callable[[Span], Page], Callable[[Span], int]]:
    db = apsw.Connection(":memory:")
    # Its numbers have 32 bits: minutes here, which suffices for these spans.
    db.execute("CREATE VIRTUAL TABLE t USING rtree_i32 (id, first, last)")
    db.execute("CREATE TABLE s (id INTEGER PRIMARY KEY, start, finish)")
    with db:
        rows = [(n, s, e) for n, (s, e) in enumerate(spans)]
        db.executemany("INSERT INTO s VALUES (?, ?, ?)", rows)
        minutes = ((n, s // 60, min(e // 60, 2**31 - 1)) for n, s, e in rows)
        db.executemany("INSERT INTO t VALUES (?, ?, ?)", minutes)
    touching = "FROM t CROSS JOIN s ON s.id = t.id WHERE t.first <= ?1 / 60 AND t.last >= ?2 / 60"
    page = f"SELECT start, finish, s.id {touching} ORDER BY start, finish, s.id LIMIT 50"
    counted = f"SELECT count(*) {touching}"

    def first(window: Span) -> Page:
        return db.execute(page, (window[1], window[0])).fetchall()

    def count(window: Span) -> int:
        rows: list[Any] = db.execute(counted, (window[1], window[0])).fetchall()
        return int(rows[0][0])

    return first, count


def _by_arrays(spans: Sequence[Span]) -> tuple[Callable[[Span], Page], Callable[[Span], int]]:
    starts = np.array([start for start, _ in spans])
    ends = np.array([end for _, end in spans])

    def touching(window: Span) -> NDArray[np.bool_]:
        return (starts <= window[1]) & (ends >= window[0])

    def first(window: Span) -> Page:
        found = np.flatnonzero(touching(window))
        found = found[starts[found] <= np.partition(starts[found], 50)[50]]
        order = found[np.lexsort((found, ends[found], starts[found]))][:50]
        return [(int(starts[n]), int(ends[n]), int(n)) for n in order]

    return first, lambda window: int(np.count_nonzero(touching(window)))


if __name__ == "__main__":
    main()
