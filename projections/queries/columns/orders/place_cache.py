"""A cache of places in one sorting, for the next page."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Any, Final

from numpy.typing import NDArray

__all__ = ["PlaceCache"]

_MOST: Final = 250_000
"""The most cached places; beyond it the least recently used are dropped."""

_BESIDE: Final = 50
"""An entry's own cost, as a number of places."""


class PlaceCache:
    """Caches the places, ascending, that a set of rows has among sorted rows, by the set's key. The
    set never changes. Any thread may read and add."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._places: dict[Hashable, NDArray[Any]] = {}
        self._size = 0

    def find(self, key: Hashable) -> NDArray[Any] | None:
        """The cached places, which become the most recently used; None if there are none."""
        with self._lock:
            places = self._places.pop(key, None)
            if places is not None:
                self._places[key] = places
        return places

    def add(self, key: Hashable, places: NDArray[Any]) -> None:
        """Cache the places, unless they are more than the cache can hold."""
        if len(places) > _MOST:
            return
        with self._lock:
            self._drop(key)
            self._places[key] = places
            self._size += len(places) + _BESIDE
            while self._size > _MOST:
                self._drop(next(iter(self._places)))

    def _drop(self, key: Hashable) -> None:
        places = self._places.pop(key, None)
        if places is not None:
            self._size -= len(places) + _BESIDE
