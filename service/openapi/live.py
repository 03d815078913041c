"""The operations that answer with a stream of events."""

from __future__ import annotations

from typing import Final

from events.types import TYPES
from events.wording import TAG
from projections.schema import KINDS
from service.live.handlers import HEADERS
from service.openapi.filters import several
from service.openapi.parts import Answer, Operation, Parameter, Schema
from service.openapi.reading import T, below
from service.reading import MOST

__all__ = ["LIVE"]

_STREAM: Final = {
    200: Answer(
        "Server-sent events that do not end: each event once and in order with its revision as the "
        "id, `caught-up` when history is over, `checkpoint` where nothing matched, `reset` when "
        "the position is worth nothing, a comment when it is silent.",
        {"text/event-stream": {"type": "string"}},
        tuple(sorted({*HEADERS, "Onrecord-Log"} - {"Content-Type"})),
    )
}
_LOG: Final = Parameter(
    "log",
    "query",
    "The log that the position is of, as `Onrecord-Log` named it: if it is another one, `reset`.",
    {"type": "string", "minLength": 1, "maxLength": 64},
)
_FILTERS: Final = (
    several("type", "An event's type.", {"enum": sorted(TYPES)}, "statement.recorded"),
    several(
        "subject",
        "`timeline`, `statements/<id>`, `actors/<id>` or `sources/<id>`.",
        {"type": "string", "minLength": 1, "maxLength": 128},
        "timeline",
    ),
    several(
        "actor",
        "By any spelling: a statement that the event touches names it.",
        {"type": "string", "minLength": 1, "maxLength": 100},
        "KCNA",
    ),
    several("kind", "The kind of a statement that it touches.", {"enum": sorted(KINDS)}, "claim"),
    several("tag", "A tag of a statement that it touches.", {"type": "string", **TAG.schema}, "a"),
)
_REVISION: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": MOST}
_POSITIONS: Final[Schema] = {
    "type": "string",
    "pattern": "^[a-z0-9][a-z0-9-]*:[0-9]+(,[a-z0-9][a-z0-9-]*:[0-9]+)*$",
}
_NAMES: Final[Schema] = {
    "type": "string",
    "pattern": "^[a-z0-9][a-z0-9-]{0,62}(,[a-z0-9][a-z0-9-]{0,62}){0,19}$",
}
_PROBLEMS: Final = (
    "timeline-not-found",
    "too-many-requests",
    "rejected",
    "projection-lagging",
    "log-unavailable",
)


def _after(schema: Schema, example: object) -> tuple[Parameter, Parameter]:
    """Where the stream begins; without either at the head."""
    text = "Begins behind this position"
    after = Parameter("after", "query", f"{text}; 0 is the beginning.", schema, example)
    last = Parameter(
        "Last-Event-ID", "header", f"{text}, whatever `after` says.", {"type": "string"}, example
    )
    return after, last


LIVE: Final = (
    Operation(
        "GET",
        below("live"),
        "stream_timeline",
        "Reading",
        "Events of a timeline as they come",
        parameters=(T, *_after(_REVISION, 0), _LOG, *_FILTERS),
        answers=_STREAM,
        problems=_PROBLEMS,
    ),
    Operation(
        "GET",
        "/v1/live",
        "stream_timelines",
        "Reading",
        "Events of several timelines as they come",
        parameters=(
            Parameter(
                "timelines",
                "query",
                "1 to 20 names, each once, with commas between.",
                _NAMES,
                "kursk",
                required=True,
            ),
            *_after(_POSITIONS, "kursk:0"),
            _LOG,
            *_FILTERS,
        ),
        answers=_STREAM,
        problems=_PROBLEMS,
    ),
)
