"""The calls that read which actors and sources a timeline names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from projections import queries
from service.http.answers import JSON, answer
from service.http.declared.operation import route
from service.http.declared.query import parsed_query
from service.messages.pages import ActorsPage, SourcesPage
from service.reading.operation import of_revision, of_timeline
from service.reading.parameters import PAGED
from service.reading.read_side import PageRequest, ReadSide

__all__ = ["HANDLERS"]

T = TypeVar("T")


@route(
    of_timeline(
        "actors",
        "The actors that a timeline names",
        of_revision("One page of actors.", {JSON: ActorsPage}),
        *PAGED,
    )
)
async def get_actors(
    request: Request[Any, Any, Any], t: FromPath[str], read_side: NamedDependency[ReadSide]
) -> Response[bytes]:
    """The actors that the timeline registers or names."""
    return await _page(request, t, read_side, "actors", queries.list_actors, ActorsPage)


@route(
    of_timeline(
        "sources",
        "The sources that a timeline names",
        of_revision("One page of sources.", {JSON: SourcesPage}),
        *PAGED,
    )
)
async def get_sources(
    request: Request[Any, Any, Any], t: FromPath[str], read_side: NamedDependency[ReadSide]
) -> Response[bytes]:
    """The sources that the timeline's statements name."""
    return await _page(request, t, read_side, "sources", queries.list_sources, SourcesPage)


async def _page(
    request: Request[Any, Any, Any],
    timeline: str,
    read_side: ReadSide,
    kind: str,
    find: Callable[..., tuple[list[T], str | None]],
    page_of: Callable[[list[T], str | None], object],
) -> Response[bytes]:
    """One page of the list of `find`; all pages are of one revision."""
    page = PageRequest(parsed_query(request))
    ref, revision, _ = await read_side.moment(timeline, page.when)
    cursor = page.open((kind, timeline), revision, str)
    items, last = find(
        read_side.reader_of(timeline),
        ref,
        cursor.revision,
        limit=cursor.limit,
        after=cursor.after or "",
    )
    body = msgspec.json.encode(page_of(items, None if last is None else cursor.next_after(last)))
    return answer(request, body, revision=cursor.revision)


HANDLERS: Final = (get_actors, get_sources)
