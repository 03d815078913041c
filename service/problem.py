"""A problem: an answer that says no, as RFC 9457 writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from service.problem_kinds import KINDS

__all__ = ["MEDIA_TYPE", "Problem", "body_of", "internal", "status_of"]

MEDIA_TYPE: Final = "application/problem+json"


class Problem(NamedTuple):
    """One answer that says no: `slug` names a row of `KINDS`; `members` are its facts."""

    slug: str
    detail: str
    members: Mapping[str, Any] = {}
    headers: Mapping[str, str] = {}


def internal(incident: str) -> Problem:
    """What is told of an error that nobody foresaw."""
    return Problem(
        "internal",
        f"Something failed that should not. Report incident {incident} to whoever runs this "
        "service; a write may be repeated with the same id or Idempotency-Key.",
        {"incident": incident},
    )


def body_of(problem: Problem, instance: str) -> bytes:
    """The problem as JSON. `instance` is the path that was asked, percent-encoded."""
    kind = KINDS[problem.slug]
    return msgspec.json.encode(
        {
            "type": f"/problems/{problem.slug}",
            "title": kind.title,
            "status": kind.status,
            "detail": problem.detail,
            "instance": instance,
            **problem.members,
        }
    )


def status_of(problem: Problem) -> int:
    return KINDS[problem.slug].status
