"""The calls that read events: always from the log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from typing import Annotated, Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream
from msgspec import Meta

from events.envelope import statement_subject
from events.errors import Unknown
from events.log import Log
from events.types import TYPES
from projections.event_queries import redaction_of
from projections.timeline_queries import TimelineRef
from service.answers import answer, holds, not_modified, true_of
from service.cursor import Cursor
from service.event_lines import EventLine, EventQuestion, event_lines, head_of
from service.moment import Moment, When
from service.query_string import QueryString, bounded, word
from service.reading import MOST, Page, Reading, limit_of

__all__ = ["HANDLERS"]

_NDJSON: Final = "application/x-ndjson"
_HEAVY: Final = 8 << 20
"""Bytes after which a page of JSON ends, however few events it has."""
_PIECE: Final = 1 << 18
"""Bytes of a stream that are handed to the connection at once."""
_Revision = Annotated[int, Meta(ge=1, le=MOST)]
_VARY: Final = {"Vary": "Accept"}


@get("/v1/timelines/{t:str}/events", name="list_events")
async def list_events(
    request: Request[Any, Any, Any], t: FromPath[str], reading: NamedDependency[Reading]
) -> Response[Any]:
    """Events behind `after`: a page of JSON, or all of them as lines."""
    query = QueryString.parse(request.scope["query_string"])
    after = query.number("after", 0, MOST) or 0
    limit = limit_of(query)
    subjects = query.many("subject", bounded(128))
    types = query.many("type", word(*sorted(TYPES)))
    when = When.taken(query)
    query.done()
    moment = await reading.moment(t, when)
    ref = moment.ref
    question = EventQuestion(await _last_of(reading.log, moment), after, subjects, types)
    batches = event_lines(reading.log, reading.reader, ref, question)
    if _wants_lines(request):
        return await _stream(request, reading.log, ref, batches, question.upto, limit)
    return await _page(request, batches, question.upto, limit or 50)


async def _last_of(log: Log, moment: Moment) -> int:
    """The last revision that the answer knows: as of a moment nothing behind it was there."""
    return await head_of(log, moment.ref) if moment.as_of is None else moment.revision


async def _page(
    request: Request[Any, Any, Any],
    batches: AsyncIterator[list[EventLine]],
    head: int,
    limit: int,
) -> Response[bytes]:
    lines, more = await _gather(batches, limit)
    next_after = b"%d" % lines[-1].revision if more else b"null"
    body = b'{"items":[%b],"next_after":%b,"head":%d}' % (
        b",".join(line.line for line in lines),
        next_after,
        head,
    )
    return answer(request, body, revision=head, headers=_VARY)


async def _gather(
    batches: AsyncIterator[list[EventLine]], limit: int
) -> tuple[list[EventLine], bool]:
    """Up to `limit` lines of some mebibytes, and whether there are more."""
    lines: list[EventLine] = []
    weight = 0
    async for batch in batches:
        for line in batch:
            if len(lines) == limit or (weight > _HEAVY and lines):
                return lines, True
            lines.append(line)
            weight += len(line.line)
    return lines, False


async def _stream(
    request: Request[Any, Any, Any],
    log: Log,
    ref: TimelineRef,
    batches: AsyncIterator[list[EventLine]],
    head: int,
    limit: int | None,
) -> Response[Any]:
    """The lines as they are read. The first ones are read before the answer begins, so that a
    log that is away is a 503; what goes wrong later breaks the connection off: what has come
    then is true but not whole, and no last chunk says that it is."""
    asked = f"{log.identity.id}\n{ref.name}\n{head}\n".encode() + request.scope["query_string"]
    headers = {"ETag": f'W/"{sha256(asked).hexdigest()[:32]}"', **true_of(head), **_VARY}
    if holds(request, headers["ETag"]):
        return not_modified(headers)
    nothing: list[EventLine] = []
    first = await anext(batches, nothing)
    if "head" in request.scope:
        return Response(b"", headers=headers, media_type=_NDJSON)
    return Stream(lambda: _chunks(first, batches, limit), headers=headers, media_type=_NDJSON)


async def _chunks(
    first: list[EventLine], batches: AsyncIterator[list[EventLine]], limit: int | None
) -> AsyncIterator[bytes]:
    left = MOST if limit is None else limit
    batch: list[EventLine] | None = first
    while batch is not None and left > 0:
        taken = batch[:left]
        left -= len(taken)
        if taken:
            for piece in _pieces(taken):
                yield piece
        batch = await anext(batches, None)


def _pieces(lines: list[EventLine]) -> Iterator[bytes]:
    """The lines in pieces of little more than a line or `_PIECE`: each is sent when the one before
    has left, so that a client that does not read has two of them waiting."""
    piece: list[bytes] = []
    weight = 0
    for _, line in lines:
        piece += (line, b"\n")
        weight += len(line)
        if weight >= _PIECE:
            yield b"".join(piece)
            piece, weight = [], 0
    if piece:
        yield b"".join(piece)


def _wants_lines(request: Request[Any, Any, Any]) -> bool:
    """Whether NDJSON is what the caller prefers: RFC 9110, 12.5.1, where JSON wins a draw."""
    weights = {"application/json": 0.0, _NDJSON: 0.0}
    for part in request.headers.get("accept", "").split(","):
        name, *parameters = (text.strip().lower() for text in part.split(";"))
        if name in weights:
            weights[name] = _weight(parameters)
    return weights[_NDJSON] > weights["application/json"]


def _weight(parameters: list[str]) -> float:
    given = [p[2:] for p in parameters if p.startswith("q=")]
    try:
        return float(given[0]) if given else 1.0
    except ValueError:
        return 0.0


@get("/v1/timelines/{t:str}/events/{revision:str}", name="show_event")
async def show_event(
    request: Request[Any, Any, Any],
    t: FromPath[str],
    revision: FromPath[str],
    reading: NamedDependency[Reading],
) -> Response[bytes]:
    """One event's exact line."""
    query = QueryString.parse(request.scope["query_string"])
    when = When.taken(query)
    query.done()
    moment = await reading.moment(t, when)
    ref = moment.ref
    head = await _last_of(reading.log, moment)
    number = _revision_in(revision)
    if not 1 <= number <= head:
        raise Unknown("event", revision)
    question = EventQuestion(number, number - 1)
    lines, _ = await _gather(event_lines(reading.log, reading.reader, ref, question), 1)
    if not lines:
        raise Unknown("event", revision)
    return answer(request, lines[0].line, revision=head)


