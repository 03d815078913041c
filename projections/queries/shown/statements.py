"""Queries about single statements, and the JSON of a statement that all lists contain.

The part that depends only on the statement's content was encoded when it was folded; standing,
causes and relations are appended here, as of the requested revision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw

from projections.queries.shown.tails import RelationPart, Tail, as_recorded, whole
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader
from projections.storage.schema import ASSERTED, CONTENTS, RELATIONS, RETRACTED, STANDINGS

__all__ = ["HEAVY", "Shown", "show_some", "show_statement"]


class Shown(NamedTuple):
    """One statement as the JSON of `ShownStatement`; `changed` is the revision at which the JSON
    last changed."""

    json: bytes
    changed: int


HEAVY = 8 * 2**20
"""The bytes after which a page ends early; the next page continues there."""

_STEP = 50
"""The number of statements that one query reads."""

_encode = msgspec.json.Encoder().encode

_VERSIONS = """
SELECT v.st, c.shown, v.since, v.standing, v.supports, v.disputes, v.related, v.credibility,
  v.touched
FROM json_each(?1) n
CROSS JOIN statement_versions v
  ON v.tl = ?2 AND v.st = n.value AND v.since <= ?3 AND v.until =
    (SELECT min(o.until) FROM statement_versions o
     WHERE o.tl = ?2 AND o.st = n.value AND o.until > ?3)
CROSS JOIN contents c ON c.content = v.content
"""

_FRESH = """
SELECT c.st, c.shown FROM json_each(?1) n CROSS JOIN contents c ON c.content = ?2 + n.value
"""

_BECAUSE = """
SELECT k.st, k.standing, k.revision FROM json_each(?1) n
CROSS JOIN causes k ON k.tl = ?2 AND k.st = n.value AND k.until > ?3 AND k.since <= ?3
"""

_RETRACTED = """
SELECT r.st, r.shown FROM json_each(?1) n CROSS JOIN retractions r
  ON r.tl = ?2 AND r.st = n.value ->> 0 AND r.revision = n.value ->> 1
"""

# The plus keeps SQLite from the index of changes, which would walk all relations of a timeline.
_RELATED = """
SELECT n.value, r.relation, 'out', s.id, r.note, r.said_on, r.evidence, r.since
FROM json_each(?1) n
CROSS JOIN relations r ON r.tl = ?2 AND r.source = n.value AND r.until > ?3 AND +r.since <= ?3
CROSS JOIN statements s ON s.tl = r.tl AND s.st = r.target
UNION ALL
SELECT n.value, r.relation, 'in', s.id, r.note, r.said_on, r.evidence, r.since
FROM json_each(?1) n
CROSS JOIN relations r ON r.tl = ?2 AND r.target = n.value AND r.until > ?3 AND +r.since <= ?3
CROSS JOIN statements s ON s.tl = r.tl AND s.st = r.source
"""

_BY_ID = "SELECT st FROM statements WHERE tl = ? AND id = ? AND st <= ?"


def show_statement(
    reader: Reader,
    ref: TimelineRef,
    id: str,  # noqa: A002 - the field's own name
    revision: int,
) -> Shown | None:
    """The statement's JSON at `revision`, and the revision since which it is so; None if there is
    no such statement."""
    row = reader.one(_BY_ID, (ref.tl, id, revision))
    return _shown_at(reader, ref.tl, [row[0]], revision)[0] if row else None


def show_some(
    reader: Reader, tl: int, sts: Sequence[int], revision: int, changes: Sequence[int] = ()
) -> list[Shown]:
    """The statements that were recorded at the revisions `sts`, in this order, each as
    `show_statement` returns it. The list ends early when the page is heavy enough.

    `changes`, if known, are revisions at which they were so: a statement that is unchanged since it
    was recorded takes fewer lookups.
    """
    fresh = {st for st, change in zip(sts, changes, strict=False) if st == change}
    found: list[Shown] = []
    weight = 0
    for start in range(0, len(sts), _STEP):
        for shown in _step(reader, tl, sts[start : start + _STEP], revision, fresh):
            found.append(shown)
            weight += len(shown.json)
            if weight > HEAVY:
                return found
    return found


def _step(
    reader: Reader, tl: int, sts: Sequence[int], revision: int, fresh: set[int]
) -> Sequence[Shown]:
    changed = [st for st in sts if st not in fresh]
    shown = dict(zip(changed, _shown_at(reader, tl, changed, revision), strict=True))
    if len(changed) < len(sts):
        shown |= _fresh(reader, tl, [st for st in sts if st in fresh])
    return [shown[st] for st in sts]


def _fresh(reader: Reader, tl: int, sts: Sequence[int]) -> Mapping[int, Shown]:
    """Statements that have not changed since they were recorded."""
    rows = reader.all(_FRESH, (_encode(sts).decode(), tl * CONTENTS))
    return {st: Shown(as_recorded(shown, st), st) for st, shown in rows}


class _Version(NamedTuple):
    """A statement's version, and the part of its JSON that depends on its content alone."""

    st: int
    shown: bytes
    since: int
    standing: int
    supports: int
    disputes: int
    related: int
    credibility: int | None
    touched: int


