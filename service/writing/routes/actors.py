"""The calls about actors, their spellings, and sources."""

from __future__ import annotations

from typing import Final

from litestar.di import NamedDependency

from service.http.answers import HttpRequest, ReadyResponse
from service.http.declared.operation import Body, route
from service.messages.bodies import ActorBody, AliasBody, SourceGrading
from service.writing.operation import (
    ALIAS,
    ALIAS_GIVEN,
    BODY_PROBLEMS,
    KEY,
    SOURCE,
    on_actor,
    write_operation,
)
from service.writing.routes.steps import WriteSteps

__all__ = ["HANDLERS"]


@route(
    write_operation(
        "POST",
        "sources/{id}/grades",
        "Grade how reliable a source is",
        SOURCE,
        KEY,
        body=Body(SourceGrading, {"example": {"reliability": "B"}}),
        problems=("timeline-not-found", "source-not-found", "idempotency-conflict"),
    )
)
async def grade_source(request: HttpRequest, write: NamedDependency[WriteSteps]) -> ReadyResponse:
    """Grades how reliable a source is."""
    return await write.about_one(await write.read.source_grade(request))


@route(
    on_actor(
        "PUT",
        "",
        "Register an actor, or change its description",
        problems=("spelling-taken", *BODY_PROBLEMS),
    )._replace(body=Body(ActorBody, {"example": {"name": "KCNA", "type": "agency"}}))
)
async def put_actor(request: HttpRequest, write: NamedDependency[WriteSteps]) -> ReadyResponse:
    """Registers an actor, or changes its description."""
    return await write.about_one(await write.read.actor(request))


@route(
    on_actor(
        "POST",
        "aliases",
        "Give an actor another spelling, which may have a `/`",
        KEY,
        problems=("actor-not-found", "spelling-taken", "idempotency-conflict", *BODY_PROBLEMS),
    )._replace(body=Body(AliasBody, {"example": {"alias": "KCNA / 조선중앙통신"}}))
)
async def post_alias(request: HttpRequest, write: NamedDependency[WriteSteps]) -> ReadyResponse:
    """Adds a spelling to an actor."""
    return await write.about_one(await write.read.alias(request))


@route(
    on_actor(
        "DELETE",
        "aliases",
        "Take a spelling from an actor, which may have a `/`",
        ALIAS_GIVEN,
        problems=("actor-not-found", "alias-not-found"),
    )
)
async def delete_given_alias(
    request: HttpRequest, write: NamedDependency[WriteSteps]
) -> ReadyResponse:
    """Takes a spelling from an actor."""
    return await write.about_one(await write.read.given_alias(request))


@route(
    on_actor(
        "PUT",
        "aliases/{alias}",
        "Give an actor another spelling",
        ALIAS,
        problems=("actor-not-found", "spelling-taken"),
    )
)
async def put_alias(request: HttpRequest, write: NamedDependency[WriteSteps]) -> ReadyResponse:
    """Adds a spelling to an actor."""
    return await write.about_one(await write.read.added_alias(request))


@route(
    on_actor(
        "DELETE",
        "aliases/{alias}",
        "Take a spelling from an actor",
        ALIAS,
        problems=("actor-not-found", "alias-not-found"),
    )
)
async def delete_alias(request: HttpRequest, write: NamedDependency[WriteSteps]) -> ReadyResponse:
    """Takes a spelling from an actor: earlier statements then show it as a name without an
    actor."""
    return await write.about_one(await write.read.removed_alias(request))


HANDLERS: Final = (
    grade_source,
    put_actor,
    post_alias,
    delete_given_alias,
    put_alias,
    delete_alias,
)
