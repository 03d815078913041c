"""The limits of a caller, checked before anything of the request is read."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final

from litestar.types import ASGIApp, Receive, Scope, Send

from events.errors import Lagging, Unauthenticated
from service.access.guards.visitor import visitor_of
from service.access.principal import EVERYONE
from service.http.limits.caller import CALLER
from service.http.limits.request_limits import LIMITS, RequestLimits
from service.http.problems.responses import refusal
from service.http.problems.translation import problem_of
from service.http.requests import TooManyRequests

__all__ = ["Limited"]

_BY_CREDENTIALS: Final = ("/v1/", "/metrics", "/health/ready", "/health/audit")
"""The paths that read credentials. At all others every request counts for its address."""
_SIGN_IN: Final = "/v1/session"
"""On these paths credentials are the content of the request. A browser whose session has ended can
sign in again."""


class Limited:
    """An ASGI application around the one with the routes, inside the door: it refuses requests
    beyond the caller's limits."""

    def __init__(self, app: ASGIApp, limits: RequestLimits) -> None:
        self._app = app
        self._limits = limits

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        try:
            self._count(scope)
        except (TooManyRequests, Lagging) as error:
            problem = problem_of(error)
            assert problem is not None
            return refusal(scope, problem)(scope, receive, send)
        return self._app(scope, receive, send)

    def _count(self, scope: Any) -> None:
        """Raises TooManyRequests, and Lagging while it is unknown who is asking. A request with
        wrong credentials counts only as an attempt with them."""
        scope[LIMITS] = self._limits
        path = scope["path"]
        if path.startswith(_BY_CREDENTIALS) and not path.startswith(_SIGN_IN):
            try:
                principal = visitor_of(scope).principal
            except Unauthenticated:
                self._limits.count_wrong(scope)
                return
            if principal is not EVERYONE:
                scope[CALLER] = principal.name
        self._limits.count(scope)
