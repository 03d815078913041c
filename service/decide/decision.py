"""What a rule answers: record this, or it is so already."""

from __future__ import annotations

from typing import NamedTuple

from events.envelope import Header, Subject
from events.types import Event

__all__ = ["Decision", "Made", "Record", "Same", "made_by"]


class Made(NamedTuple):
    """The event that made something so: its revision and its id."""

    revision: int
    event_id: str


class Record(NamedTuple):
    """The event has to be recorded. `id` is what the answer calls the thing that it is about."""

    id: str
    subject: Subject
    event: Event


class Same(NamedTuple):
    """Nothing to do: it has been so since `made`."""

    id: str
    made: Made


Decision = Record | Same


def made_by(header: Header) -> Made:
    """What that event made."""
    return Made(header.revision, header.id)
