"""Events from the log, as exact lines: never from the read model, which only knows where they are.

What the log holds at a place is held against what was asked for. An event that is not there, or
that is another one, is told loudly: whoever audits must not take a hole for the end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final, NamedTuple

import structlog

from events.codec import read_header
from events.envelope import Header, StoredEvent, line_of
from events.errors import CorruptEvent
from events.log import Log, partition_of
from projections.event_queries import positions_of
from projections.reader import Reader
from projections.timeline_queries import TimelineRef

__all__ = ["EventLine", "EventQuestion", "event_lines", "events_at", "head_of"]

_log = structlog.get_logger("onrecord.events")

_FIRST: Final = 8
"""Events in the first question, when nobody knows how large they are. The next ones ask for four
times as many at most."""
_MOST: Final = 256
"""Events in one question to the log."""
_WEIGHT: Final = 1 << 20
"""Bytes that one question should bring, so that large events come in small numbers."""


class EventQuestion(NamedTuple):
    """Events in (`after`, `upto`]. `subjects` and `types`: any of them, all where empty.
    `touching`: those whose target is one of the subjects count too."""

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
    """The timeline's last event: of a stalled one the log's, as its fold stands still."""
    if ref.stalled_at is None:
        return ref.revision
    return max(ref.revision, await log.revision(ref.name))


async def event_lines(
    log: Log, reader: Reader, ref: TimelineRef, question: EventQuestion
) -> AsyncIterator[list[EventLine]]:
    """The lines in their order, in lists of about a mebibyte. Some may be empty.

    Raises LogUnavailable, and CorruptEvent with the revision where the log has not what was
    recorded.
    """
    count = _FIRST
    after = question.after
    while True:
        places = positions_of(
            reader,
            ref,
            subjects=question.subjects,
            types=question.types,
            after=after,
            upto=question.upto,
            limit=count,
        )
        if not places:
            return
        lines = await _fetch(log, ref, places, question)
        yield lines
        if len(places) < count:
            return
        after = places[-1][0]
        weight = sum(len(line.line) for line in lines) or 1
        count = max(1, min(_MOST, 4 * count, count * _WEIGHT // weight))


async def _fetch(
    log: Log, ref: TimelineRef, places: list[tuple[int, int]], question: EventQuestion
) -> list[EventLine]:
    return [
        EventLine(header.revision, line_of(event))
        for header, event in await events_at(log, ref.name, places)
        if question.touching or not question.subjects or header.subject in question.subjects
    ]


async def events_at(
    log: Log, timeline: str, places: list[tuple[int, int]]
) -> list[tuple[Header, StoredEvent]]:
    """The events that were recorded at these revisions and positions, with their headers.

    Raises LogUnavailable, and CorruptEvent with the revision where the log has not what was
    recorded.
    """
    partition = partition_of(timeline, log.identity.partitions)
    stored = {e.position: e for e in await log.fetch(partition, [p for _, p in places])}
    return [
        _checked(timeline, revision, position, stored.get(position))
        for revision, position in places
    ]


def _checked(
    timeline: str, revision: int, position: int, event: StoredEvent | None
) -> tuple[Header, StoredEvent]:
    """The header and its event, if it is the one that was recorded there."""
    try:
        if event is None:
            raise CorruptEvent(position, "is missing from the log", timeline, revision)
        header = read_header(event)
        if (header.timeline, header.revision) != (timeline, revision):
            reason = f"is not revision {revision} of {timeline!r}, which was recorded there"
            raise CorruptEvent(position, reason, timeline, revision)
    except CorruptEvent as error:
        _log.error("corrupt event", timeline=timeline, revision=revision, reason=str(error))
        raise CorruptEvent(position, error.reason, timeline, revision) from error
    return header, event
