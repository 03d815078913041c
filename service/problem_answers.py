"""Problems as answers: what any error of a request becomes, and the pages that explain each."""

from __future__ import annotations

import re
import secrets
from typing import Any
from urllib.parse import quote

import structlog
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.types import Scope, Send

from service.answers import answer
from service.problem import MEDIA_TYPE, Problem, body_of, internal, status_of
from service.problem_kinds import KINDS, Kind
from service.problems import problem_of
from service.query_string import no_parameters

__all__ = ["explain", "handle", "judge", "refuse"]

_STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})")

_log = structlog.get_logger("onrecord.problems")


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The answer to a request that ended with `error`."""
    problem = judge(request.scope, error)
    return Response(
        body_of(problem, _instance(request.scope)),
        status_code=status_of(problem),
        headers=dict(problem.headers),
        media_type=MEDIA_TYPE,
    )


async def refuse(scope: Scope, send: Send, problem: Problem) -> None:
    """The same answer where the router has no part in it."""
    body = body_of(problem, _instance(scope))
    headers = {"content-type": MEDIA_TYPE, "content-length": str(len(body)), **problem.headers}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status_of(problem), "headers": raw})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def judge(scope: Scope, error: Exception) -> Problem:
    """The problem that an error is; one that is nobody's fault but ours is logged whole."""
    problem = problem_of(error, writing=scope.get("method") != "GET")
    if problem is None:
        incident = secrets.token_hex(8)
        _log.error("incident", incident=incident, path=_instance(scope), exc_info=error)
        return internal(incident)
    if status_of(problem) >= 500:
        _log.warning("unavailable", path=_instance(scope), reason=str(error), slug=problem.slug)
    return problem


def _instance(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return quote(_STRAY.sub(b"%25", raw), safe="/%-._~!$&'()*+,;=:@")


@get("/problems/{slug:str}", name="explain")
async def explain(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[bytes]:
    """What a kind of problem means and what to do about it."""
    no_parameters(request.scope["query_string"])
    kind = KINDS.get(slug)
    if kind is None:
        raise NotFoundException
    text = _text(slug, kind).encode()
    return answer(request, text, media_type="text/markdown")


def _text(slug: str, kind: Kind) -> str:
    lines = [f"# {kind.title}", "", f"`{slug}`, status {kind.status}", "", kind.explanation, ""]
    if kind.members:
        lines += ["Members: " + ", ".join(f"`{member}`" for member in kind.members), ""]
    if kind.headers:
        lines += ["Headers: " + ", ".join(f"`{header}`" for header in kind.headers), ""]
    return "\n".join(lines)
