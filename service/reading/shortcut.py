"""The shortcut for repeated requests: from the address to the cached answer, without the router.

It is between the service's door and the routes. An answer is the same, byte for byte, as without
it, and `path_template` is set as the router sets it, so that requests are counted and logged alike.

An answer about a timeline is the same for all who may read it, so they share cached answers; for
everybody else the shortcut does not exist, and the routes answer them.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final

from litestar.types import ASGIApp, Receive, Send

from events.errors import Unauthenticated
from service.access.guards.visitor import visitor_of
from service.http.answers import client_has, send_whole
from service.http.declared.operation import operation_of
from service.http.edge.packed import takes_gzip
from service.http.requests import lines_by_name
from service.reading.answer_cache import AnswerCache, AnswerKey, CachedAnswer

__all__ = ["Shortcut"]

_TIMELINES: Final = "/v1/timelines/"
_OF_BODY: Final = (b"content-type", b"content-length", b"content-encoding")
"""Headers that a 304 does not have."""


class Shortcut:
    """An ASGI application around the one with the routes; `cache` has the answers."""

    def __init__(self, app: ASGIApp, cache: AnswerCache) -> None:
        self._app = app
        self._cache = cache

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if not path.startswith(_TIMELINES) or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        timeline = path[len(_TIMELINES) :].partition("/")[0]
        if not _may_read(scope, timeline):
            await self._app(scope, receive, send)
            return
        key = _key_of(scope)
        head = self._cache.head(timeline)
        found = self._cache.find(key)
        if found is not None:
            scope["path_template"] = found.template
            await _send(found, scope, send)
            return
        if not self._cache.is_asked_again(key):
            await self._app(scope, receive, send)
            return
        answer = _Recorded(send)
        await self._app(scope, receive, answer)
        if answer.is_whole and _is_cacheable(scope, timeline):
            found = answer.for_(scope["path_template"])
            self._cache.add(key, timeline, head, answer.revision, found)


class _Recorded:
    """Sends an answer on, and records it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._headers: list[tuple[bytes, bytes]] = []
        self._named: dict[bytes, bytes] = {}
        self._body = b""
        self.is_whole = False
        """Whether it is a complete answer about one revision, in one message."""

    def __call__(self, message: Any) -> Awaitable[None]:
        if message["type"] == "http.response.start" and message["status"] == 200:
            self._headers = list(message["headers"])
            self._named = dict(self._headers)
        if "body" in message and b"onrecord-revision" in self._named and b"etag" in self._named:
            self.is_whole = not message.get("more_body") and not self._body
            self._body = message["body"]
        return self._send(message)

    @property
    def revision(self) -> int:
        return int(self._named[b"onrecord-revision"])

    def for_(self, template: str) -> CachedAnswer:
        return CachedAnswer(template, self._named[b"etag"].decode(), self._headers, self._body)


def _key_of(scope: Any) -> AnswerKey:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    lines = lines_by_name(scope)
    accept, origin = lines.get(b"accept", ()), lines.get(b"origin", ())
    return AnswerKey(path, scope["query_string"], accept, origin, takes_gzip(lines))


def _may_read(scope: Any, timeline: str) -> bool:
    """Whether the caller may read the timeline, so that its answers may be cached for them."""
    visitor = visitor_of(scope)
    try:
        return visitor.reads(timeline)
    except Unauthenticated:
        return False


def _is_cacheable(scope: Any, timeline: str) -> bool:
    """Whether the route answers from the read model alone, about this timeline."""
    return (
        operation_of(scope["route_handler"]).cacheable and scope["path_params"].get("t") == timeline
    )


def _send(found: CachedAnswer, scope: Any, send: Send) -> Awaitable[None]:
    status, headers, body = 200, found.headers, found.body
    if client_has(scope, found.tag):
        status, body = 304, b""
        headers = [pair for pair in headers if pair[0] not in _OF_BODY]
    return send_whole(scope, send, status, headers, body)
