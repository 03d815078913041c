"""The rules of a timeline: it is opened once, and described again where something changes."""

from __future__ import annotations

from msgspec import Struct, structs

from events.envelope import TIMELINE, Header
from events.types import Event, TimelineDescribed, TimelineOpened
from service.decide.decision import Decision, Made, Record, Same, made_by

__all__ = ["TimelinePast", "decide", "evolve"]


class TimelinePast(Struct, frozen=True):
    """How an open timeline is described, and since when."""

    shown: TimelineOpened | TimelineDescribed
    made: Made


def evolve(past: TimelinePast | None, header: Header, event: Event | None) -> TimelinePast | None:
    """The timeline after one of its events; `past` is None before it was opened."""
    if isinstance(event, TimelineOpened | TimelineDescribed):
        return TimelinePast(event, made_by(header))
    return past


def decide(past: TimelinePast | None, wanted: TimelineOpened, name: str) -> Decision:
    """Open the timeline, or describe it as `wanted` if it is open."""
    if past is None:
        return Record(name, TIMELINE, wanted)
    fields = structs.asdict(wanted)
    if structs.asdict(past.shown) == fields:
        return Same(name, past.made)
    return Record(name, TIMELINE, TimelineDescribed(**fields))
