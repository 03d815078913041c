"""What is kept of one sorting for the next page."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Any, Final

from numpy.typing import NDArray

__all__ = ["KeptPlaces"]

_MOST: Final = 250_000
"""Places that are kept; beyond it those that were asked for longest ago are dropped."""

_BESIDE: Final = 50
"""About how many places an entry is worth beside its own."""


class KeptPlaces:
    """Where the rows that have something are among sorted rows, ascending, by what they have. Which
    of them have it never changes. Each thread may ask and add."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._places: dict[Hashable, NDArray[Any]] = {}
        self._size = 0

    def find(self, key: Hashable) -> NDArray[Any] | None:
        """Those that are kept, which are young again; None if there are none."""
        with self._lock:
            places = self._places.pop(key, None)
            if places is not None:
                self._places[key] = places
        return places

    def keep(self, key: Hashable, places: NDArray[Any]) -> None:
        """Keep them, if they are no more than all that can be."""
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
