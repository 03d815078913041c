"""Server-sent events, parsed as they arrive: HTML Living Standard, 9.2.6.

No library is used, because libraries leave out what our streams need: an empty `id`, which has a
meaning of its own, and the exact bytes of the data.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable
from typing import Final, NamedTuple

__all__ = ["Message", "messages"]

_LONGEST: Final = 64 << 20
"""The most bytes of a message."""
_LONGEST_NUMBER: Final = 9
"""The most digits of a pause in milliseconds; a `retry` with more is ignored."""


class Message(NamedTuple):
    """One message: `id` is None if it has none; `retry` is in milliseconds."""

    event: str
    data: bytes
    id: str | None
    retry: int | None


async def messages(chunks: AsyncIterable[bytes]) -> AsyncGenerator[Message, None]:
    """The messages in order. An incomplete one at the end is dropped, and comments are ignored.
    Raises ValueError if a message is too long, or its text is not UTF-8."""
    rest = b""
    lines: list[bytes] = []
    weight = 0
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            line = line.removesuffix(b"\r")
            if line:
                lines.append(line)
                weight += len(line)
                continue
            message = _message(lines)
            if message is not None:
                yield message
            lines, weight = [], 0
        if weight + len(rest) > _LONGEST:
            raise ValueError("one of its messages has no end")


def _message(lines: list[bytes]) -> Message | None:
    event, id_, retry = "message", None, None
    data: list[bytes] = []
    for line in lines:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        match name:
            case b"data":
                data.append(value)
            case b"event":
                event = value.decode()
            case b"id" if b"\0" not in value:
                id_ = value.decode()
            case b"retry" if value.isdigit() and len(value) <= _LONGEST_NUMBER:
                retry = int(value)
    return Message(event, b"\n".join(data), id_, retry) if data else None
