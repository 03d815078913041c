"""The parameters that several calls share: timeline, moment and page."""

from __future__ import annotations

from typing import Final

from events.event.types import TYPES
from events.statement.wording import STATEMENT_ID, TIMELINE
from service.http.declared import parameter
from service.http.declared.parameter import (
    ParameterType,
    choice,
    in_path,
    integer,
    optional,
    several,
    text,
)
from service.http.declared.query import Query
from service.http.query_string import LONGEST, bounded
from service.reading.cursor import MOST_ITEMS
from service.reading.moment import MOST, AskedMoment, point_in

__all__ = [
    "AS_OF",
    "AT",
    "CURSOR",
    "LIMIT",
    "MIN_REVISION",
    "NONE_MATCH",
    "PAGED",
    "POINT",
    "STATEMENT",
    "SUBJECT",
    "TYPE",
    "T",
    "asked_moment",
]

T: Final = in_path("t", TIMELINE.rule, {"type": "string", **TIMELINE.schema}, "kursk")
STATEMENT: Final = in_path(
    "id", STATEMENT_ID.rule, {"type": "string", **STATEMENT_ID.schema}, "kcna-1"
)
NONE_MATCH: Final = parameter.NONE_MATCH._replace(
    description="The ETags of answers that the caller has: 304 if one of them is still true."
)

POINT: Final = ParameterType(point_in, text(64).schema, closed=True)
"""The form of a moment: a revision, a time or a day."""
AS_OF: Final = optional(
    "as_of",
    "Asks with the knowledge of an earlier moment: a revision, a time (RFC 3339) or a day, which "
    "is its end in UTC. A time in the future is the head.",
    POINT,
    "1",
)
MIN_REVISION: Final = optional(
    "min_revision",
    "Waits up to five seconds until the answer includes this revision.",
    integer(0, MOST),
    1,
)
AT: Final = (AS_OF, MIN_REVISION)
"""The parameters that `asked_moment` reads."""

_DEFAULT_LIMIT: Final = {"default": 50}
_limit = integer(1, MOST_ITEMS)
LIMIT: Final = optional(
    "limit", "How many items.", _limit._replace(schema=_limit.schema | _DEFAULT_LIMIT), 20
)
CURSOR: Final = optional(
    "cursor",
    "`next` of the page before. It carries the filters, the limit and the revision: only a "
    "new `limit` goes with it, which later cursors carry.",
    ParameterType(bounded(LONGEST), {"type": "string", "minLength": 1}),
)._replace(
    alone="With a cursor only limit is allowed: the cursor carries the rest.", beside=("limit",)
)
PAGED: Final = (LIMIT, CURSOR)
"""The parameters that `PageRequest` reads."""

SUBJECT: Final = several(
    "subject",
    "`timeline`, `statements/<id>`, `actors/<id>` or `sources/<id>`.",
    text(128),
    "timeline",
)
TYPE: Final = several("type", "An event's type.", choice(*sorted(TYPES)), "statement.recorded")


def asked_moment(query: Query) -> AskedMoment:
    """The moment that the parameters in AT name."""
    return AskedMoment(query[AS_OF], query[MIN_REVISION] or 0)
