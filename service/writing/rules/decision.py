"""The decision of a rule: an event is to be recorded, or nothing is left to do."""

from __future__ import annotations

from typing import NamedTuple

from events.event.envelope import Header, Subject
from events.event.types import Event

__all__ = ["Decision", "Made", "Record", "Same", "made_by"]


class Made(NamedTuple):
    """The revision and the id of an event that had an effect."""

    revision: int
    event_id: str


class Record(NamedTuple):
    """The event must be recorded. `id` is what the answer gives as the id of the thing that the
    event is about."""

    id: str
    subject: Subject
    event: Event


class Same(NamedTuple):
    """Nothing is left to do, because the event `made` has done it before."""

    id: str
    made: Made


Decision = Record | Same


def made_by(header: Header) -> Made:
    """The event with that header."""
    return Made(header.revision, header.id)
