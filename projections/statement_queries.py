"""Questions about one statement, and the answer that every list repeats.

What follows from a statement's content alone was encoded when it was folded; its standing,
causes and relations are put behind it here, as of the revision asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from events.statement import Kind, Place, Quantity, Said, Source
from events.types import Credibility, Relation
from projections.reader import Reader
from projections.schema import ASSERTED, RELATIONS, STANDINGS
from projections.timeline_queries import TimelineRef

__all__ = [
    "Direction",
    "ShownBounds",
    "ShownDate",
    "ShownRelation",
    "ShownStatement",
    "Standing",
    "StatementBounds",
    "show_some",
    "show_statement",
]

Standing = Literal["asserted", "corroborated", "disputed", "superseded", "retracted"]
Direction = Literal["out", "in"]


class ShownBounds(Struct, frozen=True, kw_only=True):
    """The first and the last second that are meant, RFC 3339; null where unbounded."""

    earliest: str | None
    latest: str | None


class ShownDate(Struct, frozen=True, kw_only=True):
    """What an EDTF date comes to."""

    start: ShownBounds
    end: ShownBounds
    qualifiers: list[str]


class StatementBounds(Struct, frozen=True, kw_only=True):
    """The bounds of a statement's two dates; null where it has none."""

    occurred: ShownDate | None
    said: ShownDate | None


class ShownRelation(Struct, frozen=True, kw_only=True):
    """A relation as one of its ends shows it; `statement` is the other end, `revision` that of
    the relating event."""

    relation: Relation
    direction: Direction
    statement: str
    note: str | None
    revision: int


class ShownStatement(Struct, frozen=True, kw_only=True):
    """A statement as it is shown: what was recorded, as corrected, and what follows from it and
    from the others.

    `because` and `relations` ascend by revision. `touched` by an event is `revision`; `changed`
    is when anything shown here last changed.
    """

    id: str
    kind: Kind
    text: str
    language: str
    said: Said
    occurred: str | None
    about: list[str]
    places: list[Place]
    quantities: list[Quantity]
    sources: list[Source]
    tags: list[str]
    bounds: StatementBounds
    unsourced: bool
    recorded_at: str
    corrected_at: str | None
    standing: Standing
    because: list[int]
    supports: int
    disputes: int
    relations: list[ShownRelation]
    credibility: Credibility | None
    revision: int
    changed: int


class _Tail(Struct, frozen=True):
    standing: str
    because: list[int]
    supports: int
    disputes: int
    relations: list[ShownRelation]
    credibility: int | None
    revision: int
    changed: int


class Shown(NamedTuple):
    """One statement as the JSON of `ShownStatement`; `changed` is the revision at which anything
    in it last did."""

    json: bytes
    changed: int


_HEAVY = 8 * 2**20
"""Bytes after which a page ends early: its `next` goes on."""

_STEP = 50
"""Statements that are read at once."""

_encode = msgspec.json.Encoder().encode

_VERSIONS = """
SELECT v.st, c.shown, v.since, v.standing, v.supports, v.disputes, v.related, v.credibility,
  v.touched
FROM json_each(?1) n
CROSS JOIN statement_versions v
  ON v.tl = ?2 AND v.st = n.value AND v.until > ?3 AND v.since <= ?3
CROSS JOIN contents c ON c.content = v.content
"""

_BECAUSE = """
SELECT revision FROM causes
WHERE tl = ? AND st = ? AND until > ? AND since <= ? AND standing = ?
"""

_RELATED = """
SELECT r.relation, 'out', s.id, r.note, r.since
FROM relations r JOIN statements s ON s.tl = r.tl AND s.st = r.target
WHERE r.tl = ?1 AND r.source = ?2 AND r.until > ?3 AND r.since <= ?3
UNION ALL
SELECT r.relation, 'in', s.id, r.note, r.since
FROM relations r JOIN statements s ON s.tl = r.tl AND s.st = r.source
WHERE r.tl = ?1 AND r.target = ?2 AND r.until > ?3 AND r.since <= ?3
"""

_BY_ID = "SELECT st FROM statements WHERE tl = ? AND id = ? AND st <= ?"


def show_statement(
    reader: Reader,
    ref: TimelineRef,
    id: str,  # noqa: A002 - the field's own name
    revision: int,
) -> Shown | None:
    """The statement's JSON at `revision`, and since when it is this; None where there is none."""
    row = reader.one(_BY_ID, (ref.tl, id, revision))
    return _shown_at(reader, ref.tl, [row[0]], revision)[0] if row else None


def show_some(reader: Reader, tl: int, sts: Sequence[int], revision: int) -> list[Shown]:
    """The statements that were recorded at the revisions `sts`, in their order, each as
    `show_statement` gives it: all of them, or as many as make a heavy page."""
    found: list[Shown] = []
    weight = 0
    for start in range(0, len(sts), _STEP):
        for shown in _shown_at(reader, tl, sts[start : start + _STEP], revision):
            found.append(shown)
            weight += len(shown.json)
            if weight > _HEAVY:
                return found
    return found


def _shown_at(reader: Reader, tl: int, sts: Sequence[int], revision: int) -> list[Shown]:
    rows = {row[0]: row for row in reader.all(_VERSIONS, (_encode(sts).decode(), tl, revision))}
    return [_shown(reader, tl, revision, *rows[st]) for st in sts]


def _shown(  # noqa: PLR0913 - the columns of a version
    reader: Reader,
    tl: int,
    revision: int,
    st: int,
    shown: bytes,
    since: int,
    standing: int,
    supports: int,
    disputes: int,
    related: int,
    credibility: int | None,
    touched: int,
) -> Shown:
    because: list[int] = []
    if standing != ASSERTED:
        causes = reader.all(_BECAUSE, (tl, st, revision, revision, standing))
        because = sorted(cause for (cause,) in causes)
    tail = _Tail(
        standing=STANDINGS[standing],
        because=because,
        supports=supports,
        disputes=disputes,
        relations=_relations(reader, tl, st, revision) if related else [],
        credibility=credibility,
        revision=touched,
        changed=since,
    )
    return Shown(shown[:-1] + b"," + _encode(tail)[1:], since)


def _relations(reader: Reader, tl: int, st: int, revision: int) -> list[ShownRelation]:
    # Sorted here: for a handful of rows SQLite takes longer to set about it.
    relations = [
        ShownRelation(
            relation=RELATIONS[relation],
            direction=direction,
            statement=statement,
            note=note,
            revision=since,
        )
        for relation, direction, statement, note, since in reader.all(_RELATED, (tl, st, revision))
    ]
    return sorted(relations, key=lambda shown: shown.revision)
