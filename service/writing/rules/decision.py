"""The decision of a rule: an event is to be recorded, or nothing is left to do."""

from __future__ import annotations

from typing import NamedTuple

from events.event.envelope import Header, Subject
from events.event.types import Event

__all__ = ["AlreadyRecorded", "Decision", "EventRef", "Record", "event_ref"]


class EventRef(NamedTuple):
    """The revision and the id of an event that had an effect."""

    revision: int
    event_id: str


class Record(NamedTuple):
    """The event must be recorded. `id` is what the answer gives as the id of the thing that the
    event is about."""

    id: str
    subject: Subject
    event: Event


class AlreadyRecorded(NamedTuple):
    """Nothing is left to record, because the event `made` has done it before."""

    id: str
    made: EventRef


Decision = Record | AlreadyRecorded


def event_ref(header: Header) -> EventRef:
    """The reference to the event with that header."""
    return EventRef(header.revision, header.id)
