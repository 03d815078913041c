"""The calls about keys."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.event.access_words import KEY_NAME
from service.access.guards.visitor import visitor_of
from service.granting.routes.granting import (
    CHANGE_PROBLEMS,
    Granting,
    access_operation,
    read_body,
    recorded_answer,
)
from service.http.answers import JSON, HttpRequest, ReadyResponse, answer
from service.http.bodies import read_nothing
from service.http.declared.operation import Answer, Body, route, unchanging
from service.http.declared.parameter import in_path
from service.http.declared.query import parsed_query
from service.messages.access import KeyBody, KeysPage, NewKey, faults_of_key
from service.messages.write_results import Recorded
from service.reading.parameters import NONE_MATCH
from service.writing.operation import BODY_PROBLEMS, REASON

__all__ = ["HANDLERS"]

_NO_STORE: Final = {"Cache-Control": "no-store"}


@route(
    access_operation(
        "GET",
        "keys",
        "Every key that was issued, without its secret",
        parameters=(NONE_MATCH,),
        answers=unchanging("The keys, revoked ones included.", {JSON: KeysPage}),
        problems=("projection-lagging",),
        needs="manage",
    )
)
async def get_issued_keys(
    request: HttpRequest, granting: NamedDependency[Granting]
) -> Response[bytes]:
    """Every key, in the order in which they were issued."""
    parsed_query(request)
    return answer(request, msgspec.json.encode(KeysPage(granting.registry.keys())))


@route(
    access_operation(
        "POST",
        "keys",
        "Issue a key",
        body=Body(KeyBody, {"desk": {"name": "desk"}}),
        answers={
            201: Answer(
                "The key, which is shown this once.",
                {JSON: NewKey},
                ("Cache-Control", "Onrecord-Revision"),
            )
        },
        problems=("key-exists", *BODY_PROBLEMS, *CHANGE_PROBLEMS),
        needs="manage",
    )
)
async def issue_key(request: HttpRequest, granting: NamedDependency[Granting]) -> ReadyResponse:
    """Issues a key, which has no rights until some are granted to it."""
    parsed_query(request)
    body = await read_body(request, granting.budget, KeyBody, faults_of_key)
    made = await granting.registry.issue(body, visitor_of(request.scope).principal.author)
    await granting.everywhere(made.revision)
    return recorded_answer(made, made.revision, headers=_NO_STORE)


_NAME: Final = in_path("name", KEY_NAME.rule, {"type": "string", **KEY_NAME.schema}, "desk")


@route(
    access_operation(
        "DELETE",
        "keys/{name}",
        "Revoke a key",
        parameters=(_NAME, REASON),
        answers={201: Answer("It is revoked now.", {JSON: Recorded}, ("Onrecord-Revision",))},
        problems=("key-not-found", "already-revoked", *CHANGE_PROBLEMS),
        needs="manage",
    )
)
async def revoke_key(
    request: HttpRequest, name: FromPath[str], granting: NamedDependency[Granting]
) -> ReadyResponse:
    """Revokes a key, for ever: nobody can use it any more, and its name is given to no other."""
    reason = parsed_query(request)[REASON]
    await read_nothing(request)
    author = visitor_of(request.scope).principal.author
    done = await granting.registry.revoke(name, reason, author)
    await granting.everywhere(done.revision)
    return recorded_answer(done, done.revision)


HANDLERS: Final = (get_issued_keys, issue_key, revoke_key)
