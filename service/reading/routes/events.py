"""The calls that read events, always from the log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.errors import Unknown
from events.log.contract import Log
from projections.queries.timelines import TimelineRef
from service.http.answers import JSON, answer, etag_of, revision_header, streamed_answer
from service.http.declared.operation import route
from service.http.declared.parameter import ANY_TEXT, default, in_path, integer
from service.http.declared.query import parsed_query
from service.messages.pages import EventsPage
from service.reading.event_lines import EventLine, EventQuestion, first_lines
from service.reading.moment import MOST
from service.reading.operation import of_revision, of_timeline
from service.reading.parameters import LIMIT, SUBJECT, TYPE, asked_moment
from service.reading.read_side import ReadSide

__all__ = ["HANDLERS"]

_NDJSON: Final = "application/x-ndjson"
_PIECE: Final = 1 << 18
"""The bytes of a stream that the connection gets at once."""


_AFTER: Final = default("after", "Only events after this revision.", integer(0, MOST), 0, 0)
_REVISION: Final = in_path(
    "revision", "The event's revision.", {"type": "integer", "minimum": 1}, 1
)


@route(
    of_timeline(
        "events",
        "Events from the log, as they were recorded",
        of_revision(
            "Events in their order. As NDJSON each line is an event's exact bytes, up to the head "
            "where no limit is given.",
            {JSON: EventsPage, _NDJSON: ANY_TEXT.schema},
        ),
        _AFTER,
        LIMIT,
        SUBJECT,
        TYPE,
        problems=("log-unavailable",),
    )
)
async def get_events(
    request: Request[Any, Any, Any], t: FromPath[str], read_side: NamedDependency[ReadSide]
) -> Response[Any]:
    """Events after `after`: a page of JSON, or all of them as lines."""
    query = parsed_query(request)
    limit = query[LIMIT]
    moment = await read_side.moment(t, asked_moment(query))
    ref = moment.ref
    head = await read_side.last_revision(moment)
    question = EventQuestion(head, query[_AFTER], query[SUBJECT], query[TYPE])
    batches = read_side.event_lines(ref, question)
    if _wants_lines(request):
        tag = etag_of(_asked(request, read_side.log, ref, question.upto))
        headers = {"ETag": f"W/{tag}", **revision_header(question.upto)}
        return await streamed_answer(request, _lines(batches, limit), headers, _NDJSON)
    return await _page(request, batches, question.upto, limit or 50)


def _asked(request: Request[Any, Any, Any], log: Log, ref: TimelineRef, head: int) -> bytes:
    """All that the lines follow from."""
    return f"{log.identity.id}\n{ref.name}\n{head}\n".encode() + request.scope["query_string"]


async def _page(
    request: Request[Any, Any, Any],
    batches: AsyncIterator[list[EventLine]],
    head: int,
    limit: int,
) -> Response[bytes]:
    lines, more = await first_lines(batches, limit)
    next_after = b"%d" % lines[-1].revision if more else b"null"
    body = b'{"items":[%b],"next_after":%b,"head":%d}' % (
        b",".join(line.line for line in lines),
        next_after,
        head,
    )
    return answer(request, body, revision=head)


async def _lines(
    batches: AsyncIterator[list[EventLine]], limit: int | None
) -> AsyncIterator[bytes]:
    left = MOST if limit is None else limit
    async for batch in batches:
        taken = batch[:left]
        left -= len(taken)
        for piece in _pieces(taken):
            yield piece
        if not left:
            return


def _pieces(lines: list[EventLine]) -> Iterator[bytes]:
    """The lines in chunks of about `_PIECE` bytes, or of one longer line. A chunk is sent when the
    one before has left, so at most two wait for a client that does not read."""
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
    """Whether the caller prefers NDJSON (RFC 9110, 12.5.1); equal weights mean JSON."""
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


@route(
    of_timeline(
        "events/{revision}",
        "One event from the log",
        of_revision("The event's exact line.", {JSON: "Event"}),
        _REVISION,
        problems=("event-not-found", "log-unavailable"),
    )
)
async def get_event(
    request: Request[Any, Any, Any],
    t: FromPath[str],
    revision: FromPath[str],
    read_side: NamedDependency[ReadSide],
) -> Response[bytes]:
    """One event's exact line."""
    moment = await read_side.moment(t, asked_moment(parsed_query(request)))
    ref = moment.ref
    head = await read_side.last_revision(moment)
    number = _revision_in(revision)
    if not 1 <= number <= head:
        raise Unknown("event", revision)
    question = EventQuestion(number, number - 1)
    lines, _ = await first_lines(read_side.event_lines(ref, question), 1)
    if not lines:
        raise Unknown("event", revision)
    return answer(request, lines[0].line, revision=head)


def _revision_in(text: str) -> int:
    """The revision in a path; 0 if it is not a revision."""
    plain = text.isascii() and text.isdigit() and len(text) <= 16 and text[0] != "0"
    return int(text) if plain else 0


HANDLERS: Final = (get_events, get_event)
