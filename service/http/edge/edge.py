"""The outermost layer of the service: rules for every request, whatever its path.

HEAD is answered as GET without the body. A request is refused if its host is not ours, if its
address is not UTF-8 or cannot be one of our paths, or if it is a preflight of an origin that is not
allowed. A failure in a layer before the routes is answered like a failure in a route. Every request
is timed, counted and logged, without body and query string.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, Final

from litestar.types import ASGIApp, Receive, Scope, Send

from service.http.bodies import BodyBudget
from service.http.edge.admission import Admission
from service.http.edge.common_headers import with_common_headers
from service.http.limits.request_limits import LIMIT_HEADERS
from service.http.outlet import ENDLESS
from service.http.problems.problem import Problem
from service.http.problems.responses import failure, refusal

__all__ = ["Edge", "LogRequest", "Observe", "OnRefusal"]

Observe = Callable[[str, str | None, int, float], None]
"""Counts one request: method, template of the path, status, and seconds."""

OnRefusal = Callable[[Scope, Problem], ASGIApp]
"""The answer to a request that is refused."""

Headers = list[tuple[bytes, bytes]]

_AS_SENT: Final = frozenset(("GET", "POST", "PUT", "DELETE"))
"""Methods that the routes have."""

LogRequest = Callable[[str, Any, int, Headers, float], None]
"""Logs one request: method, scope, status, the headers of its answer without the common ones, and
seconds."""


class Edge:
    """An ASGI application around the one with the routes."""

    def __init__(
        self,
        app: ASGIApp,
        admission: Admission,
        observe: Observe,
        log: LogRequest,
        budget: BodyBudget,
        refused: OnRefusal = refusal,
    ) -> None:
        """Every request is counted by `observe` and logged by `log`. `refused` answers a request
        that does not reach the routes."""
        self._app = app
        self._budget = budget
        self._admission = admission
        self._observe = observe
        self._log = log
        self._refused = refused

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise TypeError("The service speaks HTTP only.")
        answer, method = self._answer_at_once(scope), scope["method"]
        inner: Any = scope if method in _AS_SENT else _as_routed(scope)
        started = perf_counter()
        status, headers, origins = 0, Headers(), self._admission.origins

        def note_status(message: Any) -> Awaitable[None]:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status = message["status"]
                more = inner.get(LIMIT_HEADERS, ())
                if origins.are_allowed:
                    more = (*more, *origins.shared(inner))
                headers = message["headers"]
                message["headers"] = with_common_headers(inner, headers, more)
            return send(message)

        try:
            await (answer or self._app)(inner, receive, note_status)
        except Exception as error:
            if status:
                raise  # a part of the answer was sent
            await failure(inner, error)(inner, receive, note_status)
        finally:
            self._budget.release(inner)
            seconds = perf_counter() - started
            if ENDLESS not in inner:
                self._observe(method, inner.get("path_template"), status, seconds)
            self._log(method, inner, status, headers, seconds)

    def _answer_at_once(self, scope: Any) -> ASGIApp | None:
        """The answer to a request that is not passed on; None if it is."""
        problem = self._admission.check(scope)
        if problem is not None:
            return self._refused(scope, problem)
        return self._admission.origins.preflight(scope) if scope["method"] == "OPTIONS" else None


def _as_routed(scope: Any) -> Any:
    """The request with a method that routes have."""
    if scope["method"] == "HEAD":
        # The server keeps its own scope, in which the method is HEAD, so it sends no body.
        return {**scope, "method": "GET", "head": True}
    if scope["method"] == "OPTIONS":
        # No path has OPTIONS of its own. The router is asked for a method that no path has, and
        # answers 405 with the methods that the path does have.
        return {**scope, "method": "TRACE"}
    return scope
