"""The pages for addresses that do not exist, or that the visitor may not see.

Programs get a problem document with the same status.
"""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import NotFoundException
from litestar.types import Scope

from service.http.answers import ReadyResponse
from service.http.problems.problem import Problem
from service.http.problems.responses import handle, refusal
from service.http.requests import lines_by_name, prefix_of
from service.page.opening import closed_document, missing_document, under_root_path

__all__ = [
    "accepts_html",
    "no_timeline",
    "page_headers",
    "refused",
    "show_missing",
    "sign_in_first",
]

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors "
)


def show_missing(request: Request[Any, Any, Any], error: NotFoundException) -> Response[bytes]:
    """404 for an address that does not exist: a page for browsers, problem details for programs."""
    if _leads_on(request.scope):
        return Response(**_page(request.scope, missing_document(request.scope["path"], None)))
    return handle(request, error)


def refused(scope: Scope, problem: Problem) -> ReadyResponse:
    """The same for an address that does not reach the router."""
    if problem.slug != "not-found" or not _leads_on(scope):
        return refusal(scope, problem)
    shown = _page(scope, missing_document(scope["path"], None))
    return ReadyResponse(
        shown["content"], shown["status_code"], shown["headers"], "text/html; charset=utf-8"
    )


def no_timeline(scope: Any, ancestors: str, timeline: str) -> dict[str, Any]:
    """404 for a timeline that does not exist for the visitor."""
    return _page(scope, missing_document(scope["path"], timeline), ancestors)


def sign_in_first(scope: Any, ancestors: str, timeline: str) -> dict[str, Any]:
    """401 for a timeline that nobody may see without credentials, whether it exists or not."""
    shown = _page(scope, closed_document(scope["path"], timeline), ancestors)
    shown["status_code"] = 401
    shown["headers"]["WWW-Authenticate"] = "Bearer"
    return shown


def _page(scope: Any, text: str, ancestors: str = "'none'") -> dict[str, Any]:
    """A page with links that lead on, as the arguments of `Response`."""
    return {
        "content": under_root_path(prefix_of(scope), text).encode(),
        "status_code": 404,
        "headers": {**page_headers(ancestors), "Vary": "Accept"},
        "media_type": "text/html",
    }


def _leads_on(scope: Any) -> bool:
    return accepts_html(scope) and not scope["path"].startswith("/v1/")


def accepts_html(scope: Any) -> bool:
    """Whether the caller accepts a page."""
    return any(b"text/html" in value for value in lines_by_name(scope).get(b"accept", ()))


def page_headers(ancestors: str) -> dict[str, str]:
    """The headers of every page; `ancestors` are the sites that may show it in a frame."""
    return {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": _POLICY + ancestors,
    }
