"""Answers: entity tags, conditional requests, the header with the revision, and a response that
bypasses Litestar's own work."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Mapping
from hashlib import sha256
from typing import Any, Final

from litestar import Request, Response
from litestar.response import Stream
from litestar.types import Receive, Scope, Send

from service.http.requests import lines_by_name

__all__ = [
    "JSON",
    "WHOLE",
    "HttpRequest",
    "ReadyResponse",
    "answer",
    "client_has",
    "etag_of",
    "not_modified",
    "ready_answer",
    "revision_header",
    "send_whole",
    "streamed_answer",
    "tag_of",
]

HttpRequest = Request[Any, Any, Any]
"""The request that a handler gets. Handlers do not use its user and state, so their types stay
open."""

JSON: Final = "application/json"
_JSON: Final = JSON.encode()
WHOLE: Final = "onrecord.whole"
"""The extension of a request's scope by which the server takes the body of a whole answer with its
head, as `body` in the message `http.response.start`; no further message follows."""
_START: Final = "http.response.start"

_TAGS = re.compile(r'\s*(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"\s*')
_TAG = re.compile(r'"([^"]*)"')


def send_whole(
    scope: Any, send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes
) -> Awaitable[None]:
    """Send a whole answer: in one message if the server takes that (`WHOLE`), else in the two of
    ASGI."""
    if WHOLE in scope.get("extensions", ()):
        begun: Any = {"type": _START, "status": status, "headers": headers, "body": body}
        return send(begun)
    return _send_parts(send, status, headers, body)


async def _send_parts(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    await send({"type": _START, "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


class ReadyResponse:
    """A complete answer in bytes, to be returned by a handler.

    Litestar's response classes build a map of the headers first, which takes some microseconds of
    every request (docs/decisions/0016-what-of-litestar-is-used.md).
    """

    __slots__ = ("_body", "_headers", "status")

    def __init__(
        self, body: bytes, status: int, headers: Mapping[str, str], media_type: str = JSON
    ) -> None:
        self._set(
            body,
            status,
            [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            media_type.encode(),
        )

    @classmethod
    def of_lines(cls, body: bytes, status: int, lines: list[tuple[bytes, bytes]]) -> ReadyResponse:
        """The same in JSON, of headers that are bytes already, their names in lower case."""
        response = cls.__new__(cls)
        response._set(body, status, lines, _JSON)
        return response

    def _set(
        self, body: bytes, status: int, lines: list[tuple[bytes, bytes]], media_type: bytes
    ) -> None:
        self.status = status
        self._body = body
        self._headers = lines
        if status != 304:
            lines += ((b"content-type", media_type), (b"content-length", b"%d" % len(body)))

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it, as an ASGI application."""
        await self.send_to(scope, send)

    def send_to(self, scope: Scope, send: Send) -> Awaitable[None]:
        return send_whole(scope, send, self.status, self._headers, self._body)


def etag_of(content: bytes) -> str:
    """A tag made from the body, or from all that the body follows from: 32 hex digits of its
    SHA-256, quoted."""
    return f'"{sha256(content).hexdigest()[:32]}"'


def tag_of(changed: int) -> str:
    """The tag of a statement: the revision at which anything shown of it last changed."""
    return f'"{changed}"'


def revision_header(revision: int) -> dict[str, str]:
    """The header with the revision that the answer is about."""
    return {"Onrecord-Revision": str(revision)}


def answer(
    request: HttpRequest,
    body: bytes,
    *,
    revision: int | None = None,
    etag: str | None = None,
    media_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """200 with the body, or 304 if `If-None-Match` names what the caller already has.

    `revision` is None if the answer is not about a single timeline.
    """
    tag = etag or etag_of(body)
    sent = {"ETag": tag, **(headers or {})}
    if revision is not None:
        sent |= revision_header(revision)
    if client_has(request.scope, tag):
        return not_modified(sent)
    return Response(body, headers=sent, media_type=media_type)


def ready_answer(request: HttpRequest, body: bytes, *, revision: int, etag: str) -> ReadyResponse:
    """The same about one revision, without Litestar's own work: for the most frequent calls."""
    lines = [(b"etag", etag.encode()), (b"onrecord-revision", b"%d" % revision)]
    if client_has(request.scope, etag):
        return ReadyResponse.of_lines(b"", 304, lines)
    return ReadyResponse.of_lines(body, 200, lines)


async def streamed_answer(
    request: HttpRequest,
    pieces: AsyncIterator[bytes],
    headers: Mapping[str, str],
    media_type: str,
) -> Response[Any]:
    """200 with the pieces as they are read, or 304 if `If-None-Match` names the tag in `headers`.

    The first piece is read before the answer begins, so that an error until then becomes a problem.
    A later one closes the connection without the last chunk, which tells the client that what came,
    though correct, is incomplete.
    """
    if client_has(request.scope, headers["ETag"]):
        return not_modified(headers)
    if "head" in request.scope:
        return Stream((), headers=headers, media_type=media_type)
    first = await anext(pieces, b"")
    return Stream(_all(first, pieces), headers=headers, media_type=media_type)


async def _all(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if first:
        yield first
    async for piece in rest:
        yield piece


def not_modified(headers: Mapping[str, str]) -> Response[bytes]:
    """304 with the headers that the complete answer would have."""
    return Response(b"", status_code=304, headers=dict(headers))


def client_has(scope: Any, tag: str) -> bool:
    """Whether the request's `If-None-Match` names `tag` (RFC 9110, 13.1.2), by weak comparison
    (8.8.3.2). A malformed list names nothing."""
    given = lines_by_name(scope).get(b"if-none-match", ())
    if not given:
        return False
    text = b",".join(given).decode("latin-1")
    if text == tag or text.strip() == "*":
        return True
    if not all(_TAGS.fullmatch(part) for part in _parts(text)):
        return False
    return tag.removeprefix("W/")[1:-1] in _TAG.findall(text)


def _parts(text: str) -> list[str]:
    """The members of a list. A comma within quotes does not end a member; an empty member is
    ignored."""
    parts = re.findall(r'(?:"[^"]*"?|[^",])+', text)
    return [part for part in parts if part.strip()]
