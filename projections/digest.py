"""The digest of all that is folded of a timeline, as of a revision.

SHA-256 over sections in a fixed order. A section is its name and a line feed, then a line for
each row: a JSON array. Rows are those of events up to the revision, the versions that have ended
since included; what ended later has no end yet (null). docs/audit.md tells sections and columns:
where a table changes, the question changes, and what is hashed stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

import msgspec

from projections.reader import Reader
from projections.schema import CONTENTS
from projections.timeline_queries import TimelineRef

__all__ = ["SECTIONS", "digest_at"]

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
SELECT content - ?1 * ?3, st, speaker, shown FROM contents
WHERE content >= ?1 * ?3 AND content <= ?1 * ?3 + ?2 ORDER BY content""",
    "versions": """
SELECT st, since, CASE WHEN until <= ?2 THEN until END, content - ?1 * ?3, kind, standing,
  unsourced, occurred_start, occurred_end, said_start, said_end, supports, disputes, related,
  credibility, touched
FROM statement_versions WHERE tl = ?1 AND since <= ?2 ORDER BY st, until""",
    "terms": """
SELECT field, key, st, since, CASE WHEN until <= ?2 THEN until END FROM terms
WHERE tl = ?1 AND since <= ?2 ORDER BY field, key, st, since""",
    "relations": """
SELECT source, since, CASE WHEN until <= ?2 THEN until END, relation, target, note FROM relations
WHERE tl = ?1 AND since <= ?2 ORDER BY source, since, relation, target""",
    "causes": """
SELECT st, standing, revision, since, CASE WHEN until <= ?2 THEN until END FROM causes
WHERE tl = ?1 AND since <= ?2 ORDER BY st, standing, revision, since""",
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
"""Each takes the timeline and the revision, some `CONTENTS` too. The full-text index holds the
words of the contents, and nothing that they do not tell."""

_encoder = msgspec.json.Encoder()


def digest_at(reader: Reader, ref: TimelineRef, revision: int) -> str:
    """`sha256:<hex>` over what is folded of events up to `revision`, 1 to `ref.revision`.

    The caller holds the reader steady where something may be folded meanwhile. Raises
    QueryTooLong where a section takes too long.
    """
    found = sha256()
    for name in SECTIONS:
        found.update(f"{name}\n".encode())
        for line in _lines(reader, name, ref, revision):
            found.update(line)
    return f"sha256:{found.hexdigest()}"


def _lines(reader: Reader, name: str, ref: TimelineRef, revision: int) -> Iterator[bytes]:
    question = SECTIONS[name]
    values = (ref.tl, revision, CONTENTS) if "?3" in question else (ref.tl, revision)
    for row in reader.each(question, values):
        if name == "contents":
            row = (*row[:-1], msgspec.Raw(row[-1]))
        yield _encoder.encode(row) + b"\n"
