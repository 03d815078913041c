"""The body of a request: its media type, its size, and the memory that all bodies together take."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from events.errors import Fault, InvalidInput
from service.http.requests import (
    Disconnected,
    TooLarge,
    TooManyBodies,
    UnsupportedMediaType,
    header,
)
from service.tally import BODIES, Tally, TallyRow

__all__ = [
    "ARRIVED",
    "JSON_LINES",
    "BodyBudget",
    "Incoming",
    "check_coding",
    "chunks_of",
    "media_type_of",
    "read_json",
    "read_nothing",
]

JSON = "application/json"
JSON_LINES = "application/x-ndjson"

_RESERVED = "onrecord.reserved"
ARRIVED = "onrecord.arrived"
"""In the scope of a request: called when its body has arrived, which may take minutes. It raises an
error if the request must be refused by then."""


class BodyBudget:
    """The number of bytes that the bodies of all requests may take together. When a request ends,
    the caller of its handler releases what was reserved for it. All processes that share the
    `row`'s tally share the budget; without a row it is this process's own."""

    def __init__(self, size: int, row: TallyRow | None = None) -> None:
        self._size = size
        self._row = Tally().row(0) if row is None else row

    def reserve(self, scope: Any, size: int) -> None:
        """Reserve `size` bytes for the request. Raises TooManyBodies if fewer are left."""
        if self._row.tally.total(BODIES) + size > self._size:
            raise TooManyBodies("The service holds as many bodies as it can.")
        self._row.add(BODIES, size)
        scope[_RESERVED] = scope.get(_RESERVED, 0) + size

    def release(self, scope: Any) -> None:
        """Give back all that was reserved for the request."""
        reserved = scope.pop(_RESERVED, 0)
        if reserved:
            self._row.add(BODIES, -reserved)


class Incoming(Protocol):
    """The part of a request that is needed: its ASGI scope, and the next message of its body."""

    @property
    def scope(self) -> Any: ...

    @property
    def receive(self) -> Any: ...


async def read_json(
    request: Incoming, limit: int, budget: BodyBudget, *, or_lines: bool = False
) -> bytes:
    """The bytes of a body whose media type is JSON, or with `or_lines` JSON Lines. At most `limit`
    bytes are held, and all requests share the `budget`. `service.http.protocol` limits how long a
    body may take.

    Raises UnsupportedMediaType, TooLarge as soon as the limit is passed, TooManyBodies,
    Disconnected.
    """
    _check_media_type(request.scope, (JSON, JSON_LINES) if or_lines else (JSON,))
    length = header(request.scope, b"content-length") or "0"
    if length.isdecimal() and int(length[:20]) > limit:
        raise _too_long(limit)
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        chunk, more = await _next_chunk(request)
        size += len(chunk)
        if size > limit:
            raise _too_long(limit)
        budget.reserve(request.scope, len(chunk))
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def read_nothing(request: Incoming) -> None:
    """Read the rest of a body that must be empty. Raises InvalidInput, Disconnected."""
    async for _ in chunks_of(request):
        raise InvalidInput([Fault("", "This call takes no body: send it without one.")])


async def chunks_of(request: Incoming) -> AsyncIterator[bytes]:
    """The body as it comes, in chunks that are not empty. When it has arrived, what the scope has
    as `ARRIVED` is called. Raises Disconnected."""
    more = True
    while more:
        chunk, more = await _next_chunk(request)
        if chunk:
            yield chunk


async def _next_chunk(request: Incoming) -> tuple[bytes, bool]:
    """The next chunk, which may be empty, and whether there are more. Raises Disconnected."""
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise Disconnected("The client left before its request had ended.")
    more = message.get("more_body", False)
    if not more and ARRIVED in request.scope:
        request.scope[ARRIVED]()
    return message.get("body", b""), more


def _too_long(limit: int) -> TooLarge:
    return TooLarge(f"A body has at most {limit:,} bytes: send it in parts.", limit)


def media_type_of(scope: Mapping[str, Any]) -> str:
    """The body's media type in lower case, without parameters; empty if the request has none."""
    return (header(scope, b"content-type") or "").partition(";")[0].strip(" \t").lower()


def check_coding(scope: Mapping[str, Any], supported: Sequence[str]) -> None:
    """Raise UnsupportedMediaType if the body is compressed, because a small one could become any
    size."""
    coding = header(scope, b"content-encoding")
    if coding is not None and coding.lower() != "identity":
        raise UnsupportedMediaType("Send the body without a Content-Encoding.", supported)


def _check_media_type(scope: Mapping[str, Any], supported: Sequence[str]) -> None:
    check_coding(scope, supported)
    given = header(scope, b"content-type")
    if given == JSON:
        return
    kind, *parameters = (part.strip().lower() for part in (given or "").split(";"))
    charsets = [p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset=")]
    if kind not in supported or any(charset not in ("utf-8", "utf8") for charset in charsets):
        types = " or ".join(supported)
        raise UnsupportedMediaType(f"Send JSON in UTF-8, as Content-Type: {types}.", supported)
