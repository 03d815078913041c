"""The feeds: the hundred statements that changed last, for programs that poll.

A statement has one entry, under a permanent id (`Preamble.urn_of`). When anything shown of it
changes, by a correction, a retraction or a dispute, the entry is updated and comes first again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.edtf.dates import parse_rfc3339
from projections import queries
from projections.queries import TimelineRef
from projections.storage.reader import Reader
from service.http.answers import client_has, etag_of, not_modified, revision_header
from service.http.declared.operation import Operation, route
from service.http.declared.parameter import ANY_TEXT, Schema, of_header
from service.http.declared.query import parsed_query
from service.http.requests import header, own_address
from service.interchange.exports.catalogue import STATEMENT_FORMATS
from service.interchange.exports.pages import exported
from service.interchange.writers.exported import HeldBatches, Preamble
from service.messages.exports import ExportFormat
from service.reading.moment import Moment
from service.reading.operation import of_revision, of_two_moments
from service.reading.parameters import asked_moment
from service.reading.read_side import ReadSide

__all__ = ["HANDLERS", "Feeds"]

_ENTRIES: Final = 100
_SECOND: Final = 1_000_000

_MODIFIED_SINCE: Final = of_header(
    "If-Modified-Since",
    "The Last-Modified of an answer that the caller has; `If-None-Match` counts more.",
    ANY_TEXT,
)


class Feeds:
    """Answers for feeds. `now` gives microseconds since 1970."""

    def __init__(self, read_side: ReadSide, now: Callable[[], int]) -> None:
        self._read_side = read_side
        self._now = now

    async def answer(
        self, request: Request[Any, Any, Any], name: str, format_: ExportFormat, path: str
    ) -> Response[bytes]:
        """The feed of a timeline, or 304 if the caller has it. Raises what reading calls raise."""
        moment = await self._read_side.moment(name, asked_moment(parsed_query(request)))
        address = own_address(request.scope)
        reader = self._read_side.reader_of(name)
        timeline = queries.show_timeline(reader, moment.ref, moment.revision)
        changed = parse_rfc3339(timeline.updated_at) // _SECOND
        log = self._read_side.log.identity.id
        facts = f"{log}\n{name}\n{moment.revision}\n{format_}\n{address}".encode()
        headers = {
            "ETag": etag_of(facts),
            "Last-Modified": _http_date(self._told(changed)),
            **revision_header(moment.revision),
        }
        if _has_it(request, headers["ETag"], changed):
            return not_modified(headers)
        feed = f"{address}/v1/timelines/{name}/{path}"
        preamble = Preamble(timeline, log, address, feed)
        chosen = STATEMENT_FORMATS[format_]

        def write(reader: Reader, ref: TimelineRef) -> bytes:
            sts = queries.last_changed(reader, ref, moment.revision, _ENTRIES)
            shown = queries.show_some(reader, ref.tl, sts, moment.revision)
            return b"".join(chosen.write(preamble, HeldBatches(exported(reader, ref, shown))))

        body = await self._read_side.aside(Moment(moment.ref, moment.revision, None), write)
        return Response(body, headers=headers, media_type=chosen.media_type)

    def _told(self, changed: int) -> int:
        """The time for `Last-Modified`: the second of the last change. While that second is not
        over, it is the second before, so that a later change within it is noticed."""
        return changed if self._now() // _SECOND > changed else changed - 1


def _has_it(request: Request[Any, Any, Any], tag: str, changed: int) -> bool:
    """Whether the caller has the present feed (RFC 9110, 13.2.2)."""
    if header(request.scope, b"if-none-match") is not None:
        return client_has(request.scope, tag)
    since = header(request.scope, b"if-modified-since")
    if since is None:
        return False
    try:
        return parsedate_to_datetime(since).timestamp() >= changed
    except ValueError:  # an invalid date counts as none
        return False


def _http_date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC), usegmt=True)


def _feed(path: str, format_: ExportFormat, schema: Schema, summary: str) -> Operation:
    media_type = STATEMENT_FORMATS[format_].media_type
    answers = of_revision(
        f"The {_ENTRIES} statements that changed last, the latest first.",
        {media_type: schema},
        "Last-Modified",
    )
    operation = of_two_moments(path, summary, answers, _MODIFIED_SINCE)
    return operation._replace(tag="Exporting", cacheable=False)


@route(_feed("feed.json", "jsonfeed", {"type": "object"}, "What changed last, as JSON Feed"))
async def get_json_feed(
    request: Request[Any, Any, Any], t: FromPath[str], feeds: NamedDependency[Feeds]
) -> Response[bytes]:
    """The statements that changed last, as JSON Feed."""
    return await feeds.answer(request, t, "jsonfeed", "feed.json")


@route(_feed("feed.atom", "atom", ANY_TEXT.schema, "What changed last, as Atom"))
async def get_atom_feed(
    request: Request[Any, Any, Any], t: FromPath[str], feeds: NamedDependency[Feeds]
) -> Response[bytes]:
    """The statements that changed last, as Atom."""
    return await feeds.answer(request, t, "atom", "feed.atom")


HANDLERS: Final = (get_json_feed, get_atom_feed)
