"""The outermost layer of the service: what applies to every request, whatever its path.

HEAD is answered as GET without the body. Requests are refused whose host is not ours, whose address
is not UTF-8 or cannot be a path of ours, and preflights of origins that are not allowed. Every
request is timed, counted and logged, without body and query string.
"""

from __future__ import annotations

from collections.abc import Callable
from logging import DEBUG, ERROR, INFO
from time import perf_counter
from typing import Any, Final

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from service.http.bodies import BodyBudget
from service.http.edge.admission import Admission
from service.http.edge.standing_headers import completed
from service.http.limits.request_limits import LIMIT_HEADERS
from service.http.outlet import ENDLESS
from service.http.problems.problem import Problem
from service.http.problems.responses import refusal

__all__ = ["Edge", "Observe", "OnRefusal"]

Observe = Callable[[str, str | None, int, float], None]
"""Counts one request: method, template of the path, status, and seconds."""

OnRefusal = Callable[[Scope, Problem], ASGIApp]
"""The answer to a request that is refused."""

_log = structlog.get_logger("onrecord.requests")

_TIMELINES: Final = "/v1/timelines/"
_Headers = list[tuple[bytes, bytes]]
_QUIET: Final = ("/health/", "/metrics")
"""Paths that machines request every few seconds: they are logged at level debug."""


class Edge:
    """An ASGI application around the one that has the routes."""

    def __init__(
        self,
        app: ASGIApp,
        admission: Admission,
        observe: Observe,
        budget: BodyBudget,
        refused: OnRefusal = refusal,
    ) -> None:
        """`observe` counts every request. `refused` answers a request that does not reach the
        routes."""
        self._app = app
        self._budget = budget
        self._admission = admission
        self._observe = observe
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            raise TypeError("The service speaks HTTP only.")
        inner: Any = scope
        answer = self._answer_at_once(inner)
        if scope["method"] == "HEAD":
            # The server keeps its own scope: it sees HEAD there and sends no body.
            inner = {**scope, "method": "GET", "head": True}
        elif scope["method"] == "OPTIONS":
            # No path has OPTIONS of its own. The router is asked for a method that no path has, and
            # answers 405 with the methods that the path does have.
            inner = {**scope, "method": "TRACE"}
        await self._timed(scope["method"], inner, receive, send, answer)

    def _answer_at_once(self, scope: Any) -> ASGIApp | None:
        """The answer to a request that need not be passed on; None if it is passed on."""
        problem = self._admission.judge(scope)
        if problem is not None:
            return self._refused(scope, problem)
        return self._admission.origins.preflight(scope)

    async def _timed(
        self, method: str, scope: Any, receive: Receive, send: Send, answer: ASGIApp | None
    ) -> None:
        started = perf_counter()
        status, headers, origins = 0, _Headers(), self._admission.origins

        async def note_status(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status = message["status"]
                more = (*scope.get(LIMIT_HEADERS, ()), *origins.shared(scope))
                message["headers"] = headers = completed(scope, message["headers"], more)
            await send(message)

        try:
            await (answer or self._app)(scope, receive, note_status)
        finally:
            self._budget.give_back(scope)
            seconds = perf_counter() - started
            if ENDLESS not in scope:
                self._observe(method, scope.get("path_template"), status, seconds)
            _write(method, scope, status, headers, seconds)


def _write(method: str, scope: Any, status: int, headers: _Headers, seconds: float) -> None:
    """One line for each request. `principal` is null where it was not found out who asks, or where
    the credentials were not good."""
    path = scope["path"]
    level = DEBUG if status < 400 or path.startswith(_QUIET) else INFO if status < 500 else ERROR
    if not _log.is_enabled_for(level):
        return
    known = getattr(scope.get("user"), "known", None)
    revision = next((value for name, value in headers if name == b"onrecord-revision"), None)
    _log.log(
        level,
        "request",
        method=method,
        path=path,
        status=status,
        principal=None if known is None else known.name,
        client=scope["client"][0],
        timeline=scope.get("path_params", {}).get("t") or _timeline_in(path),
        revision=None if revision is None else int(revision),
        ms=round(seconds * 1000, 2),
    )


def _timeline_in(path: str) -> str | None:
    """The timeline that the path names, also where the router did not see it."""
    return path[len(_TIMELINES) :].partition("/")[0] if path.startswith(_TIMELINES) else None
