"""Gzip for answers, if the caller accepts it.

A list of statements in JSON shrinks to a tenth, which is the time that a page waits on a slow line.
Answers of a few hundred bytes, and those that come in several messages, are sent unchanged.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import Any, Final

from litestar.types import ASGIApp, Receive, Send

from service.http.answers import JSON
from service.http.requests import lines_by_name

__all__ = ["Packed", "takes_gzip"]

_GZIP: Final = re.compile(rb"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
_LEAST: Final = 1_400
"""The least bytes of a body that is compressed; a smaller one fits into one segment anyway."""
_LEVEL: Final = 1
"""The fastest level: a millisecond of the processor compresses more than a megabyte."""
_AS_GZIP: Final = 31
"""zlib's code for the gzip format."""


def takes_gzip(lines: Mapping[bytes, Sequence[bytes]]) -> bool:
    """Whether the headers of a request, by name, accept gzip."""
    accepted = lines.get(b"accept-encoding")
    return accepted is not None and any(map(_GZIP.search, accepted))


class Packed:
    """An ASGI application around one that answers in JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Any, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["method"] == "GET" and takes_gzip(lines_by_name(scope)):
            send = _Packing(send)
        return self._app(scope, receive, send)


class _Packing:
    """Sends an answer on; its head waits for the body, to know the length."""

    __slots__ = ("_head", "_send")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._head: Any = None

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            if _is_worth_it(message):
                if "body" not in message:
                    self._head = message
                    return
                message = _packed(message, message["body"])
        elif self._head is not None:
            head, self._head = self._head, None
            if not message.get("more_body"):
                head = _packed(head, message["body"])
                message = {**message, "body": head.pop("body")}
            await self._send(head)
        await self._send(message)


def _is_worth_it(head: Any) -> bool:
    named = dict(head["headers"])
    return (
        head["status"] == 200
        and b"content-encoding" not in named
        and named.get(b"content-type", b"").startswith(JSON.encode())
        and int(named.get(b"content-length", 0)) >= _LEAST
    )


def _packed(head: Any, body: bytes) -> Any:
    """The head with the packed body."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _AS_GZIP)
    packed = packer.compress(body) + packer.flush()
    return {**head, "headers": _told(head["headers"], len(packed)), "body": packed}


def _told(headers: Iterable[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    kept = [pair for pair in headers if pair[0] != b"content-length"]
    return [*kept, (b"content-encoding", b"gzip"), (b"content-length", b"%d" % length)]
