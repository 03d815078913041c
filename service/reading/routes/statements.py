"""The calls that read statements: a page of them, or one."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from projections import queries
from projections.answers.statement import ShownStatement
from projections.queries import Keyset
from service.http.answers import JSON, ReadyResponse, answer, etag_of, ready_answer, tag_of
from service.http.declared.operation import route
from service.http.declared.query import parsed_query
from service.messages.pages import StatementsPage
from service.messages.states import AsOf
from service.reading.moment import MOST, Moment, moment_at
from service.reading.operation import of_revision, of_timeline
from service.reading.parameters import PAGED, STATEMENT, asked_moment
from service.reading.question import (
    FILTERS,
    ORDERS,
    StatementQuestion,
    statement_question,
    windows_in_order,
)
from service.reading.read_side import PageRequest, ReadSide

__all__ = ["HANDLERS", "StatementKey"]

_encode = msgspec.json.Encoder().encode
_Second = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
StatementKey = tuple[_Second | None, _Second | None, Annotated[int, Meta(ge=1, le=MOST)]]


@route(
    of_timeline(
        "statements",
        "Statements, filtered and in order",
        of_revision("One page of statements, all of one revision.", {JSON: StatementsPage}),
        *FILTERS,
        *ORDERS,
        *PAGED,
    )
)
async def get_statements(
    request: Request[Any, Any, Any], t: FromPath[str], read_side: NamedDependency[ReadSide]
) -> ReadyResponse:
    """A page of statements, filtered and in order."""
    query = parsed_query(request, windows_in_order)
    page = PageRequest(query)
    ref, revision, as_of = await read_side.moment(t, page.when)
    cursor = page.open(("statements", t), revision, StatementKey)
    if page.cursor is None:
        question = statement_question(query)
        if as_of is not None:
            question = question.as_of_a_moment()
    else:
        question = StatementQuestion.carried(cursor.asked)
        if question.pinned:
            as_of = moment_at(read_side.reader_of(t), ref, cursor.revision).as_of
    find = partial(
        queries.list_statements,
        filter_=question.filter,
        revision=cursor.revision,
        order=question.order,
        limit=cursor.limit,
        after=None if cursor.after is None else Keyset(*cursor.after),
        count=question.counted,
    )
    if question.filter.q:
        found = await read_side.aside(Moment(ref, cursor.revision, as_of), find)
    else:
        found = find(read_side.reader_of(t), ref)
    following = cursor.next_after(tuple(found.next), question.asked) if found.next else None
    body, tag = _statements(t, cursor.revision, as_of, found, following)
    return ready_answer(request, body, revision=cursor.revision, etag=tag)


def _statements(
    timeline: str,
    revision: int,
    as_of: AsOf | None,
    page: queries.ListedStatements,
    following: str | None,
) -> tuple[bytes, str]:
    """The page as JSON, and its tag. The statements are JSON already, and their digests are cached:
    the tag is made from these and from the JSON around them, so that no text is hashed again."""
    total = b"" if page.total is None else b',"total":%d' % page.total
    before = b'{"timeline":%b,"revision":%d,"as_of":%b,"items":[' % (
        _encode(timeline),
        revision,
        _encode(as_of),
    )
    behind = b'],"next":%b%b}' % (_encode(following), total)
    tag = etag_of(before + page.digest + behind)
    if not page.items:
        return before + behind, tag
    # The surrounding JSON is joined to the first and the last item, so that everything is copied
    # once.
    items = page.items
    items[0] = before + items[0]
    items[-1] += behind
    return b",".join(items), tag


@route(
    of_timeline(
        "statements/{id}",
        "One statement, as corrected",
        of_revision("The statement; its ETag is what `If-Match` takes.", {JSON: ShownStatement}),
        STATEMENT,
        problems=("statement-not-found",),
    )
)
async def get_statement(
    request: Request[Any, Any, Any],
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own word
    read_side: NamedDependency[ReadSide],
) -> Response[bytes]:
    """One statement; its ETag is what `If-Match` takes."""
    ref, revision, _ = await read_side.moment(t, asked_moment(parsed_query(request)))
    shown = queries.show_statement(read_side.reader_of(t), ref, id, revision)
    if shown is None:
        raise read_side.unknown_statement(ref, id)
    return answer(request, shown.json, revision=revision, etag=tag_of(shown.changed))


HANDLERS: Final = (get_statements, get_statement)
