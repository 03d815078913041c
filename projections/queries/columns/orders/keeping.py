"""What is kept of one sorting for the next page."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final

from numpy.typing import NDArray

__all__ = ["KeptPlaces"]

_MOST: Final = 250_000
"""Places that are kept; beyond it those that were asked for longest ago are dropped."""


class KeptPlaces:
    """Where the rows that have something are among sorted rows, ascending, by what they have. Which
    of them have it never changes. Each thread may ask and add."""

    def __init__(self) -> None:
        self._places: dict[Hashable, NDArray[Any]] = {}

    def find(self, key: Hashable) -> NDArray[Any] | None:
        """Those that are kept, which are young again; None if there are none."""
        places = self._places.pop(key, None)
        if places is not None:
            self._places[key] = places
        return places

    def keep(self, key: Hashable, places: NDArray[Any]) -> None:
        """Keep them, if they are no more than all that can be."""
        if len(places) > _MOST:
            return
        self._places[key] = places
        self._drop_oldest()

    def _drop_oldest(self) -> None:
        kept = sum(len(places) + 50 for places in [*self._places.values()])
        for key, places in [*self._places.items()]:
            if kept <= _MOST:
                return
            kept -= len(places) + 50
            self._places.pop(key, None)
