"""The commands by which events are recorded once more, and which of them a timeline has already."""

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
"""The command for an event: its name, its member with the event's subject, and the members that
are the event's own."""
_KEPT: Final = 8
"""Bytes of the hashes by which events are recognized."""

_encode = msgspec.json.Encoder(order="sorted").encode


def command_of_event(event: dict[str, Any]) -> dict[str, Any] | None:
    """The command that records the same once more; None if there is none: what was redacted is
    gone. Raises KeyError and ValueError if it is no event of ours."""
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
    """What the events of a timeline have recorded, each as often as they did. An export that has
    grown is imported without what it had before; what it remembers of an event is a short hash."""

    def __init__(self) -> None:
        self._left: dict[bytes, int] = {}

    async def read(self, target: ImportTarget, subjects: Sequence[str]) -> None:
        """Take note of the events about these subjects that the target has by now, or without any
        of all of them."""
        async for lines in target.event_lines(subjects):
            await asyncio.to_thread(self._add, lines)

    def has(self, command: dict[str, Any]) -> bool:
        """Whether the timeline has an event of this command that was not asked for before."""
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
