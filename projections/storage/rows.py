"""Buffers rows and writes many at once, always before their table is read.

The result does not depend on the order in which rows are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import apsw

__all__ = ["Row", "Rows", "texts"]

Row = tuple[Any, ...]

_table = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)")


class Rows:
    """The buffered rows of one writer."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._added: dict[str, list[Row]] = {}
        self._writers: dict[str, Callable[[], None]] = {}

    def buffered_by(self, table: str, write: Callable[[], None]) -> None:
        """Call `write` before the table is read or changed, and in `flush`. It writes, with
        `insert`, the rows that another object buffers."""
        self._writers[table] = write

    def add(self, insert: str, row: Row) -> None:
        """Insert this row later: before its table is read or changed, at the latest in `flush`.
        Rows are written in the order of their keys, so that pages are written one after the
        other."""
        rows = self._added.get(insert)
        if rows is None:
            rows = self._added[insert] = []
        rows.append(row)

    def change(self, query: str, values: Row) -> None:
        """Change rows now."""
        self._write(_tables(query))
        self._connection.execute(query, values)

    def insert(self, query: str, rows: list[Row]) -> None:
        """Insert or change rows now."""
        if rows:
            self._connection.executemany(query, rows)

    def all(self, query: str, values: Row) -> list[Row]:
        """All rows, including the added ones."""
        self._write(_tables(query))
        return self._connection.execute(query, values).fetchall()

    def written(self, query: str, values: Row) -> list[Row]:
        """All rows in the tables, without the buffered ones: for queries that can match no buffered
        row."""
        return self._connection.execute(query, values).fetchall()

    def one(self, query: str, values: Row) -> Row | None:
        """The first row, or None."""
        rows = self.all(query, values)
        return rows[0] if rows else None

    def flush(self) -> None:
        """Write all buffered rows. On an error the caller must roll the transaction back."""
        for write in self._writers.values():
            write()
        added, self._added = self._added, {}
        for query, rows in added.items():
            rows.sort()
            self._connection.executemany(query, rows)

    def forget(self) -> None:
        """Drop the buffered rows after a rollback. Rows that other objects buffer are theirs to
        drop."""
        self._added.clear()

    def _write(self, tables: frozenset[str]) -> None:
        """Write the buffered rows of these tables."""
        for table in tables & self._writers.keys():
            self._writers[table]()
        for query in [query for query in self._added if _tables(query) & tables]:
            rows = self._added.pop(query)
            rows.sort()
            self._connection.executemany(query, rows)


def texts(values: Sequence[str]) -> Any:
    """Texts (at least one) as one value of a query, which reads them with `carray(?)`."""
    return apsw.carray(tuple(values), flags=apsw.SQLITE_CARRAY_TEXT)


@lru_cache(maxsize=256)
def _tables(query: str) -> frozenset[str]:
    """The tables that a query names."""
    return frozenset(_table.findall(query))
