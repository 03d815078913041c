"""Shares the page cache memory among the SQLite connections of one process.

With a file for each partition there are many connections, and few of them are used at a time. The
recently used connections share the memory; the others keep next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final

import apsw

__all__ = ["CacheBudget"]

_LEAST: Final = 256 << 10
"""Bytes that an unused connection has for pages."""
_LATELY: Final = 1.0
"""Seconds for which a connection counts as used."""


class CacheBudget:
    """Gives all connections together at most about `size` bytes for pages. The connections belong
    to one thread."""

    def __init__(self, size: int, clock: Callable[[], float] = monotonic) -> None:
        self._size = size
        self._clock = clock
        self._sharing: set[apsw.Connection] = set()
        self._used: set[apsw.Connection] = set()
        self._next = 0.0
        self._is_idle = False

    def use(self, connection: apsw.Connection) -> None:
        """Give the connection its share, before it is used."""
        self._is_idle = False
        now = self._clock()
        if now >= self._next:
            self._next = now + _LATELY
            for idle in self._sharing - self._used:
                _limit(idle, _LEAST)
            shrunk = self._sharing & self._used
            fewer = len(shrunk) < len(self._sharing)
            self._sharing, self._used = shrunk, set()
            if fewer:
                self._share()
        self._used.add(connection)
        if connection not in self._sharing:
            self._sharing.add(connection)
            self._share()

    def release_idle(self) -> bool:
        """Called now and then: if no connection was used since the last call, take the memory from
        all. Returns whether any had some."""
        was_idle, self._is_idle = self._is_idle, True
        if not was_idle or not self._sharing:
            return False
        for idle in self._sharing:
            _limit(idle, _LEAST)
        self._sharing, self._used = set(), set()
        return True

    def leave(self, connection: apsw.Connection) -> None:
        """Forget a connection that is closed."""
        self._sharing.discard(connection)
        self._used.discard(connection)

    def _share(self) -> None:
        for connection in self._sharing:
            _limit(connection, max(_LEAST, self._size // len(self._sharing)))


def _limit(connection: apsw.Connection, size: int) -> None:
    connection.execute(f"PRAGMA cache_size = -{size >> 10}")
