"""The commands that record events once more, and which of them a timeline has already."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from events.event.types import TYPES
from events.event.upcasting import upcast
from service.interchange.imports.target import ImportTarget

__all__ = ["RecordedEvents", "command_of_event"]

_Fields = tuple[str, ...]
_SAID_AGAIN: Final = ("reason", "by", "on", "source")
_EVENTS: Final[dict[str, tuple[str, str, _Fields]]] = {
    "actor.registered": ("actor", "", ("id", "name", "type")),
    "actor.described": ("actor", "", ("id", "name", "type")),
    "alias.added": ("alias", "actor", ("alias",)),
    "alias.removed": ("unalias", "actor", ("alias",)),
    "statement.corrected": ("correction", "id", ("changes", "reason", "on", "source")),
    "statement.retracted": ("retraction", "id", _SAID_AGAIN),
    "statement.reinstated": ("reinstatement", "id", ("reason", "by")),
    "statement.related": ("relation", "statement", ("relation", "target", "note", "on", "source")),
    "statement.unrelated": ("unrelation", "id", ("relation", "target", "reason")),
    "statement.graded": ("grade", "statement", ("credibility", "note")),
    "source.graded": ("grade", "source", ("reliability", "note")),
}
"""The command for an event: its name, the member for the event's subject, and the event's own
members."""
_KEPT: Final = 8
"""Bytes of the hashes by which events are recognized."""

_encode = msgspec.json.Encoder(order="sorted").encode


def command_of_event(event: dict[str, Any]) -> dict[str, Any] | None:
    """The command that records the same once more; None if there is none, because the data was
    redacted. Raises KeyError and ValueError if it is not one of our events."""
    type_, subject = event["type"], event["subject"].partition("/")[2]
    if "data" not in event:
        return None
    data = upcast(type_, event["version"], TYPES[type_].schema_version, event["data"])
    if type_ == "statement.recorded":
        return {"statement": {"id": subject, **data}}
    if type_ in ("timeline.opened", "timeline.described"):
        return {"timeline": data}
    if type_ not in _EVENTS:
        return None
    name, about, members = _EVENTS[type_]
    given = {member: data[member] for member in members if data.get(member) is not None}
    return {name: {about: subject, **given} if about else given}


class RecordedEvents:
    """The commands of a timeline's events, each as often as it was recorded. So if an export has
    grown, only its new events are imported. An event is remembered as a short hash."""

    def __init__(self) -> None:
        self._left: dict[bytes, int] = {}

    async def read(self, target: ImportTarget, subjects: Sequence[str]) -> None:
        """Read the events that the target has now about these subjects, or all events if none are
        given."""
        async for lines in target.event_lines(subjects):
            await asyncio.to_thread(self._add, lines)

    def has(self, command: dict[str, Any]) -> bool:
        """Whether the timeline has an event for this command that no earlier call has matched."""
        known = _short(command)
        left = self._left.get(known, 0)
        if left:
            self._left[known] = left - 1
        return left > 0

    def _add(self, lines: Sequence[bytes]) -> None:
        for line in lines:
            if command := command_of_event(msgspec.json.decode(line)):
                known = _short(command)
                self._left[known] = self._left.get(known, 0) + 1


def _short(command: dict[str, Any]) -> bytes:
    return hashlib.blake2b(_encode(command), digest_size=_KEPT).digest()
