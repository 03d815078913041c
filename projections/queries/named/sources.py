"""Queries about sources: what statements name as evidence, and how it was graded."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from msgspec import Struct

from projections.answers.source import ShownSourceGrade, SourceItem
from projections.queries.columns.cached_columns import matching_in
from projections.queries.listing.filter import StatementFilter
from projections.queries.listing.terms_at import terms_at
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader
from projections.storage.schema import SOURCE

__all__ = ["graded_sources", "list_sources"]


class _Description(Struct, frozen=True):
    id: str
    title: str
    publisher: str | None = None
    url: str | None = None


class _Described(Struct, frozen=True):
    sources: list[_Description]


_described = msgspec.json.Decoder(_Described)

_KEYS = """
SELECT key FROM (
  SELECT * FROM (SELECT key FROM term_spans WHERE tl = ?1 AND field = ?2 AND key > ?3
    GROUP BY key LIMIT ?4)
  UNION SELECT * FROM (SELECT key FROM postings WHERE tl = ?1 AND field = ?2 AND key > ?3
    GROUP BY key LIMIT ?4))
ORDER BY key LIMIT ?4
"""
_NAMED = "SELECT key, count(*), max(since), st FROM {terms} GROUP BY key ORDER BY key"

_DESCRIBED = """
SELECT c.shown FROM statement_versions v CROSS JOIN contents c ON c.content = v.content
WHERE v.tl = ?1 AND v.st = ?2 AND v.until =
  (SELECT min(o.until) FROM statement_versions o WHERE o.tl = ?1 AND o.st = ?2 AND o.until > ?3)
"""

_GRADES = """
SELECT reliability, note, author, revision, recorded_at FROM source_grades
WHERE tl = ? AND source = ? AND revision <= ? ORDER BY revision
"""

_GRADED = """
SELECT DISTINCT g.source FROM json_each(?) n
CROSS JOIN source_grades g ON g.tl = ? AND g.source = n.value AND g.revision <= ?
"""

_encode = msgspec.json.Encoder().encode


def graded_sources(
    reader: Reader, ref: TimelineRef, revision: int, sources: Collection[str]
) -> set[str]:
    """Those of the sources, by id, that somebody had graded by `revision`."""
    asked = (_encode(list(sources)).decode(), ref.tl, revision)
    return {source for (source,) in reader.all(_GRADED, asked)}


def list_sources(
    reader: Reader, ref: TimelineRef, revision: int, *, limit: int = 50, after: str = ""
) -> tuple[list[SourceItem], str | None]:
    """Up to `limit` sources that statements name at `revision`, ordered by id, after the id
    `after`; and the id for the next page, or None on the last page."""
    matching = matching_in(reader, ref, StatementFilter(), revision)
    if matching is None:
        named = _named_in_tables(reader, ref.tl, revision, after, limit + 1)
    else:
        named = matching.sources(after, limit + 1)
    items = [
        _source_at(reader, ref.tl, source, revision, statements, st)
        for source, statements, st in named[:limit]
    ]
    return items, items[-1].id if len(named) > limit else None


def _named_in_tables(
    reader: Reader, tl: int, revision: int, after: str, limit: int
) -> list[tuple[str, int, int]]:
    """Up to `limit` sources after `after` that statements name at `revision`: their ids, how many
    name each, and the statement that describes it."""
    named: list[tuple[str, int, int]] = []
    keys = [after]
    while keys and len(named) < limit:
        keys = [key for (key,) in reader.all(_KEYS, (tl, SOURCE, keys[-1], limit))]
        terms = terms_at(tl, (SOURCE,), revision, keys=keys)
        rows = reader.all(_NAMED.format(terms=terms.sql), terms.values)
        named += [(key, count, st) for key, count, _, st in rows]
    return named[:limit]


def _source_at(
    reader: Reader, tl: int, source: str, revision: int, statements: int, st: int
) -> SourceItem:
    """The source as statement `st` describes it, with the number of statements that name it."""
    shown = reader.one(_DESCRIBED, (tl, st, revision))
    if shown is None:
        raise LookupError(f"source {source!r} is named by statement {st}, which is not there")
    # A statement may name one source twice; the last description counts.
    described = [d for d in _described.decode(shown[0]).sources if d.id == source][-1]
    grades = [
        ShownSourceGrade(
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
