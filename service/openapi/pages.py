"""The operations that give people something to look at."""

from __future__ import annotations

from typing import Final

from service.openapi.filters import FILTERS, ON, ORDER
from service.openapi.parts import Answer, Operation, Parameter, Schema
from service.openapi.reading import T
from service.pages import FILES

__all__ = ["PAGES"]

_TEXT: Final[Schema] = {"type": "string"}
_NONE_MATCH: Final = Parameter(
    "If-None-Match", "header", "The ETag of an answer that the caller has.", _TEXT
)
_FILE: Final = Parameter("file", "path", "The file's name.", {"enum": list(FILES)}, "timeline.js")
_OWN: Final = {
    "as_of": "Shows what was known at an earlier moment: what `as_of` takes elsewhere.",
    "compare": "Shows what differs since this moment: what `as_of` takes.",
    "lanes": "How the chart is divided: `actor`, `kind` or `source`.",
    "statement": "The statement that is looked at.",
}
_STATE: Final = (
    *(
        Parameter(shown.name, "query", f"As of the lists: {shown.description}", _TEXT)
        for shown in (*FILTERS, ORDER[0], ON)
    ),
    *(Parameter(name, "query", words, _TEXT) for name, words in _OWN.items()),
)
"""The names that the page reads behind `?`. It passes over all others, and tells by itself what
is wrong with a value."""


def _document(path: str, name: str, summary: str, *parameters: Parameter) -> Operation:
    headers = (
        "Cache-Control",
        "Content-Security-Policy",
        "ETag",
        "Referrer-Policy",
        "X-Content-Type-Options",
    )
    return Operation(
        "GET",
        path,
        name,
        "Operations",
        summary,
        parameters=(*parameters, _NONE_MATCH),
        answers={
            200: Answer(summary, {"text/html": _TEXT}, headers),
            304: Answer("What the caller has is still true.", {}, headers),
        },
    )


_FILE_HEADERS: Final = ("Cache-Control", "ETag", "X-Content-Type-Options")

PAGES: Final = (
    _document("/", "show_timelines_page", "All timelines, to be looked at"),
    _document("/t/{t}", "show_timeline_page", "One timeline, to be looked at", T, *_STATE),
    _document(
        "/embed/{t}",
        "show_embedded_page",
        "One timeline, to be shown within a page of another site",
        T,
        *_STATE,
    ),
    Operation(
        "GET",
        "/page/{file}",
        "show_page_file",
        "Operations",
        "A file that the page loads",
        parameters=(_FILE, _NONE_MATCH),
        answers={
            200: Answer(
                "The file.",
                dict.fromkeys(("image/svg+xml", "text/css", "text/javascript"), _TEXT),
                _FILE_HEADERS,
            ),
            304: Answer("What the caller has is still true.", {}, _FILE_HEADERS),
        },
    ),
)
