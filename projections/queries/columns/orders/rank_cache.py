"""A cache of ranks in one sorting, for the next page."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Any, Final

from numpy.typing import NDArray

__all__ = ["RankCache"]

_MOST: Final = 250_000
"""The most cached ranks; beyond it the least recently used are dropped."""

_BESIDE: Final = 50
"""An entry's own cost, as a number of ranks."""


class RankCache:
    """Caches the ranks, ascending, that a set of rows has among sorted rows, by the set's key. The
    set never changes. Any thread may read and add."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ranks: dict[Hashable, NDArray[Any]] = {}
        self._size = 0

    def find(self, key: Hashable) -> NDArray[Any] | None:
        """The cached ranks, which become the most recently used; None if there are none."""
        with self._lock:
            ranks = self._ranks.pop(key, None)
            if ranks is not None:
                self._ranks[key] = ranks
        return ranks

    def add(self, key: Hashable, ranks: NDArray[Any]) -> None:
        """Cache the ranks, unless they are more than the cache can hold."""
        if len(ranks) > _MOST:
            return
        with self._lock:
            self._drop(key)
            self._ranks[key] = ranks
            self._size += len(ranks) + _BESIDE
            while self._size > _MOST:
                self._drop(next(iter(self._ranks)))

    def _drop(self, key: Hashable) -> None:
        ranks = self._ranks.pop(key, None)
        if ranks is not None:
            self._size -= len(ranks) + _BESIDE
