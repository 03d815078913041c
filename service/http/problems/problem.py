"""A problem: the answer to a request that fails, in the form of RFC 9457."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from service.http.problems.kinds import KINDS

__all__ = ["MEDIA_TYPE", "Problem", "body_of", "internal", "status_of"]

MEDIA_TYPE: Final = "application/problem+json"


class Problem(NamedTuple):
    """A problem: `slug` names a row of `KINDS`; `members` are its facts."""

    slug: str
    detail: str
    members: Mapping[str, Any] = {}
    headers: Mapping[str, str] = {}


def internal(incident: str) -> Problem:
    """The problem for an unforeseen error."""
    return Problem(
        "internal",
        f"Something failed that should not. Report incident {incident} to the operator of "
        "this service; a write may be repeated with the same id or Idempotency-Key.",
        {"incident": incident},
    )


def body_of(problem: Problem, instance: str, root_path: str = "") -> bytes:
    """The problem as JSON. `instance` is the path of the request, percent-encoded; `root_path` is
    the prefix of the service's addresses, so that the type is the address of its explanation."""
    kind = KINDS[problem.slug]
    return msgspec.json.encode(
        {
            "type": f"{root_path}/problems/{problem.slug}",
            "title": kind.title,
            "status": kind.status,
            "detail": problem.detail,
            "instance": instance,
            **problem.members,
        }
    )


def status_of(problem: Problem) -> int:
    return KINDS[problem.slug].status
