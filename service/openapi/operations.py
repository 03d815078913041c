"""Every operation of the service."""

from __future__ import annotations

from typing import Final

from service import health
from service.openapi.auditing import AUDIT, AUDITING
from service.openapi.following import FOLLOWING
from service.openapi.pages import PAGES
from service.openapi.parts import Answer, Operation, Parameter, Schema
from service.openapi.reading import READING
from service.openapi.schemas import ref
from service.openapi.writing import WRITING
from service.problem_kinds import KINDS

__all__ = ["OPERATIONS"]

_TEXT: Final[Schema] = {"type": "string"}
_SLUG: Final = Parameter(
    "slug", "path", "The last part of a problem's type.", {"enum": list(KINDS)}, "not-found"
)
_NONE_MATCH: Final = Parameter(
    "If-None-Match", "header", "The ETag of an answer that the caller has.", {"type": "string"}
)
_SAME: Final = Answer("What the caller has is still true.", {}, ("ETag",))


def _page(
    path: str, name: str, summary: str, content: dict[str, Schema], *headers: str
) -> Operation:
    return Operation(
        "GET",
        path,
        name,
        "Operations",
        summary,
        parameters=(_NONE_MATCH,),
        answers={
            200: Answer(summary, content, ("ETag", *headers)),
            304: _SAME._replace(headers=("ETag", *headers)),
        },
    )


_JSON: Final[dict[str, Schema]] = {"application/json": {"type": "object"}}
_HEALTH: Final = {"application/json": ref(health.Health)}

OPERATIONS: Final[tuple[Operation, ...]] = (
    *READING,
    *FOLLOWING,
    *AUDITING,
    AUDIT,
    *WRITING,
    Operation(
        "GET",
        "/health/live",
        "live",
        "Operations",
        "Whether the process runs",
        answers={200: Answer("It does.", {"application/json": ref(health.Live)})},
    ),
    Operation(
        "GET",
        "/health/ready",
        "ready",
        "Operations",
        "Whether the service can serve, and how each part is",
        answers={200: Answer("It can.", _HEALTH), 503: Answer("It cannot.", _HEALTH)},
    ),
    Operation(
        "GET",
        "/metrics",
        "show_metrics",
        "Operations",
        "What the service counts, for Prometheus",
        answers={200: Answer("Metrics.", {"text/plain": _TEXT})},
    ),
    _page("/problems/{slug}", "explain", "What a problem means", {"text/markdown": _TEXT})._replace(
        parameters=(_SLUG, _NONE_MATCH), problems=("not-found",)
    ),
    _page("/openapi.json", "show_document", "This document", _JSON),
    _page(
        "/docs",
        "show_docs",
        "This document, to be read",
        {"text/html": _TEXT},
        "Content-Security-Policy",
        "X-Content-Type-Options",
    ),
    *PAGES,
)
