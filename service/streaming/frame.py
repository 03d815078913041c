"""Frames of a stream, in the format of server-sent events (HTML Living Standard, 9.2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from events.event.envelope import Header, StoredEvent, line_of, statement_subject

__all__ = [
    "KEEP_ALIVE",
    "EventFrame",
    "caught_up",
    "checkpoint",
    "frame_of",
    "reset",
    "retry",
]

KEEP_ALIVE: Final = b": keep-alive\n\n"

_RELATING: Final = ("statement.related", "statement.unrelated")

_encode = msgspec.json.Encoder().encode


class EventFrame(NamedTuple):
    """An event, encoded once for all subscribers: `tail` is its frame without the line `id`.
    `target` is the subject of the other statement if the event relates two; `redacted` says that
    the event's data is gone."""

    revision: int
    type: str
    subject: str
    target: str | None
    redacted: bool
    tail: bytes

    def sent(self, position: bytes) -> bytes:
        """The frame with its position: the revisions up to which the subscriber has received all
        events."""
        return b"id: %b\n%b" % (position, self.tail)


class _Target(msgspec.Struct):
    target: str


_target = msgspec.json.Decoder(_Target)


def frame_of(header: Header, stored: StoredEvent) -> EventFrame:
    """The frame of an event whose header was read. Its data is the event's exact line."""
    target = None
    if stored.data is not None and header.type in _RELATING:
        target = statement_subject(_target.decode(stored.data).target)
    tail = b"event: %b\ndata: %b\n\n" % (header.type.encode(), line_of(stored))
    return EventFrame(
        header.revision, header.type, header.subject, target, stored.data is None, tail
    )


def caught_up(position: bytes, at: Mapping[str, int], log: str, *, joined: bool) -> bytes:
    """The frame that says that all past events were sent, and that what follows is live."""
    return _control(b"caught-up", position, _told(at, joined=joined) | {"log": log})


def checkpoint(position: bytes, at: Mapping[str, int], *, joined: bool) -> bytes:
    """The frame that says that no event up to this position matched."""
    return _control(b"checkpoint", position, _told(at, joined=joined))


def reset(reason: str, log: str) -> bytes:
    """The frame for a client that has received what is not in this log. It must drop that and start
    again."""
    return _control(b"reset", b"", {"reason": reason, "log": log})


def retry(milliseconds: int) -> bytes:
    """A line before a frame: how long the client must wait before it reconnects."""
    return b"retry: %d\n" % milliseconds


def _told(at: Mapping[str, int], *, joined: bool) -> dict[str, object]:
    if joined:
        return {"revisions": dict(at)}
    [revision] = at.values()
    return {"revision": revision}


def _control(event: bytes, position: bytes, data: dict[str, object]) -> bytes:
    ident = b"id: %b" % position if position else b"id:"
    return b"%b\nevent: %b\ndata: %b\n\n" % (ident, event, _encode(data))
