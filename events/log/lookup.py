"""Fetches events from the positions where they were recorded, and checks that each is there.

The read model knows the positions. If the log was tampered with, or has another history by now, a
position may hold another event or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from events.errors import CorruptEvent
from events.event.codec import read_header
from events.event.envelope import Header, StoredEvent
from events.log.contract import Log, partition_of

__all__ = ["NotAtPosition", "fetch_recorded", "still_holds"]

_AT_ONCE: Final = 500
"""Events in one request to the log."""


class NotAtPosition(CorruptEvent):
    """The log holds another event, or none, at the position where an event was recorded."""


async def fetch_recorded(
    log: Log, timeline: str, positions: Sequence[tuple[int, int]]
) -> list[tuple[Header, StoredEvent]]:
    """The events that were recorded at `positions`, pairs of a revision and a position, in their
    order, each with its header. The seals are not checked: pass header and event to
    `Codec.open` for that.

    Raises LogUnavailable, NotAtPosition, and CorruptEvent if a header cannot be read; the last two
    with timeline and revision.
    """
    partition = partition_of(timeline, log.identity.partitions)
    found: list[tuple[Header, StoredEvent]] = []
    for start in range(0, len(positions), _AT_ONCE):
        some = positions[start : start + _AT_ONCE]
        fetched = await log.fetch(partition, sorted(position for _, position in some))
        stored = {event.position: event for event in fetched}
        found += [
            _checked(timeline, revision, position, stored.get(position))
            for revision, position in some
        ]
    return found


async def still_holds(log: Log, partition: int, position: int, digest: bytes) -> bool:
    """Whether the entry at `position` still has the header that was read there, whose SHA-256 is
    `digest`. If so, everything before it is the same history, as far as the log itself can tell.
    True for position 0, at which nothing was read. Raises LogUnavailable."""
    if not position:
        return True
    found = await log.fetch(partition, [position])
    return bool(found) and sha256(found[0].header).digest() == digest


def _checked(
    timeline: str, revision: int, position: int, stored: StoredEvent | None
) -> tuple[Header, StoredEvent]:
    if stored is None:
        raise NotAtPosition(position, "is missing from the log", timeline, revision)
    try:
        header = read_header(stored)
    except CorruptEvent as error:
        raise CorruptEvent(position, error.reason, timeline, revision) from error
    if (header.timeline, header.revision) != (timeline, revision):
        reason = f"is not revision {revision} of {timeline!r}, which was recorded there"
        raise NotAtPosition(position, reason, timeline, revision)
    return header, stored
