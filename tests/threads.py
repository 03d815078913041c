"""SQLite connections and threads: finds a connection that is used by another thread than its own,
and holds a rewriting of a file for as long as a test wants."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import apsw

__all__ = ["Held", "held_rewriting", "strangers"]

_LONGEST = 10.0
"""Seconds after which a held rewriting continues anyway, so that a failed test ends."""


@contextmanager
def strangers() -> Iterator[list[str]]:
    """The statements that ran in another thread than the one that opened their connection. SQLite's
    own check notices that only if both use it at the same moment."""
    found: list[str] = []

    def watch(connection: apsw.Connection) -> None:
        owner = threading.get_ident()

        def look(_cursor: apsw.Cursor, sql: str, _values: Any) -> bool:
            if threading.get_ident() != owner:
                found.append(sql)
            return True

        connection.exec_trace = look

    apsw.connection_hooks.append(watch)
    try:
        yield found
    finally:
        apsw.connection_hooks.remove(watch)


class Held:
    """`began` is set once a VACUUM is running; it continues once `go_on` is set."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.go_on = threading.Event()

    def watch(self, connection: apsw.Connection) -> None:
        def look(told: Any) -> None:
            if told["sql"] == "VACUUM" and not self.began.is_set():
                connection.set_progress_handler(self._wait, 1, id=self)

        connection.trace_v2(apsw.SQLITE_TRACE_STMT, look, id=self)

    def _wait(self) -> bool:
        self.began.set()
        self.go_on.wait(_LONGEST)
        self.go_on.set()
        return False


@contextmanager
def held_rewriting() -> Iterator[Held]:
    """Hold the first VACUUM of the connections that are opened within the block, at most until the
    block ends."""
    held = Held()
    apsw.connection_hooks.append(held.watch)
    try:
        yield held
    finally:
        held.go_on.set()
        apsw.connection_hooks.remove(held.watch)
