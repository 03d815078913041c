"""Rows on their way into the tables: written many at a time, and before anything is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import apsw

__all__ = ["Row", "Rows"]

Row = tuple[Any, ...]

_AT_ONCE = 1_000
"""Rows that are written without a break: some milliseconds."""


class Rows:
    """One writer's rows. What is added waits until anything is read or changed; what is deferred
    waits until the end, or `settle`. The order in which rows are written makes no difference."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._added: dict[str, list[Row]] = {}
        self._deferred: dict[str, list[Row]] = {}
        self._changes: dict[str, list[Row]] = {}

    def add(self, insert: str, row: Row) -> None:
        """Insert this row, by and by."""
        rows = self._added.get(insert)
        if rows is None:
            rows = self._added[insert] = []
        rows.append(row)

    def defer(self, insert: str, row: Row) -> None:
        """Insert this row in the end, sorted among the others: for tables that are seldom read
        here, and whose keys come in any order; their pages are written to one after the other.
        Whoever reads or changes such a table calls `settle` before."""
        rows = self._deferred.get(insert)
        if rows is None:
            rows = self._deferred[insert] = []
        rows.append(row)

    def defer_change(self, query: str, values: Row) -> None:
        """Change rows of such a table in the end, behind all inserts, sorted by the values."""
        self._changes.setdefault(query, []).append(values)

    def change(self, query: str, values: Row) -> None:
        """Change rows at once."""
        self._flush()
        self._connection.execute(query, values)

    def all(self, query: str, values: Row) -> list[Row]:
        """Every row, those that were added included."""
        self._flush()
        return self._connection.execute(query, values).fetchall()

    def one(self, query: str, values: Row) -> Row | None:
        """The first row, or None."""
        rows = self.all(query, values)
        return rows[0] if rows else None

    def settle(self) -> None:
        """Write all that waits."""
        for _ in self.settling():
            pass

    def settling(self) -> Iterator[None]:
        """Write all that waits, with breaks between bounded pieces of work. Where a row is
        refused, the transaction is to be rolled back."""
        self._flush()
        deferred, self._deferred = self._deferred, {}
        changes, self._changes = self._changes, {}
        for query, rows in (*deferred.items(), *changes.items()):
            rows.sort()
            for start in range(0, len(rows), _AT_ONCE):
                self._connection.executemany(query, rows[start : start + _AT_ONCE])
                yield

    def forget(self) -> None:
        """Drop what waits, after a rollback."""
        self._added.clear()
        self._deferred.clear()
        self._changes.clear()

    def _flush(self) -> None:
        if self._added:
            added, self._added = self._added, {}
            for insert, rows in added.items():
                self._connection.executemany(insert, rows)
