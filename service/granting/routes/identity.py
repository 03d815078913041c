"""The calls by which a person signs in at an issuer of identities."""

from __future__ import annotations

from html import escape
from typing import Any, Final
from urllib.parse import parse_qsl

from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from service.access.sessions import SESSION_COOKIE, SESSION_SECONDS, value_of
from service.granting.cookie import cookie_header
from service.granting.open_id import BEGUN_COOKIE, BEGUN_SECONDS, OpenId
from service.granting.routes.granting import Granting, access_operation
from service.http.answers import HttpRequest, ReadyResponse
from service.http.declared.operation import NOTHING, Answer, route
from service.http.declared.parameter import ANY_TEXT, optional
from service.http.declared.query import parsed_query
from service.http.requests import header, own_address, prefix_of

__all__ = ["HANDLERS"]

_BACK: Final = "/v1/session/oidc/callback"
_PROBLEMS: Final = ("not-found", "identity-unavailable")
_HTML: Final = "text/html; charset=utf-8"


@route(
    access_operation(
        "GET",
        "session/oidc",
        "Sign in at the issuer of identities",
        answers={302: Answer("To the issuer.", {}, ("Cache-Control", "Location", "Set-Cookie"))},
        problems=_PROBLEMS,
        needs=NOTHING,
    )
)
async def begin_identity(
    request: HttpRequest, granting: NamedDependency[Granting]
) -> ReadyResponse:
    """Sends the browser to the issuer, if the service has one."""
    parsed_query(request)
    scope: Any = request.scope
    address, begun = await _issuer(granting).begin(own_address(scope) + _BACK)
    headers = {
        "Cache-Control": "no-store",
        "Location": address,
        "Set-Cookie": cookie_header(scope, BEGUN_COOKIE, begun, BEGUN_SECONDS, "Lax"),
    }
    return ReadyResponse(b"", 302, headers, _HTML)


_PARAMETERS: Final = tuple(
    optional(name, "What the issuer sends.", ANY_TEXT)
    for name in ("code", "state", "error", "error_description", "iss", "session_state", "scope")
)


@route(
    access_operation(
        "GET",
        "session/oidc/callback",
        "Come back from the issuer of identities",
        parameters=_PARAMETERS,
        answers={
            200: Answer(
                "One is signed in; the page leads on.",
                {"text/html": ANY_TEXT.schema},
                ("Cache-Control", "Set-Cookie"),
            )
        },
        problems=("unauthenticated", *_PROBLEMS),
        needs=NOTHING,
    )
)
async def complete_identity(
    request: HttpRequest, granting: NamedDependency[Granting]
) -> ReadyResponse:
    """Opens a session for the person whom the issuer names. The answer is a page that navigates by
    itself, because browsers send the cookie only with requests from a page of ours."""
    scope: Any = request.scope
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    cookie = value_of(header(scope, b"cookie"), BEGUN_COOKIE)
    person = await _issuer(granting).complete(own_address(scope) + _BACK, cookie, query)
    opened = granting.sign_in.with_person(person.address, person.groups)
    headers = {
        "Cache-Control": "no-store",
        "Set-Cookie": cookie_header(scope, SESSION_COOKIE, opened.value, SESSION_SECONDS),
    }
    home = escape(f"{prefix_of(scope)}/")
    page = f'<!doctype html><meta http-equiv="refresh" content="0;url={home}"><title>…</title>'
    return ReadyResponse(page.encode(), 200, headers, _HTML)


def _issuer(granting: Granting) -> OpenId:
    if granting.identity is None:
        raise NotFoundException("This service signs nobody in by OpenID Connect.")
    return granting.identity


HANDLERS: Final = (begin_identity, complete_identity)
