"""The parts of a request but for its query: address, headers and body, each held to its rule.

A header that is malformed is `InvalidInput` with an empty path; the message names it. What HTTP
itself refuses is a `RequestError`:

    OnrecordError
    └── RequestError
        ├── UnsupportedMediaType  415: the body is not what the call takes; `supported`
        ├── TooLarge              413: more than `limit` bytes or items
        ├── NoRoom                429: the bodies of all requests together are too large
        └── Disconnected          the client left before its body ended: nobody hears an answer
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from events.errors import Fault, InvalidInput, OnrecordError

__all__ = [
    "Disconnected",
    "Incoming",
    "NoRoom",
    "RequestError",
    "Room",
    "TooLarge",
    "UnsupportedMediaType",
    "entity_tags",
    "header",
    "idempotency_key",
    "path_is_text",
    "read_json",
    "read_nothing",
]

JSON = "application/json"

_TAKEN = "onrecord.taken"
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_TAG = re.compile(r'[ \t]*(W/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,|$)|[ \t]*,')


class RequestError(OnrecordError):
    """What HTTP itself asks of a request is not met."""


class UnsupportedMediaType(RequestError):
    """The body is of a media type or coding that the call does not take."""

    def __init__(self, message: str, supported: Sequence[str]) -> None:
        super().__init__(message)
        self.supported = tuple(supported)


class TooLarge(RequestError):
    """More than `limit`: bytes of a body, or items of an array."""

    def __init__(self, message: str, limit: int) -> None:
        super().__init__(message)
        self.limit = limit


class NoRoom(RequestError):
    """The bodies of all requests together would be more than the service holds."""


class Disconnected(RequestError):
    """The client left before its body had come."""


class Room:
    """What the bodies of all requests may hold together, in bytes. What a request took is given
    back at its end, by whoever runs it."""

    def __init__(self, size: int) -> None:
        self._left = size

    def take(self, scope: Any, size: int) -> None:
        """Raises NoRoom where so much is not left."""
        if size > self._left:
            raise NoRoom("The service holds as many bodies as it can.")
        self._left -= size
        scope[_TAKEN] = scope.get(_TAKEN, 0) + size

    def give_back(self, scope: Any) -> None:
        """All that the request took, if it took any."""
        self._left += scope.pop(_TAKEN, 0)


class Incoming(Protocol):
    """What is needed of a request: its ASGI scope and the next message of its body."""

    @property
    def scope(self) -> Any: ...

    @property
    def receive(self) -> Any: ...


def header(scope: Mapping[str, Any], name: bytes) -> str | None:
    """The header's value, None where it is absent. `name` is in lower case.

    Raises InvalidInput where it is given more than once.
    """
    values = [value for key, value in scope["headers"] if key == name]
    if len(values) > 1:
        raise InvalidInput([Fault("", f"Give the header {name.decode().title()} only once.")])
    return values[0].decode("latin-1").strip(" \t") if values else None


def idempotency_key(scope: Mapping[str, Any]) -> str | None:
    """The `Idempotency-Key`: 1 to 128 visible ASCII characters. Raises InvalidInput."""
    key = header(scope, b"idempotency-key")
    if key is not None and _KEY.fullmatch(key) is None:
        raise InvalidInput(
            [Fault("", "An Idempotency-Key is 1 to 128 visible ASCII characters, without spaces.")]
        )
    return key


def entity_tags(scope: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The strong tags of `If-Match` without their quotes (a weak one matches nothing); None where
    there is none, or `*`, which asks only that the statement is there. Raises InvalidInput.

    The grammar is RFC 9110's, 13.1.1.
    """
    values = [value.decode("latin-1") for key, value in scope["headers"] if key == b"if-match"]
    text = ", ".join(values)
    if not values or text.strip(" \t") == "*":
        return None
    tags, place = [], 0
    while place < len(text):
        found = _TAG.match(text, place)
        if found is None:
            raise InvalidInput([Fault("", 'If-Match takes "*" or ETags in quotes, such as "42".')])
        if found[2] and not found[1]:
            tags.append(found[2][1:-1])
        place = found.end()
    return tuple(tags)


def path_is_text(scope: Mapping[str, Any]) -> bool:
    """Whether the address is UTF-8: a server shows what is not as U+FFFD, so that different
    addresses look the same."""
    if "\ufffd" not in scope["path"]:
        return True
    try:
        unquote_to_bytes(scope["raw_path"]).decode()
    except UnicodeDecodeError:
        return False
    return True


async def read_json(request: Incoming, limit: int, room: Room) -> bytes:
    """The bytes of a body that says it is JSON; never more than `limit` are held, and those of
    all requests have `room`. How long a body may take is told by `service.http_protocol`.

    Raises UnsupportedMediaType, TooLarge as soon as the limit is passed, NoRoom, Disconnected.
    """
    _check_media_type(request.scope)
    length = header(request.scope, b"content-length") or "0"
    if length.isdecimal() and int(length[:20]) > limit:
        raise _too_long(limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise Disconnected("The client left before its body had come.")
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_long(limit)
        room.take(request.scope, len(chunk))
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def read_nothing(request: Incoming) -> None:
    """The end of a body that must be empty. Raises InvalidInput, Disconnected."""
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise Disconnected("The client left before its request had ended.")
        if message.get("body"):
            raise InvalidInput([Fault("", "This call takes no body: send it without one.")])
        if not message.get("more_body", False):
            return


def _too_long(limit: int) -> TooLarge:
    return TooLarge(f"A body has at most {limit:,} bytes: send it in parts.", limit)


def _check_media_type(scope: Mapping[str, Any]) -> None:
    coding = header(scope, b"content-encoding")
    if coding is not None and coding.lower() != "identity":
        raise UnsupportedMediaType("Send the body without a Content-Encoding.", [JSON])
    given = header(scope, b"content-type")
    if given == JSON:
        return
    kind, *parameters = (part.strip().lower() for part in (given or "").split(";"))
    charsets = [p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset=")]
    if kind != JSON or any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise UnsupportedMediaType("Send JSON in UTF-8, as Content-Type: application/json.", [JSON])
