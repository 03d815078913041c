"""The calls about grants."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

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
from service.messages.access import GivenGrant, GrantBody, GrantsPage, faults_of_grant
from service.messages.write_results import Recorded
from service.reading.parameters import AS_OF, NONE_MATCH
from service.writing.operation import BODY_PROBLEMS, KEY, REASON
from service.writing.write_request import caller_of

__all__ = ["HANDLERS"]


@route(
    access_operation(
        "GET",
        "grants",
        "The grants that hold, or held at a moment",
        parameters=(AS_OF, NONE_MATCH),
        answers=unchanging("The grants.", {JSON: GrantsPage}),
        problems=("timeline-not-found", "projection-lagging"),
        needs="manage",
    )
)
async def get_grants(request: HttpRequest, granting: NamedDependency[Granting]) -> Response[bytes]:
    """The grants, in the order in which they were given."""
    page = granting.registry.grants(parsed_query(request)[AS_OF])
    return answer(request, msgspec.json.encode(page))


@route(
    change_operation(
        "POST",
        "grants",
        "Give a grant",
        parameters=(KEY,),
        body=Body(GrantBody, {"desk": {"to": "key:desk", "role": "writer", "timelines": "desk-*"}}),
        answers={
            200: Answer("It was given before.", {JSON: GivenGrant}, CHANGED),
            201: Answer("It is given now.", {JSON: GivenGrant}, CHANGED),
        },
        problems=("idempotency-conflict", *BODY_PROBLEMS),
        needs="manage",
    )
)
async def give_grant(request: HttpRequest, granting: NamedDependency[Granting]) -> ReadyResponse:
    """Gives a role on some timelines to everyone, to a key, to a person or to a group."""
    terms = ChangeTerms.of(parsed_query(request))
    caller = caller_of(request, terms.dry_run, keyed=True)
    body = await read_body(request, granting.budget, GrantBody, faults_of_grant)
    grant, is_new = await granting.registry.give_grant(body, caller)
    return await granting.answer(grant, grant.revision, terms, is_new=is_new)


_GRANT: Final = in_path("id", "The grant's id.", {"type": "string"}, "019ae0d2-0000-7000-8000-0")


@route(
    change_operation(
        "DELETE",
        "grants/{id}",
        "Take a grant",
        parameters=(_GRANT, REASON),
        answers={201: Answer("It is taken now.", {JSON: Recorded}, CHANGED)},
        problems=("grant-not-found",),
        needs="manage",
    )
)
async def take_grant(
    request: HttpRequest,
    id: FromPath[str],  # noqa: A002 - the API's own word for it
    granting: NamedDependency[Granting],
) -> ReadyResponse:
    """Takes a grant: rights that follow only from it end."""
    query = parsed_query(request)
    terms = ChangeTerms.of(query)
    await read_nothing(request)
    caller = caller_of(request, terms.dry_run)
    done = await granting.registry.take_grant(id, query[REASON], caller)
    return await granting.answer(done, done.revision, terms)


HANDLERS: Final = (get_grants, give_grant, take_grant)
