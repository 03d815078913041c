"""Questions about sources: what statements name as evidence, and how it was graded."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from events.types import Reliability
from projections.reader import Reader
from projections.schema import SOURCE
from projections.timeline_queries import TimelineRef

__all__ = ["SourceGrade", "SourceItem", "list_sources", "source_named"]


class SourceGrade(Struct, frozen=True, kw_only=True):
    """One grade of a source."""

    reliability: Reliability
    note: str | None
    author: str
    revision: int
    recorded_at: str


class SourceItem(Struct, frozen=True, kw_only=True):
    """A source as it is shown: as the latest recording or correction describes it among the
    statements that name it. `reliability` is the latest grade's."""

    id: str
    title: str
    publisher: str | None
    url: str | None
    reliability: Reliability | None
    grades: list[SourceGrade]
    statements: int


class _Description(Struct, frozen=True):
    id: str
    title: str
    publisher: str | None = None
    url: str | None = None


class _Described(Struct, frozen=True):
    sources: list[_Description]


_described = msgspec.json.Decoder(_Described)

_NEXT = "SELECT min(key) FROM terms WHERE tl = ? AND field = ? AND key > ?"

_NAMED = """
SELECT count(*), max(since) FROM terms
WHERE tl = ? AND field = ? AND key = ? AND since <= ? AND until > ?
"""

_LATEST = """
SELECT c.shown FROM terms t
JOIN statement_versions v ON v.tl = t.tl AND v.st = t.st AND v.since <= ?1 AND v.until > ?1
JOIN contents c ON c.content = v.content
WHERE t.tl = ?2 AND t.field = ?3 AND t.key = ?4 AND t.since = ?5
"""

_GRADES = """
SELECT reliability, note, author, revision, recorded_at FROM source_grades
WHERE tl = ? AND source = ? AND revision <= ? ORDER BY revision
"""


def source_named(reader: Reader, ref: TimelineRef, source: str, revision: int) -> bool:
    """Whether any statement names the source at `revision`."""
    row = reader.one(
        "SELECT 1 FROM terms WHERE tl = ? AND field = ? AND key = ? AND since <= ? AND until > ?"
        " LIMIT 1",
        (ref.tl, SOURCE, source, revision, revision),
    )
    return row is not None


def list_sources(
    reader: Reader, ref: TimelineRef, revision: int, *, limit: int = 50, after: str = ""
) -> tuple[list[SourceItem], str | None]:
    """Up to `limit` sources that statements name at `revision`, by id, behind the id `after`;
    and the id to go on from, None at the end."""
    items: list[SourceItem] = []
    source: str | None = after
    while len(items) <= limit:
        row = reader.one(_NEXT, (ref.tl, SOURCE, source))
        source = row[0] if row else None
        if source is None:
            break
        item = _source_at(reader, ref.tl, source, revision)
        if item is not None:
            items.append(item)
    return items[:limit], items[limit - 1].id if len(items) > limit else None


def _source_at(reader: Reader, tl: int, source: str, revision: int) -> SourceItem | None:
    row = reader.one(_NAMED, (tl, SOURCE, source, revision, revision))
    statements, latest = row or (0, None)
    if not statements:
        return None
    shown = reader.one(_LATEST, (revision, tl, SOURCE, source, latest))
    if shown is None:
        raise LookupError(f"source {source!r} is named at {latest}, but by no statement")
    # A statement may name one source twice: what it says last counts.
    described = [d for d in _described.decode(shown[0]).sources if d.id == source][-1]
    grades = [
        SourceGrade(
            reliability=reliability, note=note, author=author, revision=rev, recorded_at=recorded
        )
        for reliability, note, author, rev, recorded in reader.all(_GRADES, (tl, source, revision))
    ]
    return SourceItem(
        id=source,
        title=described.title,
        publisher=described.publisher,
        url=described.url,
        reliability=grades[-1].reliability if grades else None,
        grades=grades,
        statements=statements,
    )
