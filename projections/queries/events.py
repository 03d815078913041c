"""Queries about events: their positions in the log. Their contents are read from the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader

__all__ = [
    "Redacted",
    "last_recorded_by",
    "list_redactions",
    "positions_of",
    "recorded_at",
    "redaction_of",
]

# The first events of each subject, or of each type, are looked up in the order of an index, so that
# no other events are read, however many there are.
_OF_SUBJECT = """
SELECT * FROM (SELECT e.revision, e.position FROM event_subjects s
  CROSS JOIN events e ON e.tl = s.tl AND e.revision = s.revision
  WHERE s.tl = ?1 AND s.subject = {this} AND s.revision > ?2 AND s.revision <= ?3 {also}
  ORDER BY s.revision LIMIT ?4)
"""
_OF_TYPE = """
SELECT * FROM (SELECT e.revision, e.position FROM events e INDEXED BY events_type
  WHERE e.tl = ?1 AND e.type = {this} AND e.revision > ?2 AND e.revision <= ?3
  ORDER BY e.revision LIMIT ?4)
"""
_ALL = """
SELECT e.revision, e.position FROM events e
WHERE e.tl = ?1 AND e.revision > ?2 AND e.revision <= ?3
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
    """(revision, position) of the events that touch any of `subjects` and have any of `types`,
    ascending. An empty sequence selects all. Revisions are in (`after`, `upto`]; the default of
    `upto` is the last folded revision.

    In a stalled timeline events beyond `ref.revision` are known too; pass `upto` to get them.
    """
    upto = ref.revision if upto is None else upto
    subjects, types = list(dict.fromkeys(subjects)), list(dict.fromkeys(types))
    values = [ref.tl, after, upto, -1 if limit is None else limit, *subjects, *types]
    places = [f"?{number + 5}" for number in range(len(subjects) + len(types))]
    named = places[len(subjects) :]
    if subjects:
        also = f"AND e.type IN ({', '.join(named)})" if types else ""
        parts = [_OF_SUBJECT.format(this=place, also=also) for place in places[: len(subjects)]]
    else:
        parts = [_OF_TYPE.format(this=place) for place in named] or [_ALL]
    # UNION keeps an event that touches two of the subjects from being listed twice.
    query = f"{' UNION '.join(parts)} ORDER BY revision LIMIT ?4"
    return [(revision, position) for revision, position in reader.all(query, values)]


def recorded_at(reader: Reader, ref: TimelineRef, revision: int) -> int | None:
    """When an event was recorded, in microseconds since 1970, or None if the event is unknown."""
    row = reader.one(
        "SELECT recorded_at FROM events WHERE tl = ? AND revision = ?", (ref.tl, revision)
    )
    return row[0] if row else None


def last_recorded_by(reader: Reader, ref: TimelineRef, at: int) -> int:
    """The last revision up to `ref.revision` that was recorded at `at` (microseconds since 1970) or
    before, or 0. Recorded times never go back, so it is a binary search."""
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
    """Every folded redaction."""
    rows = reader.all(
        "SELECT t.name, r.id, r.revision FROM redactions r CROSS JOIN timelines t ON t.tl = r.tl "
        "ORDER BY r.tl, r.revision"
    )
    return [Redacted(*row) for row in rows]


def redaction_of(reader: Reader, ref: TimelineRef, id: str) -> int | None:  # noqa: A002 - the field's own name
    """The revision at which the statement was redacted, or None."""
    row = reader.one("SELECT revision FROM redactions WHERE tl = ? AND id = ?", (ref.tl, id))
    return row[0] if row else None
