"""The operations that subscribe to a record."""

from __future__ import annotations

from typing import Final, get_args

from events.statement import Kind
from events.types import TYPES
from service.live import MOST_TIMELINES
from service.openapi.filters import several
from service.openapi.parts import Answer, Operation, Parameter
from service.openapi.reading import T
from service.reading import MOST

__all__ = ["FOLLOWING"]

_HEADERS: Final = ("Cache-Control", "Onrecord-Log", "X-Accel-Buffering")
_STREAM: Final = {
    200: Answer(
        "Server-sent events without end: each event once, in order, with its revision as `id`; "
        "`caught-up`, `checkpoint` and `reset` tell how the stream stands.",
        {"text/event-stream": {"type": "string"}},
        _HEADERS,
    )
}
_AFTER: Final = Parameter(
    "after",
    "query",
    "Begin behind this revision, 0 for the beginning; at the head where nothing is said.",
    {"type": "integer", "minimum": 0, "maximum": MOST},
    example=0,
)
_LAST: Final = Parameter(
    "Last-Event-ID",
    "header",
    "The `id` of the last frame that was received; it wins over `after`.",
    {"type": "string", "pattern": "^([0-9]{1,16})?$"},
    "1",
)
_LOG: Final = Parameter(
    "log",
    "query",
    "The identity of the log that was heard before: `reset` if it is another one now.",
    {"type": "string"},
)
_WHICH: Final = (
    several("type", "An event's type.", {"enum": sorted(TYPES)}, "statement.recorded"),
    several(
        "subject",
        "`timeline`, `statements/<id>`, `actors/<id>` or `sources/<id>`.",
        {"type": "string", "minLength": 1, "maxLength": 128},
        "timeline",
    ),
    several(
        "actor",
        "Speaker, via or about of a statement that is touched, by any spelling.",
        {"type": "string", "minLength": 1, "maxLength": 100},
        "KCNA",
    ),
    several(
        "kind",
        "The kind of a statement that is touched.",
        {"enum": sorted(get_args(Kind))},
        "claim",
    ),
    several(
        "tag",
        "A tag of a statement that is touched.",
        {"type": "string", "pattern": "^[a-z0-9-]{1,40}$"},
        "troops",
    ),
)
_PROBLEMS: Final = (
    "timeline-not-found",
    "too-many-requests",
    "projection-lagging",
    "log-unavailable",
)
_SEVERAL: Final = r"^[a-z0-9][a-z0-9-]{0,62}:[0-9]{1,16}(,[a-z0-9][a-z0-9-]{0,62}:[0-9]{1,16})*$"

FOLLOWING: Final = (
    Operation(
        "GET",
        "/v1/timelines/{t}/live",
        "follow_timeline",
        "Following",
        "Events of a timeline, as they are recorded",
        parameters=(T, _AFTER, _LAST, _LOG, *_WHICH),
        answers=_STREAM,
        problems=_PROBLEMS,
    ),
    Operation(
        "GET",
        "/v1/live",
        "follow_timelines",
        "Following",
        "Events of several timelines, as they are recorded",
        parameters=(
            Parameter(
                "timelines",
                "query",
                f"The timelines, joined by commas: {MOST_TIMELINES} at most.",
                {"type": "string"},
                "kursk",
                required=True,
            ),
            _AFTER._replace(
                description="Begin behind these revisions, `a:12,b:7`; a timeline that is missing "
                "there begins at its head.",
                schema={"type": "string", "pattern": _SEVERAL},
                example="kursk:0",
            ),
            _LAST._replace(
                schema={"type": "string", "pattern": f"{_SEVERAL}|^$"}, example="kursk:1"
            ),
            _LOG,
            *_WHICH,
        ),
        answers=_STREAM,
        problems=_PROBLEMS,
    ),
)
