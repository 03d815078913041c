"""The parts of a request except its query: address, headers and body, each checked by its rule.

A header that is malformed is `InvalidInput` with an empty path; the message names it. What HTTP
itself does not allow is a `RequestError`:

    OnrecordError
    └── RequestError
        ├── UnsupportedMediaType  415: the body is not what the call takes; `supported`
        ├── TooLarge              413: more than `limit` bytes or items
        ├── TooManyBodies         429: the bodies of all requests together are too large
        ├── TooManyRequests       429: the caller sends too many; `wait`
        ├── TooManyStreams        429: too many live streams are open
        └── Disconnected          the client left before its body ended: nobody gets an answer
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from events.errors import Fault, InvalidInput, OnrecordError
from service.tally import BODIES, Tally, TallyRow

__all__ = [
    "ARRIVED",
    "JSON_LINES",
    "KEY_PATTERN",
    "TAGS_PATTERN",
    "BodyBudget",
    "Disconnected",
    "Incoming",
    "RequestError",
    "TooLarge",
    "TooManyBodies",
    "TooManyRequests",
    "TooManyStreams",
    "UnsupportedMediaType",
    "entity_tags",
    "header",
    "idempotency_key",
    "media_type_of",
    "own_address",
    "path_is_text",
    "read_json",
    "read_nothing",
]

JSON = "application/json"
JSON_LINES = "application/x-ndjson"

_TAKEN = "onrecord.taken"
ARRIVED = "onrecord.arrived"
"""In the scope of a request: what is called when its body has arrived, which may take minutes. It
raises an error if the request must be refused by then."""
KEY_PATTERN = r"[\x21-\x7e]{1,128}"
"""The text of an `Idempotency-Key`."""
_KEY = re.compile(KEY_PATTERN)
_TAG = re.compile(r'[ \t]*(W/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,|$)|[ \t]*,')
_LISTED = r'[ \t]*(?:(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"[ \t]*)?'
TAGS_PATTERN = rf"[ \t]*\*[ \t]*|{_LISTED}(?:,{_LISTED})*"
"""The text of `If-Match`, as `entity_tags` parses it."""


class RequestError(OnrecordError):
    """The request violates a rule of HTTP itself."""


class UnsupportedMediaType(RequestError):
    """The body is of a media type or coding that the call does not take."""

    def __init__(self, message: str, supported: Sequence[str]) -> None:
        super().__init__(message)
        self.supported = tuple(supported)


class TooLarge(RequestError):
    """More than `limit` bytes of a body, or items of an array."""

    def __init__(self, message: str, limit: int) -> None:
        super().__init__(message)
        self.limit = limit


class TooManyBodies(RequestError):
    """The bodies of all requests together would exceed what the service holds."""


class TooManyRequests(RequestError):
    """The caller may send the next one after `wait` seconds."""

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = max(1, wait)


class TooManyStreams(RequestError):
    """As many streams are open as the service allows, to all or to the caller."""


class Disconnected(RequestError):
    """The client left before its body had arrived."""


class BodyBudget:
    """How many bytes the bodies of all requests may hold together. The caller of a request's
    handler gives back what the request took, when the request ends. The budget is that of all
    processes that share the `row`'s tally; without one it is this process's."""

    def __init__(self, size: int, row: TallyRow | None = None) -> None:
        self._size = size
        self._row = Tally().row(0) if row is None else row

    def take(self, scope: Any, size: int) -> None:
        """Raises TooManyBodies if less than `size` is left."""
        if self._row.tally.total(BODIES) + size > self._size:
            raise TooManyBodies("The service holds as many bodies as it can.")
        self._row.add(BODIES, size)
        scope[_TAKEN] = scope.get(_TAKEN, 0) + size

    def give_back(self, scope: Any) -> None:
        """All that the request took, if it took any."""
        self._row.add(BODIES, -scope.pop(_TAKEN, 0))


class Incoming(Protocol):
    """What is needed of a request: its ASGI scope, and the next message of its body."""

    @property
    def scope(self) -> Any: ...

    @property
    def receive(self) -> Any: ...


def header(scope: Mapping[str, Any], name: bytes) -> str | None:
    """The header's value; None if it is absent. `name` is in lower case.

    Raises InvalidInput if it is given more than once.
    """
    values = [value for key, value in scope["headers"] if key == name]
    if len(values) > 1:
        raise InvalidInput([Fault("", f"Give the header {name.decode().title()} only once.")])
    return values[0].decode("latin-1").strip(" \t") if values else None


def own_address(scope: Any) -> str:
    """The address of this service as the request names it, without a slash at its end."""
    host = header(scope, b"host") or "localhost"
    return f"{scope['scheme']}://{host}{scope['root_path']}"


def idempotency_key(scope: Mapping[str, Any]) -> str | None:
    """The `Idempotency-Key`: 1 to 128 visible ASCII characters. Raises InvalidInput."""
    key = header(scope, b"idempotency-key")
    if key is not None and _KEY.fullmatch(key) is None:
        raise InvalidInput(
            [Fault("", "An Idempotency-Key is 1 to 128 visible ASCII characters, without spaces.")]
        )
    return key


def entity_tags(scope: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The strong tags of `If-Match` without their quotes; a weak one matches nothing. None if the
    header is absent or `*`, which only requires that the statement exists. Raises InvalidInput.

    The grammar is in RFC 9110, 13.1.1.
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
    """Whether the address is UTF-8. A server shows other bytes as U+FFFD, so that different
    addresses would look the same."""
    if "\ufffd" not in scope["path"]:
        return True
    try:
        unquote_to_bytes(scope["raw_path"]).decode()
    except UnicodeDecodeError:
        return False
    return True


async def read_json(
    request: Incoming, limit: int, budget: BodyBudget, *, or_lines: bool = False
) -> bytes:
    """The bytes of a body whose media type is JSON or, if the call takes those, JSON Lines. Never
    more than `limit` are held, and those of all requests share the `budget`.
    `service.http.protocol` limits how long a body may take.

    Raises UnsupportedMediaType, TooLarge as soon as the limit is passed, TooManyBodies,
    Disconnected.
    """
    _check_media_type(request.scope, (JSON, JSON_LINES) if or_lines else (JSON,))
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
        budget.take(request.scope, len(chunk))
        chunks.append(chunk)
        if not message.get("more_body", False):
            _arrived(request.scope)
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def read_nothing(request: Incoming) -> None:
    """Read to the end of a body that must be empty. Raises InvalidInput, Disconnected."""
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise Disconnected("The client left before its request had ended.")
        if message.get("body"):
            raise InvalidInput([Fault("", "This call takes no body: send it without one.")])
        if not message.get("more_body", False):
            _arrived(request.scope)
            return


def _arrived(scope: Mapping[str, Any]) -> None:
    if ARRIVED in scope:
        scope[ARRIVED]()


def _too_long(limit: int) -> TooLarge:
    return TooLarge(f"A body has at most {limit:,} bytes: send it in parts.", limit)


def media_type_of(scope: Mapping[str, Any]) -> str:
    """The body's media type in lower case, without parameters; empty if the request has none."""
    return (header(scope, b"content-type") or "").partition(";")[0].strip(" \t").lower()


def _check_media_type(scope: Mapping[str, Any], supported: Sequence[str]) -> None:
    coding = header(scope, b"content-encoding")
    if coding is not None and coding.lower() != "identity":
        raise UnsupportedMediaType("Send the body without a Content-Encoding.", supported)
    given = header(scope, b"content-type")
    if given == JSON:
        return
    kind, *parameters = (part.strip().lower() for part in (given or "").split(";"))
    charsets = [p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset=")]
    if kind not in supported or any(charset not in ("utf-8", "utf8") for charset in charsets):
        types = " or ".join(supported)
        raise UnsupportedMediaType(f"Send JSON in UTF-8, as Content-Type: {types}.", supported)
