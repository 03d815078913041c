"""What answers read from: a connection that cannot write, and a limit to every question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

import apsw

from events.errors import QueryTooLong

__all__ = ["Reader"]

_STEPS = 20_000
"""SQLite's steps between two looks at the clock: well under a millisecond."""


class Reader:
    """Asks one connection at a time. `limit` is in seconds, for each question.

    Questions are short and run where they are asked, so there is one reader a process. `turn_to`
    exchanges the file below it between two questions.
    """

    def __init__(self, connection: apsw.Connection, limit: float = 5.0) -> None:
        self.limit = limit
        self._deadline = 0.0
        self.turn_to(connection)

    def turn_to(self, connection: apsw.Connection) -> None:
        """Ask this connection from now on; who opened the one before closes it."""
        connection.set_progress_handler(self._is_late, _STEPS)
        self._connection = connection

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row; raises `QueryTooLong` beyond the limit."""
        self._deadline = monotonic() + self.limit
        try:
            return self._connection.execute(sql, values).fetchall()
        except apsw.InterruptError as error:
            raise self._too_long() from error

    def each(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Row by row, in constant memory; raises `QueryTooLong` where the last one comes beyond
        the limit. Nothing else is asked of this reader meanwhile."""
        self._deadline = monotonic() + self.limit
        try:
            yield from self._connection.execute(sql, values)
        except apsw.InterruptError as error:
            raise self._too_long() from error

    @contextmanager
    def steady(self) -> Iterator[None]:
        """All questions within are answered from one state of the file."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def one(self, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row, or None; raises `QueryTooLong` beyond the limit."""
        rows = self.all(sql, values)
        return rows[0] if rows else None

    def _too_long(self) -> QueryTooLong:
        return QueryTooLong(f"The query took more than {self.limit:g} s; ask for less at a time.")

    def _is_late(self) -> bool:
        return monotonic() > self._deadline
