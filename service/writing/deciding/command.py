"""A command: what is to happen to which thing on a timeline."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from msgspec import Struct

from events.event.types import Event
from events.statement.statement import Statement, Text

__all__ = ["Command", "Put"]


class Put(Struct, frozen=True, kw_only=True):
    """The statement is to be equal to this one. It is recorded if it is new; if it differs, it is
    corrected with that reason."""

    event_type: ClassVar[str] = "statement.put"
    statement: Statement
    reason: Text


class Command(NamedTuple):
    """`event` is what should happen to the thing `id`: the timeline, statement, source or actor
    that the event's type is about. A `TimelineOpened` for an open timeline, or an `ActorRegistered`
    for a registered actor, changes the description."""

    id: str
    event: Event | Put
