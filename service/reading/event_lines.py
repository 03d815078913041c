"""Events from the log, as exact lines. The read model has only their positions.

Each event is compared with what should be at its position. A missing or different event is an error
and is logged, so that an auditor does not take a gap for the end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final, NamedTuple

import structlog

from events.errors import CorruptEvent
from events.event.envelope import Header, StoredEvent, line_of
from events.log.contract import Log
from events.log.fetch_size import FetchSize
from events.log.lookup import fetch_recorded
from projections.queries.events import positions_of
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader

__all__ = ["EventLine", "EventQuestion", "event_lines", "events_at", "first_lines", "head_of"]

_log = structlog.get_logger("onrecord.events")

_WEIGHT: Final = 1 << 20
"""The bytes that one read of the log should return, so that few large events come at a time."""
_HEAVY: Final = 8 << 20
"""Bytes after which a page of JSON ends, however few events it has."""


class EventQuestion(NamedTuple):
    """Events in (`after`, `upto`] with one of the `subjects` and one of the `types`; empty means
    all. `touching`: events whose target is one of the subjects match too."""

    upto: int
    after: int = 0
    subjects: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    touching: bool = False


class EventLine(NamedTuple):
    """An event's revision and its line, without a line feed."""

    revision: int
    line: bytes


async def head_of(log: Log, ref: TimelineRef) -> int:
    """The last revision of the timeline; if its fold is stalled, the last one in the log."""
    if ref.stalled_at is None:
        return ref.revision
    return max(ref.revision, await log.revision(ref.name))


async def event_lines(
    log: Log, reader: Reader, ref: TimelineRef, question: EventQuestion
) -> AsyncIterator[list[EventLine]]:
    """The lines in order, in lists of about a mebibyte; some lists may be empty.

    Raises LogUnavailable, and CorruptEvent with the revision if the log does not hold what was
    recorded.
    """
    fetch_size = FetchSize(_WEIGHT)
    after = question.after
    while True:
        limit = fetch_size.events
        positions = positions_of(
            reader,
            ref,
            subjects=question.subjects,
            types=question.types,
            after=after,
            upto=question.upto,
            limit=limit,
        )
        if not positions:
            return
        try:
            lines = await _fetch(log, ref, positions, question)
        except CorruptEvent as error:
            # A stream that has begun ends right before the bad event, so that its reader knows
            # which event to ask for.
            good = [position for position in positions if position[0] < (error.revision or 0)]
            if good and after != question.after:
                yield await _fetch(log, ref, good, question)
            raise
        yield lines
        if len(positions) < limit:
            return
        after = positions[-1][0]
        fetch_size.learn(len(positions), sum(len(line.line) for line in lines))


async def _fetch(
    log: Log, ref: TimelineRef, positions: list[tuple[int, int]], question: EventQuestion
) -> list[EventLine]:
    return [
        EventLine(header.revision, line_of(event))
        for header, event in await events_at(log, ref.name, positions)
        if question.touching or not question.subjects or header.subject in question.subjects
    ]


async def events_at(
    log: Log, timeline: str, positions: list[tuple[int, int]]
) -> list[tuple[Header, StoredEvent]]:
    """Like `fetch_recorded`, but an event that differs from what was recorded is also logged as an
    error."""
    try:
        return await fetch_recorded(log, timeline, positions)
    except CorruptEvent as error:
        _log.error("corrupt event", timeline=timeline, revision=error.revision, reason=str(error))
        raise


async def first_lines(
    batches: AsyncIterator[list[EventLine]], limit: int
) -> tuple[list[EventLine], bool]:
    """The first `limit` lines, or fewer if they are large, and whether there are more."""
    lines: list[EventLine] = []
    weight = 0
    async for batch in batches:
        for line in batch:
            if len(lines) == limit or (weight > _HEAVY and lines):
                return lines, True
            lines.append(line)
            weight += len(line.line)
    return lines, False