def _revision_in(text: str) -> int:
    """The revision that a path names, 0 where it names none."""
    plain = text.isascii() and text.isdigit() and len(text) <= 16 and text[0] != "0"
    return int(text) if plain else 0


@get("/v1/timelines/{t:str}/statements/{id:str}/history", name="show_history")
async def show_history(
    request: Request[Any, Any, Any],
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own word
    reading: NamedDependency[Reading],
) -> Response[bytes]:
    """The events whose subject or target the statement is."""
    query = QueryString.parse(request.scope["query_string"])
    page = Page(query)
    query.done()
    moment = await reading.moment(t, page.when)
    ref = moment.ref
    head = await _last_of(reading.log, moment)
    of = ("history", t, id)
    cursor = page.open(of, head, _Revision)
    after = cursor.after or 0
    question = EventQuestion(cursor.revision, after, (statement_subject(id),), touching=True)
    lines, more = await _gather(event_lines(reading.log, reading.reader, ref, question), page.limit)
    if (not lines and not after) or redaction_of(reading.reader, ref, id) is not None:
        raise reading.unknown_statement(ref, id)
    following = Cursor(of, cursor.revision, (), lines[-1].revision).encode() if more else None
    body = b'{"items":[%b],"next":%b}' % (
        b",".join(line.line for line in lines),
        b"null" if following is None else b'"%b"' % following.encode(),
    )
    return answer(request, body, revision=cursor.revision)


HANDLERS: Final = (list_events, show_event, show_history)
