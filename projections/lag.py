"""How far a fold lags behind the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from events.errors import CorruptEvent
from events.event.codec import read_header
from events.event.envelope import StoredEvent
from events.log.contract import Log
from projections.fold.timelines import microseconds

__all__ = ["Lag", "lag_of"]


class Lag(NamedTuple):
    """How many events of a partition are not folded yet, and when the oldest of them was recorded,
    in microseconds since 1970; None if all are folded or that event is unreadable."""

    partition: int
    events: int
    oldest: int | None


async def lag_of(log: Log, partition: int, checkpoint: int) -> Lag:
    """The lag of a partition that is folded up to `checkpoint`. Raises LogUnavailable."""
    behind = max(0, await log.head(partition) - checkpoint)
    oldest = await log.read(partition, checkpoint, 1) if behind else ()
    return Lag(partition, behind, _recorded_at(oldest))


def _recorded_at(entries: Sequence[StoredEvent]) -> int | None:
    """When the first of the entries was recorded, in microseconds since 1970."""
    try:
        return microseconds(read_header(entries[0]).recorded_at) if entries else None
    except (CorruptEvent, ValueError):
        return None  # The fold reports it, and continues after it.
