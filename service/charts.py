"""The calls that count statements, for charts: buckets and facets.

They may look at every statement of a timeline, so they run in threads of their own, a few at a
time, while the loop goes on answering.
"""

from __future__ import annotations

from typing import Any, Final, cast, get_args

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from projections import queries
from projections.queries import Clock, Every
from service.answers import answer
from service.moment import When
from service.query_string import QueryString, word
from service.reading import Reading
from service.statement_question import statement_filter

__all__ = ["HANDLERS"]

_encode = msgspec.json.Encoder().encode


@get("/v1/timelines/{t:str}/buckets", name="list_buckets")
async def list_buckets(
    request: Request[Any, Any, Any], t: FromPath[str], reading: NamedDependency[Reading]
) -> Response[bytes]:
    """How many statements there are in each year, month, week or day."""
    query = QueryString.parse(request.scope["query_string"])
    every = cast("Every | None", query.one("every", word(*get_args(Every))))
    on = cast("Clock", query.one("on", word(*get_args(Clock))) or "occurred")
    if "every" not in query.names():
        query.wrong("every", f"Say how long a bucket is: {', '.join(get_args(Every))}.")
    filter_ = statement_filter(query)
    when = When.taken(query)
    query.done()
    assert every is not None, "what is wrong was told"
    moment = await reading.moment(t, when)
    found = await reading.aside(
        moment,
        lambda reader, ref: queries.list_buckets(reader, ref, filter_, moment.revision, every, on),
    )
    return answer(request, _encode(found), revision=moment.revision)


@get("/v1/timelines/{t:str}/facets", name="show_facets")
async def show_facets(
    request: Request[Any, Any, Any], t: FromPath[str], reading: NamedDependency[Reading]
) -> Response[bytes]:
    """What the statements have that a filter selects, and how often."""
    query = QueryString.parse(request.scope["query_string"])
    filter_ = statement_filter(query)
    when = When.taken(query)
    query.done()
    moment = await reading.moment(t, when)
    found = await reading.aside(
        moment, lambda reader, ref: queries.show_facets(reader, ref, filter_, moment.revision)
    )
    return answer(request, _encode(found), revision=moment.revision)


HANDLERS: Final = (list_buckets, show_facets)
