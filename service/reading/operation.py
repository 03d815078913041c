"""The operations that read a timeline: their common parameters and answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from service.http.declared.operation import Answer, Content, Operation, unchanging
from service.http.declared.parameter import Parameter
from service.reading.parameters import AS_OF, MIN_REVISION, NONE_MATCH, T

__all__ = ["READ_PROBLEMS", "of_revision", "of_timeline", "of_two_moments"]

READ_PROBLEMS: Final = ("rejected", "projection-lagging")
"""The problems of a query that takes too long, and of events that are not folded yet."""


def of_revision(words: str, content: Content, *headers: str) -> Mapping[int, Answer]:
    """The answers 200 and 304 about one revision."""
    return unchanging(words, content, "Onrecord-Revision", *headers)


def of_timeline(
    path: str,
    summary: str,
    answers: Mapping[int, Answer],
    *parameters: Parameter[Any],
    problems: tuple[str, ...] = (),
) -> Operation:
    """The operation of a call about one timeline, at its head or as of a moment; `path` continues
    the timeline's own."""
    operation = of_two_moments(path, summary, answers, *parameters, AS_OF)
    cacheable = (  # answers from the log fail while it is unavailable
        "log-unavailable" not in problems
    )  # answers from the log fail while the log is unavailable
    return operation._replace(problems=(*operation.problems, *problems), cacheable=cacheable)


def of_two_moments(
    path: str, summary: str, answers: Mapping[int, Answer], *parameters: Parameter[Any]
) -> Operation:
    """The operation of a call about one timeline whose parameters name two moments."""
    return Operation(
        "GET",
        f"/v1/timelines/{{t}}/{path}".rstrip("/"),
        "Reading",
        summary,
        parameters=(T, *parameters, MIN_REVISION, NONE_MATCH),
        answers=answers,
        problems=("timeline-not-found", *READ_PROBLEMS),
        cacheable=True,
        needs="read",
    )
