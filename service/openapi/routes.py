"""The calls that return the document, as JSON and as a page."""

from __future__ import annotations

from typing import Final

from litestar import Response
from litestar.di import NamedDependency

from service.http.answers import JSON, HttpRequest, answer
from service.http.declared.operation import NOTHING, Operation, route, unchanging
from service.http.declared.parameter import ANY_TEXT, NONE_MATCH
from service.http.declared.query import parsed_query
from service.http.requests import prefix_of
from service.openapi.document import Document
from service.openapi.page import POLICY

__all__ = ["HANDLERS"]


@route(
    Operation(
        "GET",
        "/openapi.json",
        "Operations",
        "This document",
        parameters=(NONE_MATCH,),
        answers=unchanging("This document", {JSON: {"type": "object"}}),
        needs=NOTHING,
    )
)
async def get_document(
    request: HttpRequest, document: NamedDependency[Document]
) -> Response[bytes]:
    """The document as JSON."""
    parsed_query(request)
    return answer(request, document.below(prefix_of(request.scope)).json)


@route(
    Operation(
        "GET",
        "/docs",
        "Operations",
        "This document, to be read",
        parameters=(NONE_MATCH,),
        answers=unchanging(
            "This document, to be read",
            {"text/html": ANY_TEXT.schema},
            "Content-Security-Policy",
        ),
        needs=NOTHING,
    )
)
async def get_docs(request: HttpRequest, document: NamedDependency[Document]) -> Response[bytes]:
    """The document as a page."""
    parsed_query(request)
    page = document.below(prefix_of(request.scope)).page
    return answer(
        request, page, media_type="text/html", headers={"Content-Security-Policy": POLICY}
    )


HANDLERS: Final = (get_document, get_docs)
