"""The operations that read a record."""

from __future__ import annotations

from typing import Final

from events.types import TYPES
from events.wording import STATEMENT_ID, TIMELINE
from projections import queries
from service.digests import Digest
from service.openapi import schemas
from service.openapi.filters import EVERY, FILTERS, ON, ORDER, several
from service.openapi.paging import LIMIT, PAGED
from service.openapi.parts import Answer, Operation, Parameter
from service.openapi.schemas import ref
from service.read import ActorsPage, SourcesPage, TimelinesPage
from service.read_diff import Diff
from service.reading import MOST

__all__ = ["READING", "STATEMENT", "T", "below"]

T: Final = Parameter("t", "path", TIMELINE.rule, {"type": "string", **TIMELINE.schema}, "kursk")
STATEMENT: Final = Parameter(
    "id", "path", STATEMENT_ID.rule, {"type": "string", **STATEMENT_ID.schema}, "kcna-1"
)
_REVISION: Final = Parameter(
    "revision", "path", "The event's revision.", {"type": "integer", "minimum": 1}, 1
)
_MATCH: Final = Parameter(
    "If-None-Match",
    "header",
    "The ETags of answers that the caller has: 304 if one of them is still true.",
    {"type": "string"},
)
_MIN: Final = Parameter(
    "min_revision",
    "query",
    "Waits up to five seconds until the answer includes this revision.",
    {"type": "integer", "minimum": 0, "maximum": MOST},
    example=1,
)
_AS_OF: Final = Parameter(
    "as_of",
    "query",
    "Asks with the knowledge of an earlier moment: a revision, a time (RFC 3339) or a day, which "
    "is its end in UTC. A time in the future is the head.",
    {"type": "string", "minLength": 1, "maxLength": 64},
    example="1",
)


def _json(of: type | str, words: str, *headers: str) -> dict[int, Answer]:
    """200 with JSON, and 304."""
    return {
        200: Answer(words, {"application/json": ref(of)}, ("ETag", *headers)),
        304: Answer("What the caller has is still true.", {}, ("ETag", *headers)),
    }


def below(path: str) -> str:
    """A path below a timeline."""
    return f"/v1/timelines/{{t}}/{path}"


_SLOW: Final = ("rejected", "projection-lagging")  # it takes too long, or is not folded yet


def _of_timeline(
    path: str, name: str, summary: str, answers: dict[int, Answer], *parameters: Parameter
) -> Operation:
    """A question about one timeline, at its head or as of a moment."""
    return _between(path, name, summary, answers, *parameters, _AS_OF)


def _between(
    path: str, name: str, summary: str, answers: dict[int, Answer], *parameters: Parameter
) -> Operation:
    return Operation(
        "GET",
        path,
        name,
        "Reading",
        summary,
        parameters=(T, *parameters, _MIN, _MATCH),
        answers=answers,
        problems=("timeline-not-found", *_SLOW),
    )


def _also(operation: Operation, *problems: str) -> Operation:
    return operation._replace(problems=(*operation.problems, *problems))


_TRUE: Final = "Onrecord-Revision"
_EVENTS: Final = {
    200: Answer(
        "Events in their order. As NDJSON each line is an event's exact bytes, up to the head "
        "where no limit is given.",
        {
            "application/json": ref(schemas.EventsPage),
            "application/x-ndjson": {"type": "string"},
        },
        ("ETag", _TRUE, "Vary"),
    ),
    304: Answer("What the caller has is still true.", {}, ("ETag", _TRUE, "Vary")),
}

READING: Final = (
    Operation(
        "GET",
        "/v1/timelines",
        "list_timelines",
        "Reading",
        "All timelines, by name",
        parameters=(*PAGED, _MATCH),
        answers=_json(TimelinesPage, "One page of timelines."),
        problems=_SLOW,
    ),
    _of_timeline(
        "/v1/timelines/{t}",
        "show_timeline",
        "One timeline",
        _json(queries.Timeline, "The timeline.", _TRUE),
    ),
    _of_timeline(
        below("statements"),
        "list_statements",
        "Statements, filtered and in order",
        _json(schemas.StatementsPage, "One page of statements, all of one revision.", _TRUE),
        *FILTERS,
        *ORDER,
        *PAGED,
    ),
    _of_timeline(
        below("buckets"),
        "list_buckets",
        "Statements counted by year, month, week or day",
        _json(queries.Buckets, "The buckets from the first to the last.", _TRUE),
        EVERY,
        ON,
        *FILTERS,
    ),
    _of_timeline(
        below("facets"),
        "show_facets",
        "What the statements have, and how often",
        _json(queries.Facets, "At most 100 values of each, the most frequent first.", _TRUE),
        *FILTERS,
    ),
    _also(
        _of_timeline(
            below("statements/{id}"),
            "show_statement",
            "One statement, as corrected",
            _json(
                queries.ShownStatement, "The statement; its ETag is what `If-Match` takes.", _TRUE
            ),
            STATEMENT,
        ),
        "statement-not-found",
    ),
    _also(
        _of_timeline(
            below("statements/{id}/history"),
            "show_history",
            "The events whose subject or target a statement is",
            _json(schemas.HistoryPage, "One page of its events.", _TRUE),
            STATEMENT,
            *PAGED,
        ),
        "statement-not-found",
        "log-unavailable",
    ),
    _between(
        below("diff"),
        "show_diff",
        "What differs between two moments",
        _json(Diff, "What differs, net; true of the later moment.", _TRUE),
        *(
            _AS_OF._replace(
                name=name,
                description=f"The {which} moment: what `as_of` takes.",
                required=True,
            )
            for name, which in (("from", "earlier"), ("to", "later"))
        ),
    ),
    _of_timeline(
        below("digest"),
        "show_digest",
        "The digest of all that is folded",
        _json(Digest, "SHA-256 over the folded state: what `onrecord replay` comes to.", _TRUE),
    ),
    _of_timeline(
        below("actors"),
        "list_actors",
        "The actors that a timeline names",
        _json(ActorsPage, "One page of actors.", _TRUE),
        *PAGED,
    ),
    _of_timeline(
        below("sources"),
        "list_sources",
        "The sources that a timeline names",
        _json(SourcesPage, "One page of sources.", _TRUE),
        *PAGED,
    ),
    _also(
        _of_timeline(
            below("events"),
            "list_events",
            "Events from the log, as they were recorded",
            _EVENTS,
            Parameter(
                "after",
                "query",
                "Only events behind this revision.",
                {"type": "integer", "minimum": 0, "maximum": MOST, "default": 0},
                example=0,
            ),
            LIMIT,
            several(
                "subject",
                "`timeline`, `statements/<id>`, `actors/<id>` or `sources/<id>`.",
                {"type": "string", "minLength": 1, "maxLength": 128},
                "timeline",
            ),
            several("type", "An event's type.", {"enum": sorted(TYPES)}, "statement.recorded"),
        ),
        "log-unavailable",
    ),
    _also(
        _of_timeline(
            below("events/{revision}"),
            "show_event",
            "One event from the log",
            _json("Event", "The event's exact line.", _TRUE),
            _REVISION,
        ),
        "event-not-found",
        "log-unavailable",
    ),
)
