"""The web page: its documents, and the files that they load.

Everything comes from this service: the policy lets a browser load nothing from elsewhere, run no
script within a document, and make no markup of text. The page itself reads the query string, with
the names of the HTTP interface; unknown names are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from events.errors import (
    DateError,
    Fault,
    InvalidInput,
    Lagging,
    Stalled,
    Unauthenticated,
    Unknown,
)
from projections import queries
from projections.answers.timeline import Timeline
from service.access.guards.visitor import visitor_of
from service.granting.routes.granting import Granting
from service.http.answers import answer
from service.http.declared.operation import NOTHING, OWN, Answer, Operation, route, unchanging
from service.http.declared.parameter import ANY_TEXT, NONE_MATCH, Parameter, in_path, optional
from service.http.declared.query import parsed_query
from service.http.edge.packed import takes_gzip
from service.http.requests import lines_by_name, prefix_of
from service.page.assets import FILES, content, document, media_type, zipped
from service.page.dead_ends import accepts_html, no_timeline, page_headers, sign_in_first
from service.page.opening import sign_in_document, timeline_document, under_root_path, with_classes
from service.reading.moment import AskedMoment, Instant, point_in
from service.reading.parameters import T
from service.reading.question import FILTERS, ORDER
from service.reading.read_side import ReadSide
from service.reading.routes.charts import ON

__all__ = ["HANDLERS"]

_OWN: Final = {
    "as_of": "Shows what was known at an earlier moment: what `as_of` takes elsewhere.",
    "compare": "Shows what differs since this moment: what `as_of` takes.",
    "lanes": "How the chart is divided: `actor`, `kind` or `source`.",
    "statement": "The statement in the detail.",
}
_STATE: Final = (
    *(
        optional(shown.name, f"As of the lists: {shown.description}", ANY_TEXT)
        for shown in (*FILTERS, ORDER, ON)
    ),
    *(optional(name, words, ANY_TEXT) for name, words in _OWN.items()),
)
"""The query parameters that the page reads. It ignores all others, and reports wrong values
itself."""
_ASKED: Final = frozenset(["as_of", *(shown.name for shown in (*FILTERS, ORDER))])
"""The parameters that decide which statements are shown."""
_FEW: Final = 3
"""The statements for whose rows the chart needs no more than its least height."""


_HEADERS: Final = (
    "Cache-Control",
    "Content-Encoding",
    "Content-Security-Policy",
)
_PAGE: Final = {"text/html": ANY_TEXT.schema}


def _looked_at(path: str, summary: str, *parameters: Parameter[Any]) -> Operation:
    answers = unchanging(summary, _PAGE, *_HEADERS)
    return Operation(
        "GET",
        path,
        "Operations",
        summary,
        parameters=(*parameters, NONE_MATCH),
        answers=answers,
        needs=NOTHING,
    )


def _of_one(path: str, summary: str) -> Operation:
    """The page of one timeline. Errors are pages too, for clients that accept HTML."""
    operation = _looked_at(path, summary, T, *_STATE)
    answers = dict(operation.answers)
    answers[400] = Answer("The same page, whose script says what is wrong with the moment.", _PAGE)
    answers[401] = Answer("A page that leads to the way to sign in.", _PAGE)
    answers[404] = Answer("A page that leads to what there is.", _PAGE)
    return operation._replace(
        answers=answers, problems=("unauthenticated", "timeline-not-found"), needs=OWN
    )


@route(_looked_at("/", "The page with all timelines"))
async def show_timelines_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The page with all timelines."""
    return _document(request, document("index"))


@route(_looked_at("/sign-in", "The page where a browser signs in and out"))
async def show_sign_in_page(
    request: Request[Any, Any, Any], granting: NamedDependency[Granting]
) -> Response[bytes]:
    """The page where a browser signs in, by a key or by the code after `#`, and out."""
    return _document(request, sign_in_document(with_issuer=granting.identity is not None))


@route(_of_one("/t/{t}", "The page of one timeline"))
async def show_timeline_page(
    request: Request[Any, Any, Any], t: FromPath[str], read_side: NamedDependency[ReadSide]
) -> Response[bytes]:
    """The page of one timeline."""
    return await _timeline(request, t, read_side, "'none'")


