"""The composition root: the application around the parts of a runtime."""

from __future__ import annotations

from typing import Any, Final

from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.di import Provide
from litestar.types import ASGIApp

from service import (
    audit,
    charts,
    health,
    live,
    metrics,
    openapi,
    pages,
    problem_answers,
    read,
    read_diff,
    read_digest,
    read_events,
    server,
    write,
)
from service.digests import Digests
from service.direct import Direct
from service.edge import Edge
from service.health import Vitals
from service.hosts import Hosts
from service.metrics import Metrics
from service.reading import Reading
from service.requests import Room
from service.runtime import Runtime
from service.settings import Settings
from service.writing import Writing

__all__ = ["HANDLERS", "create_app", "serve"]

HANDLERS: Final = (
    *read.HANDLERS,
    *charts.HANDLERS,
    *read_diff.HANDLERS,
    *read_digest.HANDLERS,
    *read_events.HANDLERS,
    *live.HANDLERS,
    *audit.HANDLERS,
    *write.HANDLERS,
    health.live,
    health.ready,
    audit.audit,
    metrics.show_metrics,
    problem_answers.explain,
    openapi.show_document,
    openapi.show_docs,
    *pages.HANDLERS,
)
"""Every route of the service. What each takes and answers is written down in `service.openapi`;
a test holds the two against each other."""

_EXPOSED: Final = [
    "Allow",
    "ETag",
    "Onrecord-Checkpoint",
    "Onrecord-Log",
    "Onrecord-Revision",
    "Retry-After",
]


_BODIES: Final = 8
"""Bodies of the largest size that may be on their way at once."""
_ROOM: Final = 128 << 20
"""Bytes that they may hold together in any case."""


def create_app(runtime: Runtime) -> ASGIApp:
    """The application, as an ASGI server runs it. It opens and closes nothing itself."""
    settings = runtime.settings
    counted = Metrics(runtime.live.state, lambda: len(runtime.auditing.alarms()))
    reading = Reading(runtime.log, runtime.store, runtime.projector)
    room = Room(max(_ROOM, _BODIES * settings.body_limit))
    parts: dict[str, Any] = {
        "auditing": runtime.auditing,
        "digests": Digests(reading),
        "live": runtime.live,
        "metrics": counted,
        "reading": reading,
        "vitals": Vitals(
            runtime.log,
            runtime.projector,
            runtime.fold,
            runtime.auditing.alarms,
            lambda: runtime.redactor.health,
        ),
        "writing": Writing(runtime.commands, reading, settings.body_limit, room, runtime.auditing),
    }
    cors = _cors(settings.cors_origins)
    app = Litestar(
        route_handlers=list(HANDLERS),
        dependencies={name: _given(part) for name, part in parts.items()},
        exception_handlers={Exception: problem_answers.handle},
        cors_config=cors,
        openapi_config=None,
        request_max_body_size=None,  # what takes a body counts it itself
        logging_config=None,
        debug=False,
    )
    hosts = Hosts.of(settings.allowed_hosts, settings.host, everywhere=settings.open)
    # Web origins that are allowed need headers of the router's.
    inner: ASGIApp = app if cors else Direct(app, parts["writing"])
    return Edge(inner, hosts, counted, room, cors)


def serve(settings: Settings) -> int:
    """Run the service in the foreground until it is told to stop; see `service.server.serve`."""
    return server.serve(settings, create_app)


def _given(part: Any) -> Provide:
    return Provide(lambda: part, sync_to_thread=False, use_cache=True)


def _cors(origins: tuple[str, ...]) -> CORSConfig | None:
    if not origins:
        return None
    return CORSConfig(
        allow_origins=list(origins), allow_headers=["*"], expose_headers=_EXPOSED, max_age=600
    )