def _shown_at(reader: Reader, tl: int, sts: Sequence[int], revision: int) -> list[Shown]:
    """The statements at `revision`. Each table is read with one query for all of them."""
    if not sts:
        return []
    rows = reader.all(_VERSIONS, (_encode(sts).decode(), tl, revision))
    versions = {row[0]: _Version(*row) for row in rows}
    because = _because(reader, tl, versions, revision)
    relations = _relations(reader, tl, versions, revision)
    retractions = _retractions(reader, tl, because)
    found = []
    for st in sts:
        version = versions[st]
        tail = Tail(
            standing=STANDINGS[version.standing],
            because=sorted(because[st, version.standing]),
            retraction=retractions.get(st),
            supports=version.supports,
            disputes=version.disputes,
            relations=relations[st],
            credibility=version.credibility,
            revision=version.touched,
            changed=version.since,
        )
        found.append(Shown(whole(version.shown, tail), version.since))
    return found


def _because(
    reader: Reader, tl: int, versions: Mapping[int, _Version], revision: int
) -> Mapping[tuple[int, int], list[int]]:
    """The revisions of the causes of each standing of each statement."""
    causes: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    sts = [version.st for version in versions.values() if version.standing != ASSERTED]
    if sts:
        for st, standing, cause in reader.all(_BECAUSE, (_encode(sts).decode(), tl, revision)):
            causes[st, standing].append(cause)
    return causes


def _retractions(
    reader: Reader, tl: int, because: Mapping[tuple[int, int], list[int]]
) -> Mapping[int, Raw]:
    """The retraction, as it is shown, of each retracted statement."""
    places = [
        (st, revision)
        for (st, to), found in because.items()
        if to == RETRACTED
        for revision in found
    ]
    if not places:
        return {}
    rows = reader.all(_RETRACTED, (_encode(places).decode(), tl))
    return {st: Raw(shown.encode()) for st, shown in rows}


def _relations(
    reader: Reader, tl: int, versions: Mapping[int, _Version], revision: int
) -> Mapping[int, list[RelationPart]]:
    """The relations of each statement, in the order of their events."""
    relations: defaultdict[int, list[RelationPart]] = defaultdict(list)
    sts = [version.st for version in versions.values() if version.related]
    if sts:
        rows = reader.all(_RELATED, (_encode(sts).decode(), tl, revision))
        # Sorted here, because SQLite would sort in a table of its own.
        for st, relation, direction, statement, *said in sorted(rows, key=_by_event):
            note, on, evidence, since = said
            source = None if evidence is None else Raw(evidence.encode())
            way = (RELATIONS[relation], direction, statement)
            relations[st].append(RelationPart(*way, note, on, source, since))
    return relations


def _by_event(row: tuple[Any, ...]) -> int:
    return int(row[-1])
