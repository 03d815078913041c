"""Problems as responses: the answer to a request that raised an error, and the pages that explain
each kind."""

from __future__ import annotations

import re
import secrets
from typing import Any, Final
from urllib.parse import quote

import structlog
from litestar import Request, Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.types import Scope

from service.http.answers import ReadyResponse, answer
from service.http.declared.operation import NOTHING, Operation, route, unchanging
from service.http.declared.parameter import ANY_TEXT, NONE_MATCH, in_path
from service.http.declared.query import parsed_query
from service.http.problems.kinds import KINDS, ProblemKind
from service.http.problems.problem import MEDIA_TYPE, Problem, body_of, internal, status_of
from service.http.problems.translation import problem_of
from service.http.requests import prefix_of

__all__ = ["explain", "failure", "handle", "instance_of", "refusal"]

_STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})")

_log = structlog.get_logger("onrecord.problems")


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The answer to a request that raised `error`."""
    problem = _judge(request.scope, error)
    return Response(
        _body(problem, request.scope),
        status_code=status_of(problem),
        headers=dict(problem.headers),
        media_type=MEDIA_TYPE,
    )


def refusal(scope: Scope, problem: Problem) -> ReadyResponse:
    """The same answer for a request that does not reach the router."""
    return ReadyResponse(_body(problem, scope), status_of(problem), problem.headers, MEDIA_TYPE)


def failure(scope: Scope, error: Exception) -> ReadyResponse:
    """The same answer for a request that failed before it reached the router."""
    return refusal(scope, _judge(scope, error))


def _judge(scope: Scope, error: Exception) -> Problem:
    """The problem for an error. An unforeseen error is logged with its traceback."""
    problem = problem_of(error, writing=scope.get("method") != "GET")
    if problem is None:
        incident = secrets.token_hex(8)
        _log.error("incident", incident=incident, path=instance_of(scope), exc_info=error)
        return internal(incident)
    if status_of(problem) >= 500:
        _log.warning("unavailable", path=instance_of(scope), reason=str(error), slug=problem.slug)
    return problem


def _body(problem: Problem, scope: Scope) -> bytes:
    return body_of(problem, instance_of(scope), prefix_of(scope))


def instance_of(scope: Scope) -> str:
    """The path of the request, percent-encoded."""
    """The path that the client requested, with the prefix under which the service is shown."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return prefix_of(scope) + quote(_STRAY.sub(b"%25", raw), safe="/%-._~!$&'()*+,;=:@")


_SLUG: Final = in_path(
    "slug", "The last part of a problem's type.", {"enum": list(KINDS)}, "not-found"
)


@route(
    Operation(
        "GET",
        "/problems/{slug}",
        "Operations",
        "What a problem means",
        parameters=(_SLUG, NONE_MATCH),
        answers=unchanging("What a problem means", {"text/markdown": ANY_TEXT.schema}),
        problems=("not-found",),
        needs=NOTHING,
    )
)
async def explain(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[bytes]:
    """What a kind of problem means and what to do about it."""
    parsed_query(request)
    kind = KINDS.get(slug)
    if kind is None:
        raise NotFoundException("There is no kind of problem of that name.")
    text = _text(slug, kind).encode()
    return answer(request, text, media_type="text/markdown")


def _text(slug: str, kind: ProblemKind) -> str:
    lines = [f"# {kind.title}", "", f"`{slug}`, status {kind.status}", "", kind.explanation, ""]
    if kind.members:
        lines += ["Members: " + ", ".join(f"`{member}`" for member in kind.members), ""]
    if kind.headers:
        lines += ["Headers: " + ", ".join(f"`{header}`" for header in kind.headers), ""]
    return "\n".join(lines)
