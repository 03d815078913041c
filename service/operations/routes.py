"""The calls that say whether the service is alive, and whether it can serve."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency

from service.access.guards.visitor import visitor_of
from service.http.answers import JSON
from service.http.declared.operation import NOTHING, OWN, Answer, Operation, route
from service.http.declared.query import parsed_query
from service.operations.health import BareHealth, Health, Live, Vitals

__all__ = ["HANDLERS"]


@route(
    Operation(
        "GET",
        "/health/live",
        "Operations",
        "Whether the process runs",
        answers={200: Answer("It does.", {JSON: Live})},
        needs=NOTHING,
    )
)
async def get_liveness(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The process runs. What it depends on is not checked."""
    parsed_query(request)
    return Response(msgspec.json.encode(Live()), media_type=JSON)


_SHOWN: Final = {JSON: {"anyOf": [Health, BareHealth]}}
"""Only those who may operate the service see the details."""


@route(
    Operation(
        "GET",
        "/health/ready",
        "Operations",
        "Whether the service can serve, and how each part is",
        answers={200: Answer("It can.", _SHOWN), 503: Answer("It cannot.", _SHOWN)},
        needs=OWN,
    )
)
async def get_readiness(
    request: Request[Any, Any, Any], vitals: NamedDependency[Vitals]
) -> Response[bytes]:
    """The state of each thing that the service depends on; 503 while it cannot serve or write."""
    detailed = visitor_of(request.scope).may("operate")
    parsed_query(request)
    health = await vitals.check()
    status = 200 if health.ready else 503
    shown = health if detailed else BareHealth(health.ready)
    return Response(msgspec.json.encode(shown), status_code=status, media_type=JSON)


HANDLERS: Final = (get_liveness, get_readiness)
