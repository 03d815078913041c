"""The calls that export a timeline, and the one that says what an export would lose."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Final, cast, get_args

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import structs

from events.errors import Fault, Rejected
from projections import queries
from projections.queries import StatementFilter
from projections.queries.timelines import state_of
from service.http.answers import JSON, HttpRequest, etag_of, revision_header, streamed_answer
from service.http.declared.operation import route
from service.http.declared.parameter import choice, required
from service.http.declared.query import Query, parsed_query
from service.http.requests import own_address
from service.interchange.exports.catalogue import (
    EVENT_FORMATS,
    STATEMENT_FORMATS,
    EventFormat,
    StatementFormat,
)
from service.interchange.exports.choice import EventChoice
from service.interchange.exports.event_losses import FILTERED, EventLossCount
from service.interchange.exports.outflow import (
    counted,
    event_pieces,
    loss_pieces,
    statement_pieces,
)
from service.interchange.exports.pages import StatementPages
from service.interchange.writers.exported import Preamble
from service.interchange.writers.loss import Loss, LossCount
from service.interchange.writers.tables import parquet
from service.messages.exports import ExportFormat, ExportLoss
from service.reading.event_lines import EventQuestion
from service.reading.moment import Moment
from service.reading.operation import of_revision, of_timeline
from service.reading.parameters import asked_moment
from service.reading.question import FILTERS, ORDER, statement_filter, windows_in_order
from service.reading.read_side import ReadSide

__all__ = ["HANDLERS"]

_EVERYTHING: Final = StatementFilter()
_FORMATS: Final[Mapping[str, EventFormat | StatementFormat]] = {
    **EVENT_FORMATS,
    **STATEMENT_FORMATS,
}
_FORMAT: Final = required(
    "format",
    "The format. `ndjson` and `cloudevents` have events, all others statements.",
    choice(*get_args(ExportFormat)),
    "csv",
    f"Name a format: {', '.join(get_args(ExportFormat))}.",
)
_NO_PARQUET: Final = (
    "This server cannot write Parquet: its operator can add that with "
    "`pip install onrecord[parquet]`."
)


class _Wanted:
    """What a query asks for: a format, and which statements as of which moment."""

    def __init__(self, query: Query, moment: Moment) -> None:
        self.moment = moment
        self.format: EventFormat | StatementFormat = _FORMATS[query[_FORMAT]]
        self.filter = statement_filter(query)
        self._order = query[ORDER]
        if self.format.name == "parquet" and not parquet.is_installed():
            raise Rejected([Fault("?format", _NO_PARQUET)])

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{self.moment.ref.name}-{self.moment.revision}.{self.format.suffix}"

    @property
    def losses(self) -> Sequence[Loss]:
        """What the format cannot hold of these statements."""
        if isinstance(self.format, StatementFormat):
            return self.format.losses
        return FILTERED if self.is_chosen else ()

    @property
    def is_chosen(self) -> bool:
        """Whether a filter may leave something out. The way in which windows match is no filter
        without a window."""
        return structs.replace(self.filter, match=_EVERYTHING.match) != _EVERYTHING

    @property
    def pages(self) -> StatementPages:
        return StatementPages(self.filter, cast("Any", self._order), self.moment.revision)


_OPERATION: Final = of_timeline(
    "export",
    "A timeline in the format of other programs",
    of_revision(
        "All that the filters select, in one file of one revision. `Onrecord-Loss` names the "
        "fields that the format cannot hold, or not always; `none` if it holds everything.",
        {each.media_type.partition(";")[0]: {} for each in _FORMATS.values()},
        "Content-Disposition",
        "Onrecord-Loss",
    ),
    _FORMAT,
    *FILTERS,
    ORDER,
    problems=("log-unavailable",),
)._replace(tag="Exporting")


@route(_OPERATION)
async def export_timeline(
    request: HttpRequest, t: FromPath[str], read_side: NamedDependency[ReadSide]
) -> Response[Any]:
    """A file with the statements or the events that the filters select. Errors that prevent the
    answer come before it begins; a later error closes the connection without the last chunk, so
    that the client knows that the file is incomplete."""
    wanted = await _wanted(request, t, read_side)
    headers = {
        **_headers(request, read_side, wanted.moment),
        "Onrecord-Loss": ", ".join(loss.field for loss in wanted.losses) or "none",
        "Content-Disposition": f'attachment; filename="{wanted.file}"',
    }
    pieces = _pieces(request, read_side, wanted)
    return await streamed_answer(request, pieces, headers, wanted.format.media_type)


async def _wanted(request: HttpRequest, name: str, read_side: ReadSide) -> _Wanted:
    query = parsed_query(request, windows_in_order)
    return _Wanted(query, await read_side.moment(name, asked_moment(query)))


def _pieces(request: HttpRequest, read_side: ReadSide, wanted: _Wanted) -> AsyncIterator[bytes]:
    moment, format_ = wanted.moment, wanted.format
    if isinstance(format_, StatementFormat):
        preamble = _preamble(request, read_side, moment)
        return statement_pieces(read_side, moment, format_, preamble, wanted.pages)
    batches = read_side.event_lines(moment.ref, EventQuestion(moment.revision))
    if wanted.is_chosen:
        batches = EventChoice(read_side, moment, wanted.pages).of(batches)
    return event_pieces(format_, batches)


def _preamble(request: HttpRequest, read_side: ReadSide, moment: Moment) -> Preamble:
    reader = read_side.reader_of(moment.ref.name)
    timeline = queries.show_timeline(reader, moment.ref, moment.revision)
    return Preamble(timeline, read_side.log.identity.id, own_address(request.scope))


def _headers(request: HttpRequest, read_side: ReadSide, moment: Moment) -> dict[str, str]:
    """The headers with the tag, made from the query and the present state, and with the
    revision."""
    name, revision = moment.ref.name, moment.revision
    state = state_of(read_side.reader_of(name), name)
    redactions = 0 if state is None else state.redactions
    address = own_address(request.scope)
    asked = f"{read_side.log.identity.id}\n{name}\n{revision}\n{redactions}\n{address}\n".encode()
    tag = etag_of(asked + request.scope["query_string"])
    return {"ETag": f"W/{tag}", **revision_header(revision)}


@route(
    of_timeline(
        "export/loss",
        "What an export would lose",
        of_revision(
            "In how many statements which fields are lost, and why. All statements that the "
            "filters select are read.",
            {JSON: ExportLoss},
        ),
        _FORMAT,
        *FILTERS,
        ORDER,
    )._replace(tag="Exporting", cacheable=False)
)
async def show_export_loss(
    request: HttpRequest, t: FromPath[str], read_side: NamedDependency[ReadSide]
) -> Response[Any]:
    """What an export with the same parameters would lose, counted."""
    wanted = await _wanted(request, t, read_side)
    moment, pages = wanted.moment, wanted.pages
    count, steps = _counting(wanted, pages)
    pieces = loss_pieces(read_side, moment, wanted.format.name, count, steps, pages)
    return await streamed_answer(request, pieces, _headers(request, read_side, moment), JSON)


def _counting(wanted: _Wanted, pages: StatementPages) -> tuple[LossCount, Iterator[None]]:
    """The counter of the losses, and its steps."""
    if isinstance(wanted.format, StatementFormat) or not wanted.is_chosen:
        count = LossCount(wanted.losses)
        return count, counted(count, pages)
    events = EventLossCount(pages, wanted.moment.revision)
    return events, events.steps()


HANDLERS: Final = (export_timeline, show_export_loss)
