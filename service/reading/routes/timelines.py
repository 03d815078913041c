"""The calls that read timelines."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.statement.timeline_names import is_reserved
from projections import queries
from projections.answers.timeline import Timeline
from projections.queries.timelines import LAST, NameRange
from service.access.guards.visitor import visitor_of
from service.access.reach import Reach
from service.http.answers import JSON, answer
from service.http.declared.operation import OWN, Operation, route, unchanging
from service.http.declared.query import parsed_query
from service.messages.pages import TimelinesPage
from service.reading.operation import READ_PROBLEMS, of_revision, of_timeline
from service.reading.parameters import NONE_MATCH, PAGED, asked_moment
from service.reading.read_side import PageRequest, ReadSide

__all__ = ["HANDLERS"]

_encode = msgspec.json.Encoder().encode


@route(
    Operation(
        "GET",
        "/v1/timelines",
        "Reading",
        "The timelines that the caller may read, by name",
        parameters=(*PAGED, NONE_MATCH),
        answers=unchanging("One page of timelines.", {JSON: TimelinesPage}),
        problems=READ_PROBLEMS,
        needs=OWN,
    )
)
async def get_timelines(
    request: Request[Any, Any, Any], read_side: NamedDependency[ReadSide]
) -> Response[bytes]:
    """All timelines that the caller may read, by name, each at its own head. The list as a whole
    has no revision."""
    visible = _ranges(visitor_of(request.scope).reach)
    page = PageRequest(parsed_query(request))
    await read_side.begin()
    of = ("timelines",)
    cursor = page.open(of, 0, str)
    items, last = queries.list_timelines(
        read_side.readers(), cursor.after or "", cursor.limit, visible
    )
    following = None if last is None else cursor.next_after(last)
    return answer(request, _encode(TimelinesPage(items, following)))


@route(of_timeline("", "One timeline", of_revision("The timeline.", {JSON: Timeline})))
async def get_timeline(
    request: Request[Any, Any, Any], t: FromPath[str], read_side: NamedDependency[ReadSide]
) -> Response[bytes]:
    """One timeline as it is, or as it was."""
    ref, revision, _ = await read_side.moment(t, asked_moment(parsed_query(request)))
    shown = queries.show_timeline(read_side.reader_of(t), ref, revision)
    return answer(request, _encode(shown), revision=revision)


def _ranges(reach: Reach) -> list[NameRange]:
    """The ranges of names that the caller may see in a list, without the service's own
    timelines."""
    names = [NameRange(name, f"{name}\0") for name in reach.names if not is_reserved(name)]
    below = [NameRange(prefix, prefix + LAST) for prefix in reach.prefixes if prefix]
    return sorted([*names, *below]) if not reach.is_everything else [*_EVERY]


_EVERY: Final = (NameRange("", "_"), NameRange("`", LAST))
"""Just before and just after the names of the service's own timelines."""

HANDLERS: Final = (
    get_timelines,
    get_timeline,
)