@route(_of_one("/embed/{t}", "The page of one timeline, for frames of other sites"))
async def show_embedded_page(
    request: Request[Any, Any, Any], t: FromPath[str], read_side: NamedDependency[ReadSide]
) -> Response[bytes]:
    """The same page without its frame: any site may show it in a frame of its own."""
    return await _timeline(request, t, read_side, "*")


_FILE: Final = in_path(
    "file",
    "The file's path, with its slash as it is.",
    {"enum": list(FILES)},
    "documents/timeline.js",
)


@route(
    Operation(
        "GET",
        "/page/{file}",
        "Operations",
        "A file that the page loads",
        parameters=(_FILE, NONE_MATCH),
        answers=unchanging(
            "The file.",
            dict.fromkeys(map(media_type, FILES), ANY_TEXT.schema),
            "Cache-Control",
            "Content-Encoding",
        ),
        needs=NOTHING,
    )
)
async def show_page_file(request: Request[Any, Any, Any], file: FromPath[str]) -> Response[bytes]:
    """A file that the page loads. A file whose name has a hash may be cached for ever."""
    parsed_query(request)
    file = file.removeprefix("/")
    if file not in FILES:
        raise NotFoundException
    body, lasting = content(file)
    kept = "public, max-age=31536000, immutable" if lasting else "no-cache"
    return _packed(request, body, media_type(file), {"Cache-Control": kept})


async def _timeline(
    request: Request[Any, Any, Any], name: str, read_side: ReadSide, ancestors: str
) -> Response[bytes]:
    """The document of a timeline, with the status of an error in its name or moment."""
    asked = request.query_params
    status, shown = 200, None
    try:
        shown = await _shown(request, name, read_side)
        if moments := {text for text in asked.getall("as_of", []) if text}:
            await read_side.moment(name, AskedMoment(_point(moments)))
    except (Lagging, Stalled):
        pass  # its script repeats the request until there is an answer
    except (Unauthenticated, Unknown, InvalidInput) as error:
        if not accepts_html(request.scope):
            raise
        if shown is None:
            first = isinstance(error, Unauthenticated)
            lead_on = sign_in_first if first else no_timeline
            return Response(**lead_on(request.scope, ancestors, name))
        status = 404 if isinstance(error, Unknown) else 400
    text = timeline_document(shown, unasked=_ASKED.isdisjoint(asked))
    marks = {
        "embed": ancestors == "*",
        "pinned": asked.get("as_of"),
        "opened": asked.get("statement"),
        "few": shown is not None and shown.statements <= _FEW,
    }
    text = with_classes(text, *(mark for mark, there in marks.items() if there))
    found = _document(request, text, ancestors)
    if status != 200:
        found.status_code = status
    return found


async def _shown(request: Request[Any, Any, Any], name: str, read_side: ReadSide) -> Timeline:
    """The timeline at its head, if the visitor may read it. Invalid credentials count as none, so
    that the page can offer to sign in again. Raises Unauthenticated, Unknown, Lagging, Stalled."""
    visitor = visitor_of(request.scope)
    visitor.forgive()
    visitor.require("read", name)
    ref = await read_side.timeline(name)
    return queries.show_timeline(read_side.reader_of(name), ref, ref.revision)


def _point(moments: set[str]) -> int | Instant:
    if len(moments) > 1:
        raise InvalidInput([Fault("?as_of", "It may be given once only.")])
    try:
        return point_in(*moments)
    except DateError as error:
        raise InvalidInput([Fault("?as_of", error.message, error.column)]) from error


def _document(
    request: Request[Any, Any, Any], text: str, ancestors: str = "'none'"
) -> Response[bytes]:
    body = under_root_path(prefix_of(request.scope), text).encode()
    return _packed(request, body, "text/html", page_headers(ancestors))


def _packed(
    request: Request[Any, Any, Any], body: bytes, media: str, headers: Mapping[str, str]
) -> Response[bytes]:
    """The answer, compressed if the caller accepts that."""
    sent = {**headers, "Vary": "Accept-Encoding"}
    if takes_gzip(lines_by_name(request.scope)):
        body, sent["Content-Encoding"] = zipped(body), "gzip"
    return answer(request, body, media_type=media, headers=sent)


HANDLERS: Final = (
    show_timelines_page,
    show_sign_in_page,
    show_timeline_page,
    show_embedded_page,
    show_page_file,
)
