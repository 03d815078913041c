"""The outermost layer of the service: what holds for every request, whatever its path.

HEAD is answered as GET whose body the server leaves out; a host that is not ours, an address
that is no text or no path of ours and a browser's question that nobody allowed are refused; every
request is timed, counted and logged, without bodies and query strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from time import perf_counter
from typing import Any, Final

import structlog
from litestar.config.cors import CORSConfig
from litestar.enums import ScopeType
from litestar.exceptions import NotFoundException
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from events.errors import Fault, InvalidInput
from events.wording import SPELLING
from service.hosts import Hosts
from service.metrics import Metrics
from service.problem import Problem
from service.problem_answers import refuse
from service.problems import problem_of
from service.requests import Room, path_is_text
from service.streaming.event_stream import ENDLESS

__all__ = ["Edge"]

_log = structlog.get_logger("onrecord.requests")

_QUIET: Final = ("/health/", "/metrics")
"""Paths that machines ask every few seconds: logged at level debug."""

_NO_PATH = re.compile(rb"//|./\Z|%2[fF]")
"""What no path of ours has: an empty part, or a slash within one."""
_NEW_SPELLING = re.compile(
    rb"/v1/timelines/(?:(?!%2[fF])[^/])+/actors/[^/]+(?:/aliases/[^/]+)?", re.DOTALL
)


class Edge:
    """An ASGI application around the one that has the routes."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: Hosts,
        metrics: Metrics,
        room: Room,
        cors: CORSConfig | None = None,
    ) -> None:
        """`cors` says which web origins may ask from a browser; None: only our own."""
        self._app = app
        self._room = room
        self._hosts = hosts
        self._metrics = metrics
        self._cors = cors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            raise TypeError("The service speaks HTTP only.")
        inner: Any = scope
        if scope["method"] == "HEAD":
            # The server keeps its own scope: it sees HEAD there and sends no body.
            inner = {**scope, "method": "GET", "head": True}
        elif scope["method"] == "OPTIONS" and not self._is_preflight(scope["headers"]):
            # No path has OPTIONS of its own: asked for a method that none has, the router
            # answers 405 with those that the path does have.
            inner = {**scope, "method": "TRACE"}
        await self._timed(scope["method"], inner, receive, send)

    def _is_preflight(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether a browser asks for a page of an origin that is allowed."""
        given = dict(headers)
        asks = b"access-control-request-method" in given and b"origin" in given
        return (
            asks
            and self._cors is not None
            and self._cors.is_origin_allowed(given[b"origin"].decode("latin-1"))
        )

    async def _timed(self, method: str, scope: Scope, receive: Receive, send: Send) -> None:
        started = perf_counter()
        status = 0

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            problem = self._judge(scope)
            if problem is not None:
                await refuse(scope, note_status, problem)
            else:
                await self._app(scope, receive, note_status)
        finally:
            self._room.give_back(scope)
            seconds = perf_counter() - started
            if ENDLESS not in scope:
                self._metrics.observe(method, scope.get("path_template"), status, seconds)
            _write(method, scope["path"], status, seconds)

    def _judge(self, scope: Any) -> Problem | None:
        if not self._hosts.admit(scope["headers"]):
            return _invalid(
                "Ask for this service by its own name: the header Host names another one. "
                "ONRECORD_ALLOWED_HOSTS lists the names it answers to."
            )
        if not path_is_text(scope):
            return _invalid("Write the path as percent-encoded UTF-8.")
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        if b"//" not in raw and b"%2" not in raw and raw[-1:] != b"/":
            return None  # nearly all, in a fifth of the time
        if _NO_PATH.search(raw) is None:
            return None
        if scope["method"] == "PUT" and _NEW_SPELLING.fullmatch(raw):
            return _invalid(SPELLING.rule)
        return problem_of(NotFoundException())


def _invalid(message: str) -> Problem | None:
    return problem_of(InvalidInput([Fault("", message)]))


def _write(method: str, path: str, status: int, seconds: float) -> None:
    if status < 400 or path.startswith(_QUIET):
        write = _log.debug
    else:
        write = _log.info if status < 500 else _log.error
    write("request", method=method, path=path, status=status, ms=round(seconds * 1000, 2))
