"""Questions about events: where in the log they are. What they hold is read from the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from projections.reader import Reader
from projections.schema import sql
from projections.timeline_queries import TimelineRef

__all__ = [
    "Redacted",
    "last_recorded_by",
    "list_redactions",
    "positions_of",
    "recorded_at",
    "redaction_of",
]

_TOUCHING = """
(SELECT DISTINCT revision FROM event_subjects
  WHERE tl = ? AND subject IN ({subjects}) AND revision > ? AND revision <= ?) s CROSS JOIN
"""
_BETWEEN = """
events e WHERE e.tl = ? AND e.revision > ? AND e.revision <= ?
"""


def positions_of(  # noqa: PLR0913 - what a list of events is asked by
    reader: Reader,
    ref: TimelineRef,
    *,
    subjects: Sequence[str] = (),
    types: Sequence[str] = (),
    after: int = 0,
    upto: int | None = None,
    limit: int | None = None,
) -> list[tuple[int, int]]:
    """(revision, position) of the events that touch any of `subjects`, of any of `types`,
    ascending. An empty sequence asks for all; revisions are those in (`after`, `upto`], `upto`
    being the head of the fold unless given.

    Where the timeline is stalled, events beyond `ref.revision` are known too: ask with `upto`.
    """
    upto = ref.revision if upto is None else upto
    values: list[Any] = []
    query = "SELECT e.revision, e.position FROM "
    if subjects:
        query += _TOUCHING
        values += [ref.tl, *subjects, after, upto]
    query += _BETWEEN if not subjects else _BETWEEN + " AND e.revision = s.revision"
    values += [ref.tl, after, upto]
    if types:
        query += " AND e.type IN ({types})"
        values += types
    values.append(-1 if limit is None else limit)
    query = sql(query + " ORDER BY e.revision LIMIT ?", subjects=subjects, types=types)
    rows = reader.all(query, values)
    return [(revision, position) for revision, position in rows]


def recorded_at(reader: Reader, ref: TimelineRef, revision: int) -> int | None:
    """When an event was recorded, in microseconds since 1970; None where it is not known."""
    row = reader.one(
        "SELECT recorded_at FROM events WHERE tl = ? AND revision = ?", (ref.tl, revision)
    )
    return row[0] if row else None


def last_recorded_by(reader: Reader, ref: TimelineRef, at: int) -> int:
    """The last revision that was recorded at `at` (microseconds since 1970) or before, up to
    `ref.revision`; 0 where there is none. Recorded times never go back, so it halves its way."""
    low, high = 0, ref.revision
    while low < high:
        middle = (low + high + 1) // 2
        then = recorded_at(reader, ref, middle)
        if then is not None and then <= at:
            low = middle
        else:
            high = middle - 1
    return low


class Redacted(NamedTuple):
    """A statement that was redacted, and the revision of the redaction."""

    timeline: str
    id: str
    revision: int


def list_redactions(reader: Reader) -> list[Redacted]:
    """Every redaction that is folded."""
    rows = reader.all(
        "SELECT t.name, r.id, r.revision FROM redactions r JOIN timelines t ON t.tl = r.tl "
        "ORDER BY r.tl, r.revision"
    )
    return [Redacted(*row) for row in rows]


def redaction_of(reader: Reader, ref: TimelineRef, id: str) -> int | None:  # noqa: A002 - the field's own name
    """The revision at which the statement was redacted; None where it was not."""
    row = reader.one("SELECT revision FROM redactions WHERE tl = ? AND id = ?", (ref.tl, id))
    return row[0] if row else None
