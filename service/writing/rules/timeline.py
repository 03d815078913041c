"""The rules of a timeline: it is opened once, and described again if its description changes."""

from __future__ import annotations

from msgspec import Struct, structs

from events.event.envelope import TIMELINE, Header
from events.event.types import Event, TimelineDescribed, TimelineOpened
from service.writing.rules.decision import AlreadyRecorded, Decision, EventRef, Record, event_ref

__all__ = ["TimelinePast", "decide", "evolve"]


class TimelinePast(Struct, frozen=True):
    """The description of an open timeline, and the event that it comes from."""

    shown: TimelineOpened | TimelineDescribed
    made: EventRef


def evolve(past: TimelinePast | None, header: Header, event: Event | None) -> TimelinePast | None:
    """The timeline after one of its events; `past` is None before it was opened."""
    if isinstance(event, TimelineOpened | TimelineDescribed):
        return TimelinePast(event, event_ref(header))
    return past


def decide(past: TimelinePast | None, wanted: TimelineOpened, timeline: str) -> Decision:
    """Open the timeline or, if it is open, change its description to `wanted`."""
    if past is None:
        return Record(timeline, TIMELINE, wanted)
    fields = structs.asdict(wanted)
    if structs.asdict(past.shown) == fields:
        return AlreadyRecorded(timeline, past.made)
    return Record(timeline, TIMELINE, TimelineDescribed(**fields))
