"""The calls that ask: who one is, and why somebody has a right."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Response
from litestar.di import NamedDependency

from events.errors import Fault, Forbidden, InvalidInput
from events.event.access_words import GRANTEE
from events.statement.timeline_names import ANY_TIMELINE
from service.access.guards.visitor import visitor_of
from service.access.roles import RIGHTS, SERVICE_RIGHTS
from service.granting.routes.granting import Granting, access_operation
from service.granting.why import principal_named
from service.http.answers import JSON, HttpRequest, answer
from service.http.declared.operation import OWN, route, unchanging
from service.http.declared.parameter import Parameter, ParameterType, choice, optional, required
from service.http.declared.query import Query, parsed_query
from service.messages.access import Me, Why, held_grants
from service.reading.parameters import AS_OF, NONE_MATCH

__all__ = ["HANDLERS"]


@route(
    access_operation(
        "GET",
        "me",
        "Who is asking, and what they were granted",
        parameters=(NONE_MATCH,),
        answers=unchanging("The caller.", {JSON: Me}),
        problems=("projection-lagging",),
        needs=OWN,
    )
)
async def get_me(request: HttpRequest) -> Response[bytes]:
    """Who the caller is, with the grants that count for them."""
    visitor = visitor_of(request.scope)
    principal = visitor.principal
    parsed_query(request)
    me = Me(principal.name, principal.author, held_grants(visitor.grants))
    return answer(request, msgspec.json.encode(me))


def _grantee(text: str) -> str:
    if not GRANTEE.admits(text):
        raise ValueError("It is 'everyone', 'key:NAME', 'person:ADDRESS' or 'group:NAME'.")
    return text


def _timeline(text: str) -> str:
    if not ANY_TIMELINE.admits(text):
        raise ValueError(ANY_TIMELINE.rule)
    return text


_PRINCIPAL: Final = optional(
    "principal",
    "Whom the question is about; the caller where nobody is named.",
    ParameterType(_grantee, {"type": "string", **GRANTEE.schema}),
    "key:desk",
)
_RIGHT: Final[Parameter[Any]] = required(
    "right", "The right.", choice(*RIGHTS), "write", f"Say which: right={'|'.join(RIGHTS)}."
)
_TIMELINE: Final = optional(
    "timeline",
    "Where; `manage` and `operate` are rights to the whole service.",
    ParameterType(_timeline, {"type": "string", **ANY_TIMELINE.schema}),
    "kursk",
)


_NO_REVISION: Final = (
    "Give a day or a time: revisions of '_access' are for those who manage keys and grants."
)


def _check_place(query: Query) -> None:
    right = query[_RIGHT]
    if query[_TIMELINE] is None and right in RIGHTS and right not in SERVICE_RIGHTS:
        query.wrong(_TIMELINE.name, "Name the timeline: timeline=…")


@route(
    access_operation(
        "GET",
        "why",
        "Why somebody has a right, or has it not",
        parameters=(_PRINCIPAL, _RIGHT, _TIMELINE, AS_OF, NONE_MATCH),
        answers=unchanging("The answer, and the grants from which it follows.", {JSON: Why}),
        problems=("timeline-not-found", "projection-lagging"),
        needs=OWN,
    )
)
async def get_why(request: HttpRequest, granting: NamedDependency[Granting]) -> Response[bytes]:
    """Whether somebody has or had a right on a timeline, and by which grants. Anyone may ask about
    themselves; to ask about others takes the right to manage keys and grants."""
    visitor = visitor_of(request.scope)
    caller = visitor.principal
    query = parsed_query(request, _check_place)
    name = query[_PRINCIPAL]
    asked = caller if name is None else principal_named(name)
    if asked.name == caller.name:
        asked = caller
    elif not visitor.may("manage"):
        visitor.require("manage")
        raise Forbidden("manage", "Only who manages keys and grants may ask about others.")
    if isinstance(query[AS_OF], int) and not visitor.may("manage"):
        raise InvalidInput([Fault("?as_of", _NO_REVISION)])
    found = granting.registry.why(asked, query[_RIGHT], query[_TIMELINE], query[AS_OF])
    return answer(request, msgspec.json.encode(found))


HANDLERS: Final = (get_me, get_why)
