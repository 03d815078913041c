"""Queries of the writing rules about the current state of everything that the commands of a call
name. Each is a single query, however many things it is about, and costs a few index lookups for
each thing, however long the history is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, cast

import msgspec

from events.event.types import ActorType
from events.statement.statement import Statement
from projections.fold.contents import statement_in
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader
from projections.storage.schema import CONTENTS, RELATIONS, SOURCE, sql

__all__ = [
    "HeldSpelling",
    "NamedActor",
    "NamedStatement",
    "Triple",
    "actors_named",
    "changed_at",
    "contents_made",
    "first_events",
    "is_named_beside",
    "last_revision",
    "positions_at",
    "redactions_among",
    "relations_among",
    "spellings_held",
    "statements_named",
]

_Position = tuple[int, int]
"""An event's revision and position."""

Triple = tuple[str, str, str]
"""A relation: its source, its name and its target."""


class NamedStatement(NamedTuple):
    """A statement by revisions: when it was recorded, when it got its present content, and when it
    was retracted, if it is."""

    recorded: int
    made: int
    retracted: int | None


class NamedActor(NamedTuple):
    """A registered actor; `since` is the revision that gave it its name and type."""

    id: str
    name: str
    type: ActorType
    since: int


class HeldSpelling(NamedTuple):
    """A spelling as it was written: its actor, its use (`id`, `name` or `alias`), and the revision
    since which it is used."""

    key: str
    role: str
    actor: str
    spelling: str
    since: int


_encode = msgspec.json.Encoder().encode

_FIRST = """
SELECT n.value, e.revision, e.position FROM json_each(?1) n
CROSS JOIN events e ON e.tl = ?2 AND e.revision =
  (SELECT min(s.revision) FROM event_subjects s WHERE s.tl = ?2 AND s.subject = n.value)
"""
_LAST = "SELECT max(revision) FROM event_subjects WHERE tl = ? AND subject = ?"
_POSITIONS = """
SELECT e.revision, e.position FROM json_each(?1) n
CROSS JOIN events e ON e.tl = ?2 AND e.revision = n.value
"""
_CHANGED = """
SELECT v.since FROM statements s
CROSS JOIN statement_versions v ON v.tl = s.tl AND v.st = s.st AND v.since <= ?3 AND v.until =
  (SELECT min(o.until) FROM statement_versions o WHERE o.tl = s.tl AND o.st = s.st AND o.until > ?3)
WHERE s.tl = ?1 AND s.id = ?2
"""
_STATEMENTS = sql("""
SELECT s.id, s.st, v.content - ?3, CASE WHEN v.standing = {RETRACTED} THEN
  (SELECT max(k.revision) FROM causes k
   WHERE k.tl = s.tl AND k.st = s.st AND k.until = {STILL} AND k.standing = {RETRACTED}) END
FROM json_each(?1) n
CROSS JOIN statements s ON s.tl = ?2 AND s.id = n.value
CROSS JOIN statement_versions v ON v.tl = s.tl AND v.st = s.st AND v.until = {STILL}
""")
_CONTENTS = """
SELECT c.content - ?2, c.shown FROM json_each(?1) n
CROSS JOIN contents c ON c.content = n.value + ?2
"""
_REDACTED = """
SELECT r.id, r.revision FROM json_each(?1) n
CROSS JOIN redactions r ON r.tl = ?2 AND r.id = n.value
"""
_RELATIONS = sql("""
SELECT n.key FROM json_each(?1) n
CROSS JOIN statements s ON s.tl = ?2 AND s.id = n.value ->> 0
CROSS JOIN statements t ON t.tl = ?2 AND t.id = n.value ->> 2
CROSS JOIN relations r ON r.tl = s.tl AND r.source = s.st AND r.until = {STILL}
  AND r.relation = n.value ->> 1 AND r.target = t.st
""")
_ACTORS = sql("""
SELECT a.key, a.id, a.name, a.type, a.since FROM json_each(?1) n
CROSS JOIN actors a ON a.tl = ?2 AND a.key = n.value AND a.until = {STILL}
""")
_SPELLINGS = sql("""
SELECT p.key, p.role, a.id, p.spelling, p.since FROM json_each(?1) n
CROSS JOIN spellings p ON p.tl = ?2 AND p.key = n.value AND p.until = {STILL}
CROSS JOIN spellings i ON i.tl = p.tl AND i.actor = p.actor AND i.until = {STILL} AND i.role = 'id'
CROSS JOIN actors a ON a.tl = i.tl AND a.key = i.key AND a.until = {STILL}
""")
_NAMING = sql("""
SELECT s.id FROM terms t CROSS JOIN statements s ON s.tl = t.tl AND s.st = t.st
WHERE t.tl = ? AND t.field = ? AND t.key = ? AND t.until = {STILL} LIMIT ?
""")


