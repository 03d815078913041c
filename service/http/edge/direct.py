"""A short way from the router to a handler that needs nothing else of Litestar.

Litestar finds the handler of each request. Around the call it works for features that our handlers
do not use, such as its own caches, forms and clean-up. That takes 22 µs
(docs/decisions/0053-from-the-router-to-the-handler.md).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from litestar import Litestar, Request
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Receive, Send

from service.http.answers import ReadyResponse
from service.http.problems.responses import failure

__all__ = ["Direct"]


class _Call(NamedTuple):
    """How to call a handler: which parts of the path and of the service it gets."""

    function: Callable[..., Awaitable[ReadyResponse]]
    of_path: tuple[str, ...]
    given: Mapping[str, Any]


class _DirectRequest(Request[Any, Any, Any]):
    """A request for handlers that use its scope, as ours do; what Litestar prepares for other uses
    is made at the first use."""

    __slots__ = ()

    def __init__(self, scope: Any, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send

    def __getattr__(self, name: str) -> Any:
        super().__init__(self.scope, self.receive, self.send)
        return object.__getattribute__(self, name)


class Direct:
    """An ASGI application around Litestar's. It calls those handlers itself that return a
    `ReadyResponse`, as Litestar would: after the guard, with the arguments that their names ask
    for. Everything else is left to Litestar."""

    def __init__(
        self,
        app: ASGIApp,
        routes: Litestar,
        guard: Callable[[Any], None],
        given: Mapping[str, Any],
    ) -> None:
        """`app` passes the rest to Litestar, which has the `routes`. `guard` is given the scope of
        a request, and raises what the routes' own guard would raise. `given` are the parts of the
        service, by the names of arguments."""
        self._app = app
        self._guard = guard
        self._find = routes.asgi_router.handle_routing
        handlers = [
            handler
            for route in routes.routes
            if isinstance(route, HTTPRoute)
            for handler in route.route_handlers
        ]
        self._calls: Mapping[object, _Call] = {
            handler: _call_of(handler, given)
            for handler in handlers
            if handler.parsed_fn_signature.return_type.annotation is ReadyResponse
        }

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        found = self._found(scope["path"], scope["method"])
        call = found and self._calls.get(found[1])
        if not found or not call:
            await self._app(scope, receive, send)
            return
        _, scope["route_handler"], _, parameters, scope["path_template"] = found
        scope["path_params"] = parameters
        request = _DirectRequest(scope, receive, send)
        try:
            self._guard(scope)
            of_path = {name: parameters[name] for name in call.of_path}
            answer = await call.function(request=request, **of_path, **call.given)
        except Exception as error:  # noqa: BLE001 - Litestar too has each answered as a problem
            answer = failure(scope, error)
        await answer.send_to(scope, send)

    def _found(self, path: str, method: Any) -> Any:
        """The router's result for the path; None if it refuses, as it will do again."""
        try:
            return self._find(path=path, method=method)
        except HTTPException:
            return None


def _call_of(handler: HTTPRouteHandler, given: Mapping[str, Any]) -> _Call:
    names = [name for name in handler.parsed_fn_signature.parameters if name != "request"]
    parts = {name: given[name] for name in names if name in given}
    return _Call(handler.fn, tuple(name for name in names if name not in given), parts)
