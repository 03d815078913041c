"""The calls by which a browser signs in and out."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar.di import NamedDependency
from msgspec import UNSET

from events.errors import Fault, Unauthenticated
from service.access.principal import EVERYONE, Principal
from service.access.sessions import SESSION_COOKIE, SESSION_SECONDS, value_of
from service.granting.cookie import cookie_header
from service.granting.routes.granting import Granting, access_operation, read_body
from service.http.answers import JSON, HttpRequest, ReadyResponse
from service.http.bodies import read_nothing
from service.http.declared.operation import NOTHING, Answer, Body, route
from service.http.declared.query import parsed_query
from service.http.limits.request_limits import count_wrong_try
from service.http.requests import header
from service.messages.access import Me, SessionBody, held_grants
from service.writing.operation import BODY_PROBLEMS

__all__ = ["HANDLERS"]

_HEADERS: Final = ("Cache-Control", "Set-Cookie")


def _faults(body: SessionBody) -> list[Fault]:
    if (body.key is UNSET) == (body.code is UNSET):
        return [Fault("", "Send either a key or a code.")]
    return []


@route(
    access_operation(
        "POST",
        "session",
        "Sign in with a key, or with a code that is good once",
        body=Body(SessionBody, {"key": {"key": "onr_…"}, "code": {"code": "…"}}),
        answers={201: Answer("Who one is now; a cookie has the session.", {JSON: Me}, _HEADERS)},
        problems=("unauthenticated", "log-unavailable", "projection-lagging", *BODY_PROBLEMS),
        needs=NOTHING,
    )
)
async def open_session(request: HttpRequest, granting: NamedDependency[Granting]) -> ReadyResponse:
    """Opens a session, which ends after twelve hours, with its key, or by DELETE."""
    parsed_query(request)
    body = await read_body(request, granting.budget, SessionBody, _faults)
    try:
        if body.key is not UNSET:
            opened = granting.sign_in.with_key(body.key)
        else:
            opened = await granting.sign_in.with_code(str(body.code))
    except Unauthenticated:
        count_wrong_try(request.scope)
        raise
    return _answer(request, granting, opened.principal, opened.value, 201)


@route(
    access_operation(
        "DELETE",
        "session",
        "Sign out",
        answers={200: Answer("Nobody is signed in now.", {JSON: Me}, _HEADERS)},
        problems=("projection-lagging",),
        needs=NOTHING,
    )
)
async def end_session(request: HttpRequest, granting: NamedDependency[Granting]) -> ReadyResponse:
    """Ends the session of the cookie; copies of the cookie become invalid too."""
    parsed_query(request)
    await read_nothing(request)
    value = value_of(header(request.scope, b"cookie"))
    if value is not None:
        await granting.sign_in.end_session(value)
    return _answer(request, granting, EVERYONE, "", 200)


def _answer(
    request: HttpRequest, granting: Granting, principal: Principal, value: str, status: int
) -> ReadyResponse:
    scope: Any = request.scope
    seconds = SESSION_SECONDS if value else 0
    headers = {
        "Cache-Control": "no-store",
        "Set-Cookie": cookie_header(scope, SESSION_COOKIE, value, seconds),
    }
    me = Me(principal.name, principal.author, held_grants(granting.sign_in.grants_of(principal)))
    return ReadyResponse(msgspec.json.encode(me), status, headers)


HANDLERS: Final = (open_session, end_session)
