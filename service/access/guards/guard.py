"""The guard of every route: requires the right that the route declares, before anything else of the
request is read."""

from __future__ import annotations

from typing import Any

from litestar import Request

from service.access.guards.visitor import visitor_of
from service.http.declared.operation import NOTHING, OWN, operation_of

__all__ = ["guard", "require_declared"]


async def guard(request: Request[Any, Any, Any]) -> None:
    """`require_declared`, as Litestar's `before_request`: its `guards` do the same, but are given a
    copy of the handler for each request (docs/decisions/0033-who-may-do-what-is-declared.md)."""
    require_declared(request.scope)


def require_declared(scope: Any) -> None:
    """Raise Unauthenticated, Unknown or Forbidden unless the caller of the request with this scope
    has the right that its route declares."""
    operation = operation_of(scope["route_handler"])
    needs: Any = operation.needs
    if needs in (NOTHING, OWN):
        return
    visitor, timeline = visitor_of(scope), scope["path_params"].get("t")
    visitor.is_shown_own = operation.personal
    if needs == "write":
        visitor.require_writing(timeline)
    else:
        visitor.require(needs, timeline)
