"""How many events to request from a log at once, since their sizes are not known beforehand."""

from __future__ import annotations

from typing import Final

__all__ = ["FetchSize"]

_MOST: Final = 256
"""The most events that are requested at once, however small they are."""


class FetchSize:
    """The number of `events` to request for about `weight` bytes, if the next events are as large
    as the last ones. It grows at most fourfold at a time, because the next ones may be larger, and
    is at least 1."""

    __slots__ = ("_weight", "events")

    def __init__(self, weight: int, first: int = 8) -> None:
        self.events = first
        self._weight = weight

    def learn(self, count: int, weight: int) -> None:
        """Note that `count` events came, with `weight` bytes together."""
        fitting = count * self._weight // max(1, weight)
        self.events = max(1, min(_MOST, 4 * self.events, fitting))
