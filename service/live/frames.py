"""The frames of an event stream, byte by byte.

What is the same for everyone, an event's type and line, is encoded once; the id before it is that
of the stream.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import msgspec

from service.event_lines import EventLine

__all__ = ["KEEP_ALIVE", "RETRY", "Frame", "frame_of", "marked", "numbered", "reset"]

KEEP_ALIVE: Final = b": keep-alive\n\n"
RETRY: Final = b"retry: 1000\n"
"""Milliseconds after which a browser comes back: a line of the first frame of a stream."""


class Frame(NamedTuple):
    """One event: all of its frame but the id, and what a filter asks of its header."""

    revision: int
    type: str
    subject: str
    rest: bytes

    @property
    def line(self) -> bytes:
        """The event's exact line."""
        return self.rest[len(self.type) + len("event: \ndata: ") : -2]


def frame_of(line: EventLine) -> Frame:
    """The frame of an event; its line has no line feed in it."""
    rest = b"event: %b\ndata: %b\n\n" % (line.type.encode(), line.line)
    return Frame(line.revision, line.type, line.subject, rest)


def numbered(frames: Iterable[Frame]) -> bytes:
    """The frames of a stream of one timeline."""
    return b"".join([b"id: %d\n%b" % (frame.revision, frame.rest) for frame in frames])


def marked(event: str, id_: str, facts: Mapping[str, object]) -> bytes:
    """A frame of the stream's own: `caught-up` or `checkpoint`."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (id_.encode(), event.encode(), _json(facts))


def reset(reason: str, log: str) -> bytes:
    """The last frame of a stream whose position is worth nothing any more: its id is empty."""
    return b"id:\nevent: reset\ndata: %b\n\n" % _json({"reason": reason, "log": log})


_json = msgspec.json.Encoder().encode
