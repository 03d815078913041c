"""The headers of answers: their meanings, and which ones every answer has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from service.http.declared.parameter import Schema

__all__ = ["COMMON_HEADERS", "headers_of"]

_HEADERS: Final[dict[str, tuple[str, Schema]]] = {
    "Allow": ("The methods that the path has.", {"type": "string"}),
    "Cache-Control": ("How long the answer may be kept.", {"type": "string"}),
    "Connection": ("The connection ends with this answer.", {"const": "close"}),
    "Content-Disposition": ("The name that the file is saved under.", {"type": "string"}),
    "Content-Encoding": (
        "How the body is compressed, if the request accepts that.",
        {"const": "gzip"},
    ),
    "Content-Security-Policy": (
        "What the page may load, and who may show it within another.",
        {"type": "string"},
    ),
    "ETag": (
        "The tag of this state of what is shown.",
        {"type": "string", "pattern": '^(W/)?"[^"]*"$'},
    ),
    "Last-Modified": ("When the last event before this answer was recorded.", {"type": "string"}),
    "Location": ("The address that the browser opens next.", {"type": "string", "format": "uri"}),
    "Onrecord-Checkpoint": (
        "Where `wait` asked for it: the size of the checkpoint, or pending.",
        {"type": "string", "pattern": "^([0-9]+|pending)$"},
    ),
    "Onrecord-Log": ("The identity of the log, which `log` takes.", {"type": "string"}),
    "Onrecord-Loss": (
        "The fields that the format cannot hold, or not always, separated by commas; or none.",
        {"type": "string"},
    ),
    "Onrecord-Revision": (
        "The timeline's revision that the answer is true of.",
        {"type": "string", "pattern": "^[0-9]+$"},
    ),
    "Set-Cookie": ("The cookie of the session; empty where it has ended.", {"type": "string"}),
    "Retry-After": ("Seconds to wait.", {"type": "string", "pattern": "^[0-9]+$"}),
    "WWW-Authenticate": ("How credentials are sent.", {"const": "Bearer"}),
    "X-Accel-Buffering": ("No proxy holds the answer back.", {"const": "no"}),
}
"""The meaning of each header of an answer, and its schema."""
_OPTIONAL: Final = ("Connection", "Content-Encoding", "Onrecord-Checkpoint")
"""Headers that an answer has only in certain cases."""

COMMON_HEADERS: Final[dict[str, Any]] = {
    name: {"description": words, "required": needed, "schema": schema}
    for name, words, needed, schema in (
        (
            "Cross-Origin-Resource-Policy",
            "Which pages may load the answer as a part of themselves.",
            True,
            {"enum": ["same-origin", "cross-origin"]},
        ),
        (
            "RateLimit",
            "Where a limit is set: the requests that are left, and the seconds until all are.",
            False,
            {"type": "string"},
        ),
        (
            "RateLimit-Policy",
            "Where a limit is set: the requests that it allows, and in how many seconds.",
            False,
            {"type": "string"},
        ),
        (
            "Referrer-Policy",
            "Links from the answer do not reveal its address.",
            True,
            {"const": "no-referrer"},
        ),
        ("Vary", "The request's headers that choose the answer.", True, {"type": "string"}),
        (
            "X-Content-Type-Options",
            "Browsers must use the media type as it is given.",
            True,
            {"const": "nosniff"},
        ),
    )
}
"""The headers of every answer."""
_COMMON: Final = {name: {"$ref": f"#/components/headers/{name}"} for name in COMMON_HEADERS}


_PRIVATE: Final = {
    "description": "`private`, where not everyone may see the answer.",
    "required": False,
    "schema": {"type": "string"},
}


def headers_of(names: Iterable[str], *, guarded: bool) -> dict[str, Any]:
    """The headers of an answer that has these beside the common ones. The answer of a `guarded`
    operation is private if not everyone may see it."""
    shown: dict[str, Any] = {"Cache-Control": _PRIVATE} if guarded else {}
    for name in sorted(names):
        words, schema = _HEADERS[name]
        shown[name] = {"description": words, "required": name not in _OPTIONAL, "schema": schema}
    return {"headers": shown | _COMMON}
