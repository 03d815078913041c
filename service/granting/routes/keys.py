"""The calls about keys."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.event.access_words import KEY_NAME
from service.granting.routes.granting import (
    CHANGED,
    ChangeTerms,
    Granting,
    access_operation,
    change_operation,
    read_body,
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
from service.writing.write_request import caller_of

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
    change_operation(
        "POST",
        "keys",
        "Issue a key",
        body=Body(KeyBody, {"desk": {"name": "desk"}}),
        answers={
            201: Answer(
                "The key, which is shown this once.",
                {JSON: NewKey},
                ("Cache-Control", *CHANGED),
            )
        },
        problems=("key-exists", *BODY_PROBLEMS),
        needs="manage",
    )
)
async def issue_key(request: HttpRequest, granting: NamedDependency[Granting]) -> ReadyResponse:
    """Issues a key, which has no rights until some are granted to it."""
    terms = ChangeTerms.of(parsed_query(request))
    body = await read_body(request, granting.budget, KeyBody, faults_of_key)
    made = await granting.registry.issue_key(body, caller_of(request, terms.dry_run))
    return await granting.answer(made, made.revision, terms, headers=_NO_STORE)


_NAME: Final = in_path("name", KEY_NAME.rule, {"type": "string", **KEY_NAME.schema}, "desk")


@route(
    change_operation(
        "DELETE",
        "keys/{name}",
        "Revoke a key",
        parameters=(_NAME, REASON),
        answers={201: Answer("It is revoked now.", {JSON: Recorded}, CHANGED)},
        problems=("key-not-found", "already-revoked"),
        needs="manage",
    )
)
async def revoke_key(
    request: HttpRequest, name: FromPath[str], granting: NamedDependency[Granting]
) -> ReadyResponse:
    """Revokes a key for ever: nobody can use it any more, and no other key gets its name."""
    query = parsed_query(request)
    terms = ChangeTerms.of(query)
    await read_nothing(request)
    caller = caller_of(request, terms.dry_run)
    done = await granting.registry.revoke_key(name, query[REASON], caller)
    return await granting.answer(done, done.revision, terms)


HANDLERS: Final = (get_issued_keys, issue_key, revoke_key)
