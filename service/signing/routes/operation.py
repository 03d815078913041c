"""What the calls of proofs have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from events.errors import Lagging
from projections.queries.events import positions_of
from service.http.declared.operation import Answer, Operation
from service.http.declared.parameter import (
    ANY_TEXT,
    NONE_MATCH,
    Parameter,
)
from service.reading.parameters import T
from service.reading.read_side import ReadSide

__all__ = ["TEXTS", "audit_operation", "leaves_of"]

_TEXT: Final = "text/plain"
_PROBLEMS: Final = ("timeline-not-found", "projection-lagging")
TEXTS: Final = {_TEXT: ANY_TEXT.schema}
"""The content of an answer in plain text."""


def audit_operation(
    path: str,
    summary: str,
    answers: Mapping[int, Answer],
    *parameters: Parameter[Any],
    problems: tuple[str, ...] = ("not-found",),
) -> Operation:
    """The operation of a call that proves something about a timeline; `path` continues the
    timeline's path."""
    return Operation(
        "GET",
        f"/v1/timelines/{{t}}/{path}",
        "Auditing",
        summary,
        parameters=(T, *parameters, NONE_MATCH),
        answers=answers,
        problems=(*_PROBLEMS, *problems),
        needs="read",
    )


async def leaves_of(read_side: ReadSide, timeline: str, first: int, end: int) -> list[bytes]:
    """The leaves of revisions `first` + 1 to `end`, as the log holds them."""
    ref = await read_side.timeline(timeline)
    positions = positions_of(read_side.reader_of(timeline), ref, after=first, upto=end)
    if len(positions) < end - first:
        raise Lagging(ref.revision, end)
    return await read_side.leaves(ref, positions)
