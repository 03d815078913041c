"""How fast a read model is built from its log, compared with bare inserts of the same rows.

    python -m benchmarks.replaying.rebuild [--events 100000]

The entries are folded as `onrecord rebuild` folds them, with seals and digests checked, in
transactions of 5,000. Then the resulting rows are read back and inserted into empty tables of the
same schema, in as many transactions and in the same order, without opening events, reading rows or
closing versions. Both must end with the same rows, which is checked. The full-text index is one of
the tables: its rows are made from the contents beforehand. On a busy machine the rates per
processor second tell more than those by the clock.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.harness.made_events import CODEC, stored_events
from events.event.envelope import StoredEvent
from events.log.contract import Identity
from events.statement.statement import Statement
from projections.fold.fold import Fold
from projections.fold.indexing.search import text_of
from projections.fold.model_writer import REBUILDING
from projections.storage.store import Store

_BATCH = REBUILDING.events
_IDENTITY = Identity("benchmark", 1)


class _Shown(Statement, frozen=True, forbid_unknown_fields=False):
    """The statement within what is shown of it."""


_statement = msgspec.json.Decoder(_Shown)

Tables = dict[str, list[tuple[Any, ...]]]


class Seconds(NamedTuple):
    """A duration, by the clock and of the processor."""

    clock: float
    processor: float

    @classmethod
    def now(cls) -> Seconds:
        return cls(perf_counter(), process_time())

    def until_now(self) -> Seconds:
        return Seconds(perf_counter() - self.clock, process_time() - self.processor)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    events = parser.parse_args().events
    table = Table(
        *("entries", "rows", "fold, events/s", "bare inserts, events/s", "ratio"),
        *("fold, events by a second of processor", "bare inserts", "ratio"),
        title="Rebuild of one partition",
    )
    for name, recorded in (("statements recorded", 1.0), ("one in seven changes others", 0.85)):
        entries = list(stored_events(events, recorded=recorded))
        with tempfile.TemporaryDirectory() as folder:
            folded, tables = _fold(Path(folder, "folded"), entries)
            inserted = _insert(Path(folder, "inserted"), tables, events)
        rows = sum(len(of) for of in tables.values())
        table.add_row(
            f"{events:,} {name}",
            f"{rows:,}",
            *_rates(events, folded.clock, inserted.clock),
            *_rates(events, folded.processor, inserted.processor),
        )
    Console().print(table)


def _rates(events: int, folded: float, inserted: float) -> tuple[str, str, str]:
    return f"{events / folded:,.0f}", f"{events / inserted:,.0f}", f"{inserted / folded:.2f}"


def _fold(folder: Path, entries: Sequence[StoredEvent]) -> tuple[Seconds, Tables]:
    """The time of the fold, and every row."""
    store = Store.open(folder, _IDENTITY)
    fold = Fold(store.writer, CODEC, 1)
    begun = Seconds.now()
    for start in range(0, len(entries), _BATCH):
        batch = entries[start : start + _BATCH]
        with store.transaction():
            fold.fold(0, batch)
            store.save_checkpoint(batch[-1].position, batch[-1].header)
    seconds = begun.until_now()
    if fold.stalls:
        raise SystemExit(f"the load does not fold: {fold.stalls[0]}")
    tables = _rows(store)
    store.close()
    return seconds, tables


def _insert(folder: Path, tables: Tables, events: int) -> Seconds:
    """The time of inserting the rows."""
    store = Store.open(folder, _IDENTITY)
    store.writer.execute("DELETE FROM meta")
    parts = -(-events // _BATCH)
    begun = Seconds.now()
    for part in range(parts):
        with store.transaction():
            for name, rows in tables.items():
                some = rows[len(rows) * part // parts : len(rows) * (part + 1) // parts]
                if some:
                    places = ", ".join("?" * len(some[0]))
                    columns = "(rowid, words)" if name == "search" else ""
                    insert = f"INSERT INTO {name} {columns} VALUES ({places})"  # noqa: S608 - names of our own tables
                    store.writer.executemany(insert, some)
    seconds = begun.until_now()
    if {name: sorted(rows, key=repr) for name, rows in _rows(store).items()} != {
        name: sorted(rows, key=repr) for name, rows in tables.items()
    }:
        raise SystemExit("the rows are not the same")
    store.close()
    return seconds


def _rows(store: Store) -> Tables:
    """Every row of every table, in the order of insertion if a column shows it."""
    found: Tables = {}
    names = store.writer.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%'"
    ).fetchall()
    for (name,) in names:
        columns = [row[1] for row in store.writer.execute(f"PRAGMA table_info({name})")]
        order = next((c for c in ("since", "revision", "st") if c in columns), columns[0])
        query = f"SELECT * FROM {name} ORDER BY {order}"  # noqa: S608 - names of our own tables
        found[str(name)] = store.writer.execute(query).fetchall()
    found["search"] = [
        (content, text_of(_statement.decode(shown)))
        for content, shown in store.writer.execute(
            "SELECT content, shown FROM contents JOIN search ON search.rowid = content"
        )
    ]
    return found


if __name__ == "__main__":
    main()
