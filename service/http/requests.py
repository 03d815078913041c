"""The address and the headers of a request, each checked by its rule, and what HTTP does not allow.

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
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from events.errors import Fault, InvalidInput, OnrecordError

__all__ = [
    "KEY_PATTERN",
    "PREFIX",
    "TAGS_PATTERN",
    "Disconnected",
    "RequestError",
    "TooLarge",
    "TooManyBodies",
    "TooManyRequests",
    "TooManyStreams",
    "UnsupportedMediaType",
    "entity_tags",
    "header",
    "idempotency_key",
    "lines_by_name",
    "own_address",
    "path_is_text",
    "prefix_of",
    "replace_headers",
]

PREFIX = "onrecord.prefix"
"""The path prefix, in the scope of a request. ASGI's own `root_path` stays empty, because Litestar
looks for it anywhere in the path, even in the name of a timeline."""
_LINES: Final = "onrecord.lines"
"""In the scope of a request: the values of its headers, by name."""
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
    """As many streams are open as the service allows, for all callers or for this one."""


class Disconnected(RequestError):
    """The client left before its body had arrived."""


def lines_by_name(scope: Any) -> Mapping[bytes, tuple[bytes, ...]]:
    """The values of each header of a request, in their order; names are in lower case. They are
    grouped once for all layers, and again after `replace_headers`."""
    known: Mapping[bytes, tuple[bytes, ...]] | None = scope.get(_LINES)
    if known is not None:
        return known
    headers: Sequence[tuple[bytes, bytes]] = scope["headers"]
    lines: dict[bytes, tuple[bytes, ...]] = {name: (value,) for name, value in headers}
    if len(lines) < len(headers):
        repeated: dict[bytes, list[bytes]] = {name: [] for name in lines}
        for name, value in headers:
            repeated[name].append(value)
        lines = {name: tuple(values) for name, values in repeated.items()}
    scope[_LINES] = lines
    return lines


def replace_headers(scope: Any, headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Give the request these headers in place of its own."""
    scope["headers"] = headers
    scope.pop(_LINES, None)


def header(scope: Any, name: bytes) -> str | None:
    """The header's value; None if it is absent. `name` is in lower case.

    Raises InvalidInput if it is given more than once.
    """
    values = lines_by_name(scope).get(name, ())
    if len(values) > 1:
        raise InvalidInput([Fault("", f"Give the header {name.decode().title()} only once.")])
    return values[0].decode("latin-1").strip(" \t") if values else None


def prefix_of(scope: Mapping[str, Any]) -> str:
    """The path prefix under which the caller sees the service; empty if there is none."""
    prefix: str = scope.get(PREFIX, "")
    return prefix


def own_address(scope: Any) -> str:
    """The address of this service in the request, without a slash at its end."""
    host = header(scope, b"host") or "localhost"
    return f"{scope['scheme']}://{host}{prefix_of(scope)}"


def idempotency_key(scope: Any) -> str | None:
    """The `Idempotency-Key`: 1 to 128 visible ASCII characters. Raises InvalidInput."""
    key = header(scope, b"idempotency-key")
    if key is not None and _KEY.fullmatch(key) is None:
        raise InvalidInput(
            [Fault("", "An Idempotency-Key is 1 to 128 visible ASCII characters, without spaces.")]
        )
    return key


def entity_tags(scope: Any) -> tuple[str, ...] | None:
    """The strong tags of `If-Match` without their quotes; a weak tag matches nothing. None if the
    header is absent or `*`, which only requires that the statement exists. Raises InvalidInput.

    The grammar is in RFC 9110, 13.1.1.
    """
    values = lines_by_name(scope).get(b"if-match", ())
    text = b", ".join(values).decode("latin-1")
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
