"""The digest of everything that is folded of a timeline, as of a revision.

SHA-256 over sections in a fixed order. A section is its name and a line feed, then a line for each
row: a JSON array. The rows are those of events up to the revision, including versions that ended by
then; if a version ended later, its end is null. docs/audit.md describes sections and columns. If a
table changes, the query is adapted, so that the hashed lines stay the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from heapq import merge
from typing import Any, Final

import msgspec

from events.statement.timeline_names import ACCESS_TIMELINE, PROPOSALS
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader
from projections.storage.schema import CONTENTS

__all__ = ["ACCESS_SECTIONS", "PROPOSAL_SECTIONS", "SECTIONS", "digest_at"]

SECTIONS: Final[dict[str, str]] = {
    "titles": """
SELECT since, title, description, language FROM timeline_versions
WHERE tl = ?1 AND since <= ?2 ORDER BY since""",
    "spans": """
SELECT since, first, last FROM timeline_spans WHERE tl = ?1 AND since <= ?2 ORDER BY since""",
    "events": """
SELECT revision, recorded_at, type, statements FROM events
WHERE tl = ?1 AND revision <= ?2 ORDER BY revision""",
    "subjects": """
SELECT subject, revision FROM event_subjects
WHERE tl = ?1 AND revision <= ?2 ORDER BY subject, revision""",
    "redactions": """
SELECT id, revision FROM redactions r WHERE tl = ?1 AND EXISTS (SELECT 1 FROM event_subjects s
  WHERE s.tl = r.tl AND s.subject = 'statements/' || r.id AND s.revision <= ?2) ORDER BY id""",
    "statements": """
SELECT st, id FROM statements WHERE tl = ?1 AND st <= ?2 ORDER BY st""",
    "contents": """
SELECT content - ?1 * ?3, st, speakers, shown FROM contents
WHERE content >= ?1 * ?3 AND content <= ?1 * ?3 + ?2 ORDER BY content""",
    "versions": """
SELECT st, since, CASE WHEN until <= ?2 THEN until END, content - ?1 * ?3, kind, standing,
  unsourced, occurred_start, occurred_end, said_start, said_end, supports, disputes, related,
  credibility, touched
FROM statement_versions WHERE tl = ?1 AND since <= ?2 ORDER BY st, until""",
    "terms": """
SELECT field, key, st, since, CASE WHEN until <= ?2 THEN until END FROM term_spans
WHERE tl = ?1 AND since <= ?2 ORDER BY field, key, st, since""",
    "relations": """
SELECT source, since, CASE WHEN until <= ?2 THEN until END, relation, target, note, said_on,
  evidence
FROM relations
WHERE tl = ?1 AND since <= ?2 ORDER BY source, since, relation, target""",
    "causes": """
SELECT st, standing, revision, since, CASE WHEN until <= ?2 THEN until END FROM causes
WHERE tl = ?1 AND since <= ?2 ORDER BY st, standing, revision, since""",
    "retractions": """
SELECT st, revision, shown FROM retractions
WHERE tl = ?1 AND revision <= ?2 ORDER BY st, revision""",
    "actors": """
SELECT key, since, CASE WHEN until <= ?2 THEN until END, actor, id, name, type FROM actors
WHERE tl = ?1 AND since <= ?2 ORDER BY key, since""",
    "spellings": """
SELECT key, role, since, CASE WHEN until <= ?2 THEN until END, actor, spelling FROM spellings
WHERE tl = ?1 AND since <= ?2 ORDER BY key, role, since""",
    "mentions": """
SELECT key, since, spelling FROM mentions WHERE tl = ?1 AND since <= ?2 ORDER BY key""",
    "grades": """
SELECT source, revision, reliability, note, author, recorded_at FROM source_grades
WHERE tl = ?1 AND revision <= ?2 ORDER BY source, revision""",
}
ACCESS_SECTIONS: Final[dict[str, str]] = {
    "keys": """
SELECT name, since, CASE WHEN until <= ?2 THEN until END, id, sha256, expires, issued, author,
  recorded_at, revoked, reason, revoker, revoked_at
FROM keys WHERE tl = ?1 AND since <= ?2 ORDER BY name, since""",
    "grants": """
SELECT id, since, CASE WHEN until <= ?2 THEN until END, grantee, role, timelines, author,
  recorded_at
FROM grants WHERE tl = ?1 AND since <= ?2 ORDER BY id, since""",
}
"""The further sections of the timeline `_access`."""
PROPOSAL_SECTIONS: Final[dict[str, str]] = {
    "proposals": """
SELECT id, since, CASE WHEN until <= ?2 THEN until END, made, state, author
FROM proposals WHERE tl = ?1 AND since <= ?2 ORDER BY id, since""",
}
"""The further section of the timelines of proposals."""

_ALL: Final = {**SECTIONS, **ACCESS_SECTIONS, **PROPOSAL_SECTIONS}
"""The parameters are the timeline and the revision, and for some `CONTENTS`. The full-text index,
and `occurred_late` and `said_late` of versions, are left out: they follow from the contents."""

_POSTINGS: Final = """
SELECT field, key, statements, CASE ended WHEN 0 THEN '{}' ELSE
  (SELECT json_group_object(e.st, e.until) FROM json_each(p.statements) n
    CROSS JOIN posting_ends e ON e.tl = ?1 AND e.field = p.field AND e.key = p.key
      AND e.st = n.value AND e.until <= ?2) END
FROM postings p WHERE tl = ?1 AND first <= ?2 ORDER BY field, key, first
"""
"""The rows of `terms` that are in postings, with the ends of those that ended. Postings of one key
follow each other, so what is in them has the order of the section."""

_encoder = msgspec.json.Encoder()
_numbers = msgspec.json.Decoder(list[int])
_ends = msgspec.json.Decoder(dict[int, int])


def digest_at(reader: Reader, ref: TimelineRef, revision: int) -> str:
    """`sha256:<hex>` over what is folded of events up to `revision`, 1 to `ref.revision`.

    The caller must hold the reader steady if events may be folded meanwhile. Raises QueryTooLong if
    a section takes too long.
    """
    found = sha256()
    for name in _sections_of(ref.name):
        found.update(f"{name}\n".encode())
        for line in _lines(reader, name, ref, revision):
            found.update(line)
    return f"sha256:{found.hexdigest()}"


def _sections_of(timeline: str) -> tuple[str, ...]:
    if timeline == ACCESS_TIMELINE:
        return (*SECTIONS, *ACCESS_SECTIONS)
    return (*SECTIONS, *PROPOSAL_SECTIONS) if timeline.startswith(PROPOSALS) else (*SECTIONS,)


def _lines(reader: Reader, name: str, ref: TimelineRef, revision: int) -> Iterator[bytes]:
    question = _ALL[name]
    values = (ref.tl, revision, CONTENTS) if "?3" in question else (ref.tl, revision)
    rows = reader.each(question, values)
    if name == "terms":  # both come in order, which costs less than to sort them
        rows = merge(rows, _posted(reader, ref.tl, revision))
    for row in rows:
        if name == "contents":
            row = (*row[:-2], *map(msgspec.Raw, row[-2:]))
        yield _encoder.encode(row) + b"\n"


def _posted(reader: Reader, tl: int, revision: int) -> Iterator[tuple[Any, ...]]:
    for field, key, statements, ended in reader.each(_POSTINGS, (tl, revision)):
        ends = _ends.decode(ended)
        for st in _numbers.decode(statements):
            if st <= revision:
                yield field, key, st, st, ends.get(st)
