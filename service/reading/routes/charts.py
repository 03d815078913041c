"""The calls that count statements, for charts: buckets and facets.

They may read every statement of a timeline, so they run in threads, a few at a time, while the loop
answers other calls.
"""

from __future__ import annotations

from typing import Any, Final, cast, get_args

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from projections import queries
from projections.answers.buckets import Buckets
from projections.answers.choices import Every, StatementClock
from projections.answers.facets import Facets
from service.http.answers import JSON, answer
from service.http.declared.operation import route
from service.http.declared.parameter import choice, default, required, switch
from service.http.declared.query import parsed_query
from service.reading.operation import of_revision, of_timeline
from service.reading.parameters import asked_moment
from service.reading.question import FILTERS, statement_filter, windows_in_order
from service.reading.read_side import ReadSide

__all__ = ["HANDLERS", "ON"]

_encode = msgspec.json.Encoder().encode


_EVERY: Final = required(
    "every",
    "How long a bucket is; weeks begin on Monday.",
    choice(*get_args(Every)),
    "month",
    f"Say how long a bucket is: {', '.join(get_args(Every))}.",
)
ON: Final = default(
    "on",
    "By which time; each statement counts once, at its earliest start.",
    choice(*get_args(StatementClock)),
    "occurred",
)
_VAGUE: Final = default(
    "vague",
    "`true`: also in `vague` those that may begin in a later bucket than the one in which they are "
    "counted, by the stretch of time in which they begin; the thousand stretches with the most.",
    switch,
    absent=False,
)


@route(
    of_timeline(
        "buckets",
        "Statements counted by year, month, week or day",
        of_revision(
            "The buckets from the first to the last, within the window.",
            {JSON: Buckets},
        ),
        _EVERY,
        ON,
        _VAGUE,
        *FILTERS,
    )
)
async def get_buckets(
    request: Request[Any, Any, Any], t: FromPath[str], read_side: NamedDependency[ReadSide]
) -> Response[bytes]:
    """How many statements there are in each year, month, week or day."""
    query = parsed_query(request, windows_in_order)
    filter_, when = statement_filter(query), asked_moment(query)
    every, on = cast("Every", query[_EVERY]), cast("StatementClock", query[ON])
    moment = await read_side.moment(t, when)
    found = await read_side.aside(
        moment,
        lambda reader, ref: queries.list_buckets(
            reader, ref, filter_, moment.revision, every, on, vague=query[_VAGUE]
        ),
    )
    return answer(request, _encode(found), revision=moment.revision)


@route(
    of_timeline(
        "facets",
        "What the statements have, and how often",
        of_revision(
            "At most 100 values of each, the most frequent first.",
            {JSON: Facets},
        ),
        *FILTERS,
    )
)
async def get_facets(
    request: Request[Any, Any, Any], t: FromPath[str], read_side: NamedDependency[ReadSide]
) -> Response[bytes]:
    """The values of the selected statements, and how often each occurs."""
    query = parsed_query(request, windows_in_order)
    filter_, when = statement_filter(query), asked_moment(query)
    moment = await read_side.moment(t, when)
    found = await read_side.aside(
        moment, lambda reader, ref: queries.show_facets(reader, ref, filter_, moment.revision)
    )
    return answer(request, _encode(found), revision=moment.revision)


HANDLERS: Final = (get_buckets, get_facets)
