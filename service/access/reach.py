"""A reach: the timelines on which somebody has a right, as names and prefixes.

It can be compared and hashed: two principals with the same reach may get the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from events.statement.timeline_names import is_reserved

__all__ = ["Reach"]


class Reach(NamedTuple):
    """`names` are timelines. `prefixes` are sorted, and none begins with another one; the empty
    prefix means every timeline that is not reserved. `reserved` are prefixes of reserved
    timelines."""

    names: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    reserved: tuple[str, ...] = ()

    @classmethod
    def of(cls, patterns: Iterable[str]) -> Reach:
        """The reach of these patterns, each a name or a prefix with `*`."""
        names, prefixes = set[str](), list[str]()
        for pattern in sorted(patterns):
            if not pattern.endswith("*"):
                names.add(pattern)
            elif not any(pattern[:-1].startswith(shorter) for shorter in prefixes if shorter):
                prefixes.append(pattern[:-1])
        reserved = tuple(prefix for prefix in prefixes if is_reserved(prefix))
        ordinary = ("",) if "" in prefixes else tuple(p for p in prefixes if not is_reserved(p))
        reach = cls(frozenset(), ordinary, reserved)
        return reach._replace(names=frozenset(name for name in names if not reach.covers(name)))

    @property
    def is_everything(self) -> bool:
        """Whether every timeline is reached, except reserved ones."""
        return self.prefixes == ("",)

    def covers(self, timeline: str) -> bool:
        """Whether the timeline is reached. It need not exist."""
        if timeline in self.names:
            return True
        if not is_reserved(timeline):
            return timeline.startswith(self.prefixes)
        # The service's own timelines have no proposals.
        return timeline.startswith(self.reserved) and not is_reserved(timeline.partition(".")[2])
