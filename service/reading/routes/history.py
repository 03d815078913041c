"""The call that reads the history of a statement: its events, from the log."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from events.event.envelope import statement_subject
from projections.queries.events import redaction_of
from service.http.answers import JSON, answer
from service.http.declared.operation import route
from service.http.declared.query import parsed_query
from service.messages.pages import HistoryPage
from service.reading.event_lines import EventQuestion, first_lines
from service.reading.moment import MOST
from service.reading.operation import of_revision, of_timeline
from service.reading.parameters import PAGED, STATEMENT
from service.reading.read_side import PageRequest, ReadSide

__all__ = ["HANDLERS"]

_Revision = Annotated[int, Meta(ge=1, le=MOST)]


@route(
    of_timeline(
        "statements/{id}/history",
        "The events whose subject or target a statement is",
        of_revision("One page of its events.", {JSON: HistoryPage}),
        STATEMENT,
        *PAGED,
        problems=("statement-not-found", "log-unavailable"),
    )
)
async def get_history(
    request: Request[Any, Any, Any],
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own word
    read_side: NamedDependency[ReadSide],
) -> Response[bytes]:
    """The events whose subject or target the statement is."""
    page = PageRequest(parsed_query(request))
    moment = await read_side.moment(t, page.when)
    ref = moment.ref
    head = await read_side.last_revision(moment)
    of = ("history", t, id)
    cursor = page.open(of, head, _Revision)
    after = cursor.after or 0
    question = EventQuestion(cursor.revision, after, (statement_subject(id),), touching=True)
    lines, more = await first_lines(read_side.event_lines(ref, question), cursor.limit)
    if (not lines and not after) or redaction_of(read_side.reader_of(t), ref, id) is not None:
        raise read_side.unknown_statement(ref, id)
    following = cursor.next_after(lines[-1].revision) if more else None
    body = b'{"items":[%b],"next":%b}' % (
        b",".join(line.line for line in lines),
        b"null" if following is None else b'"%b"' % following.encode(),
    )
    return answer(request, body, revision=cursor.revision)


HANDLERS: Final = (get_history,)