def first_events(
    reader: Reader, ref: TimelineRef, subjects: Sequence[str]
) -> Mapping[str, _Position]:
    """The position of the first event that touched each subject. Subjects that no event has touched
    are left out."""
    rows = reader.all(_FIRST, (_encode(subjects).decode(), ref.tl))
    return {subject: (revision, position) for subject, revision, position in rows}


def last_revision(reader: Reader, ref: TimelineRef, subject: str) -> int:
    """The revision of the last event that touched the subject, 0 for none."""
    row = reader.one(_LAST, (ref.tl, subject))
    return (row[0] or 0) if row else 0


def positions_at(reader: Reader, ref: TimelineRef, revisions: Sequence[int]) -> list[_Position]:
    """The positions of the events with these revisions, in the same order."""
    rows = reader.all(_POSITIONS, (_encode(revisions).decode(), ref.tl))
    return [(revision, position) for revision, position in rows]


def changed_at(reader: Reader, ref: TimelineRef, id: str, revision: int) -> int | None:  # noqa: A002 - the field's own name
    """The last revision up to `revision` at which the shown statement changed; None if there is no
    such statement."""
    row = reader.one(_CHANGED, (ref.tl, id, revision))
    return row[0] if row else None


def statements_named(
    reader: Reader, ref: TimelineRef, ids: Sequence[str]
) -> dict[str, NamedStatement]:
    """The statements with these ids; unknown and redacted ones are left out."""
    rows = reader.all(_STATEMENTS, (_encode(ids).decode(), ref.tl, ref.tl * CONTENTS))
    return {id_: NamedStatement(*row) for id_, *row in rows}


def contents_made(
    reader: Reader, ref: TimelineRef, revisions: Sequence[int]
) -> dict[int, Statement]:
    """The statements as the events with these revisions, which are folded, recorded or corrected
    them."""
    rows = reader.all(_CONTENTS, (_encode(revisions).decode(), ref.tl * CONTENTS))
    return {revision: statement_in(shown) for revision, shown in rows}


def redactions_among(reader: Reader, ref: TimelineRef, ids: Sequence[str]) -> dict[str, int]:
    """Those of the ids whose statement was redacted, with the revisions of the redactions."""
    rows = reader.all(_REDACTED, (_encode(ids).decode(), ref.tl))
    return dict(rows)


def relations_among(reader: Reader, ref: TimelineRef, wanted: Sequence[Triple]) -> set[Triple]:
    """Those of the relations that are in force. No statement has an unknown relation."""
    known = [each for each in wanted if each[1] in RELATIONS]
    numbered = [(source, RELATIONS.index(name), target) for source, name, target in known]
    rows = reader.all(_RELATIONS, (_encode(numbered).decode(), ref.tl))
    return {known[number] for (number,) in rows}


def actors_named(reader: Reader, ref: TimelineRef, keys: Sequence[str]) -> Mapping[str, NamedActor]:
    """The registered actors whose ids have these keys, by key."""
    rows = reader.all(_ACTORS, (_encode(keys).decode(), ref.tl))
    return {
        key: NamedActor(id_, name, cast("ActorType", type_), since)
        for key, id_, name, type_, since in rows
    }


def spellings_held(reader: Reader, ref: TimelineRef, keys: Sequence[str]) -> list[HeldSpelling]:
    """The actors and uses of the spellings with these keys; an actor may use one spelling in
    several ways."""
    rows = reader.all(_SPELLINGS, (_encode(keys).decode(), ref.tl))
    return [HeldSpelling(*row) for row in rows]


def is_named_beside(reader: Reader, ref: TimelineRef, source: str, beside: Collection[str]) -> bool:
    """Whether a statement names the source, apart from the statements with the ids in `beside`."""
    rows = reader.all(_NAMING, (ref.tl, SOURCE, source, len(beside) + 1))
    return any(id_ not in beside for (id_,) in rows)
