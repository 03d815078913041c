"""A read-only connection with a time limit for each query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

import apsw

from events.errors import Damaged, QueryTooLong
from projections.storage.database import DAMAGE
from projections.storage.file_memory import FileMemory

__all__ = ["Reader"]

T = TypeVar("T")

_STEPS = 20_000
"""SQLite's steps between two checks of the clock: well under a millisecond."""


class Reader:
    """Queries one connection. `limit` is the time for each query in seconds. `on_damage` is called,
    in the querying thread, whenever the file proves to be damaged. `memory` has what queries cache
    of the file, shared by all its readers; `before` is called before each query, and gives the
    reader its connection if it has none yet.

    Queries are short and run on the caller's thread, so one reader serves the whole process.
    `turn_to` switches it to another file between two queries.
    """

    def __init__(
        self,
        connection: apsw.Connection | None,
        limit: float = 5.0,
        on_damage: Callable[[], None] = lambda: None,
        memory: FileMemory | None = None,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self._before = before
        self.limit = limit
        self.on_damage = on_damage
        self.memory = FileMemory() if memory is None else memory
        self.known: dict[tuple[str, Sequence[Any]], Any] | None = None
        """The answers of `once` for the state of the file that is read; None while the next query
        may see another state."""
        self._deadline = 0.0
        self._connection: apsw.Connection
        if connection is not None:
            self.turn_to(connection)

    def turn_to(self, connection: apsw.Connection) -> None:
        """Use this connection from now on. The owner of the previous one closes it."""
        connection.set_progress_handler(self._is_late, _STEPS)
        self._connection = connection

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows. Raises `QueryTooLong` beyond the limit, and `Damaged`."""
        # Like `_asking`, but without making a generator for each query.
        self._deadline = monotonic() + self.limit
        try:
            self._before()
            return self._connection.execute(sql, values).fetchall()
        except apsw.InterruptError as error:
            raise self._too_long() from error
        except DAMAGE as error:
            raise self._damaged(error) from error

    def each(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows one by one, in constant memory. Raises `QueryTooLong` if the last one comes
        after the limit, and `Damaged`. Meanwhile the reader must not be used for anything else than
        further rows one by one, with which the limit begins again."""
        with self._asking():
            yield from self._connection.execute(sql, values)

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Let all queries within the block see the same state of the file."""
        self._before()
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def one(self, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row, or None. Raises `QueryTooLong` beyond the limit, and `Damaged`."""
        rows = self.all(sql, values)
        return rows[0] if rows else None

    def once(
        self, sql: str, values: tuple[Any, ...], make: Callable[[Iterable[Any]], T]
    ) -> T | None:
        """What is made of the first row, None without one; cached for the state of the file: for
        rows that every question begins with."""
        asked = sql, values
        if self.known is None:
            self._begin()
        if self.known is not None and asked in self.known:
            return self.known[asked]  # type: ignore[no-any-return]  # - what `make` returned
        row = self.one(sql, values)
        found = None if row is None else make(row)
        if self.known is not None:  # the query may have begun to read another state
            self.known[asked] = found
        return found

    def _begin(self) -> None:
        try:
            self._before()
        except DAMAGE as error:
            raise self._damaged(error) from error

    @contextmanager
    def _asking(self) -> Iterator[None]:
        self._deadline = monotonic() + self.limit
        try:
            self._before()
            yield
        except apsw.InterruptError as error:
            raise self._too_long() from error
        except DAMAGE as error:
            raise self._damaged(error) from error

    def _damaged(self, error: apsw.Error) -> Damaged:
        self.on_damage()
        return Damaged(f"The read model is damaged: {error}.")

    def _too_long(self) -> QueryTooLong:
        return QueryTooLong(f"The query took more than {self.limit:g} s; ask for less at a time.")

    def _is_late(self) -> bool:
        return monotonic() > self._deadline
