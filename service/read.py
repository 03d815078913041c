"""The calls that read what the record says: timelines, statements, actors, sources."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta, Struct

from projections import queries
from projections.queries import Actor, Keyset, SourceItem, Timeline
from service.answers import answer, tag_of
from service.cursor import Cursor
from service.moment import AsOf, Moment, When, moment_at
from service.query_string import QueryString
from service.reading import MOST, Page, Reading
from service.statement_question import PARAMETERS, statement_question

__all__ = ["HANDLERS", "ActorsPage", "SourcesPage", "StatementKey", "TimelinesPage"]

_encode = msgspec.json.Encoder().encode
_Second = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
StatementKey = tuple[_Second | None, _Second | None, Annotated[int, Meta(ge=1, le=MOST)]]


class TimelinesPage(Struct, frozen=True):
    """One page of all timelines; `next` is the cursor of the one behind it."""

    items: list[Timeline]
    next: str | None


class ActorsPage(Struct, frozen=True):
    """One page of the actors that a timeline names."""

    items: list[Actor]
    next: str | None


class SourcesPage(Struct, frozen=True):
    """One page of the sources that a timeline names."""

    items: list[SourceItem]
    next: str | None


@get("/v1/timelines", name="list_timelines")
async def list_timelines(
    request: Request[Any, Any, Any], reading: NamedDependency[Reading]
) -> Response[bytes]:
    """All timelines by name, each at its own head: a list of no one revision."""
    query = QueryString.parse(request.scope["query_string"])
    page = Page(query, pinned=False)
    query.done()
    await reading.begin()
    of = ("timelines",)
    cursor = page.open(of, 0, str)
    items, last = queries.list_timelines(reading.reader, cursor.after or "", page.limit)
    following = None if last is None else Cursor(of, 0, (), last).encode()
    return answer(request, _encode(TimelinesPage(items, following)))


@get("/v1/timelines/{t:str}", name="show_timeline")
async def show_timeline(
    request: Request[Any, Any, Any], t: FromPath[str], reading: NamedDependency[Reading]
) -> Response[bytes]:
    """One timeline as it is, or was."""
    query = QueryString.parse(request.scope["query_string"])
    when = When.taken(query)
    query.done()
    ref, revision, _ = await reading.moment(t, when)
    shown = queries.show_timeline(reading.reader, ref, revision)
    return answer(request, _encode(shown), revision=revision)


@get("/v1/timelines/{t:str}/statements", name="list_statements")
async def list_statements(
    request: Request[Any, Any, Any], t: FromPath[str], reading: NamedDependency[Reading]
) -> Response[bytes]:
    """A page of statements, filtered and in order."""
    query = QueryString.parse(request.scope["query_string"])
    page = Page(query)
    asked = tuple(query.pairs(PARAMETERS))
    question = statement_question(query) if page.cursor is None else None
    query.done()
    ref, revision, as_of = await reading.moment(t, page.when)
    cursor = page.open(("statements", t), revision, StatementKey)
    if question is None:
        asked = cursor.asked
        carried = QueryString(asked)
        question = statement_question(carried)
        pinned = carried.switch("pinned")
        carried.done()
        as_of = moment_at(reading.reader, ref, cursor.revision).as_of if pinned else None
    elif as_of is not None:
        asked += (("pinned", "true"),)
    find = partial(
        queries.list_statements,
        filter_=question.filter,
        revision=cursor.revision,
        order=question.order,
        limit=page.limit,
        after=None if cursor.after is None else Keyset(*cursor.after),
        count=question.counted,
    )
    if question.filter.q:
        found = await reading.aside(Moment(ref, cursor.revision, as_of), find)
    else:
        found = find(reading.reader, ref)
    following = found.next and Cursor(cursor.of, cursor.revision, asked, tuple(found.next))
    body = _statements(t, cursor.revision, as_of, found, following.encode() if following else None)
    return answer(request, body, revision=cursor.revision)


def _statements(
    timeline: str, revision: int, as_of: AsOf | None, page: queries.Page, following: str | None
) -> bytes:
    """The page as JSON, around statements that are JSON already."""
    total = b"" if page.total is None else b',"total":%d' % page.total
    return b'{"timeline":%b,"revision":%d,"as_of":%b,"items":[%b],"next":%b%b}' % (
        _encode(timeline),
        revision,
        _encode(as_of),
        b",".join(page.items),
        _encode(following),
        total,
    )


@get("/v1/timelines/{t:str}/statements/{id:str}", name="show_statement")
async def show_statement(
    request: Request[Any, Any, Any],
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own word
    reading: NamedDependency[Reading],
) -> Response[bytes]:
    """One statement; its ETag is what `If-Match` takes."""
    query = QueryString.parse(request.scope["query_string"])
    when = When.taken(query)
    query.done()
    ref, revision, _ = await reading.moment(t, when)
    shown = queries.show_statement(reading.reader, ref, id, revision)
    if shown is None:
        raise reading.unknown_statement(ref, id)
    return answer(request, shown.json, revision=revision, etag=tag_of(shown.changed))


@get("/v1/timelines/{t:str}/actors", name="list_actors")
async def list_actors(
    request: Request[Any, Any, Any], t: FromPath[str], reading: NamedDependency[Reading]
) -> Response[bytes]:
    """The actors that the timeline registers or names."""
    query = QueryString.parse(request.scope["query_string"])
    page = Page(query)
    query.done()
    ref, revision, _ = await reading.moment(t, page.when)
    cursor = page.open(("actors", t), revision, str)
    items, last = queries.list_actors(
        reading.reader, ref, cursor.revision, limit=page.limit, after=cursor.after or ""
    )
    following = None if last is None else Cursor(cursor.of, cursor.revision, (), last).encode()
    return answer(request, _encode(ActorsPage(items, following)), revision=cursor.revision)


@get("/v1/timelines/{t:str}/sources", name="list_sources")
async def list_sources(
    request: Request[Any, Any, Any], t: FromPath[str], reading: NamedDependency[Reading]
) -> Response[bytes]:
    """The sources that the timeline's statements name."""
    query = QueryString.parse(request.scope["query_string"])
    page = Page(query)
    query.done()
    ref, revision, _ = await reading.moment(t, page.when)
    cursor = page.open(("sources", t), revision, str)
    items, last = queries.list_sources(
        reading.reader, ref, cursor.revision, limit=page.limit, after=cursor.after or ""
    )
    following = None if last is None else Cursor(cursor.of, cursor.revision, (), last).encode()
    return answer(request, _encode(SourcesPage(items, following)), revision=cursor.revision)


HANDLERS: Final = (
    list_timelines,
    show_timeline,
    list_statements,
    show_statement,
    list_actors,
    list_sources,
)
