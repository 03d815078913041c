"""The net difference between a timeline at one revision and at a later one.

Only rows that changed in between are read, in chunks of bounded size. Reading stops at the first
difference beyond the limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct, field, structs

from events.errors import Fault, Rejected
from events.statement.statement import Statement
from projections.answers.difference import Change, CorrectedStatement, MovedStanding, RelationEnds
from projections.queries.shown.statements import show_some
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader
from projections.storage.schema import RELATIONS, RETRACTED, STANDINGS, sql

__all__ = ["Difference", "diff"]

MOST: Final = 5_000
"""The most differences in one answer."""
HEAVIEST: Final = 32 << 20
"""The most bytes of recorded statements and changed values in one answer."""
_PIECE: Final = 200
_FIELDS: Final = frozenset(Statement.__struct_fields__) - {"id"}

_RECORDED = "SELECT st FROM statements WHERE tl = ? AND st > ? AND st <= ? ORDER BY st LIMIT ?"

# Statement versions that began after the earlier state and are valid in the later one, in the order
# in which they began, starting after the version of the statement ?5 that began at ?4.
_CHANGED = """
SELECT b.since, b.st, s.id, a.standing, b.standing, a.content = b.content, ca.shown, cb.shown
FROM statement_versions b INDEXED BY versions_since
CROSS JOIN statement_versions a ON a.tl = b.tl AND a.st = b.st AND a.until =
  (SELECT min(o.until) FROM statement_versions o WHERE o.tl = b.tl AND o.st = b.st AND o.until > ?2)
CROSS JOIN statements s ON s.tl = b.tl AND s.st = b.st
CROSS JOIN contents ca ON ca.content = a.content
CROSS JOIN contents cb ON cb.content = b.content
WHERE b.tl = ?1 AND b.since >= ?4 AND b.since <= ?3 AND (b.since > ?4 OR b.st > ?5)
  AND b.until > ?3 AND b.st <= ?2 AND (a.content <> b.content OR a.standing <> b.standing)
ORDER BY b.since, b.st LIMIT ?6
"""

# Relations that only one of the two states has. A relation that was withdrawn and made again in
# between is found twice, and is in both states.
_DIFFERING = sql("""
SELECT s.id, x.relation, t.id, x.made FROM (
  SELECT source, relation, target, since, made FROM (
    SELECT r.source, r.relation, r.target, r.since, 1 AS made
    FROM relations r INDEXED BY relations_since
    WHERE r.tl = ?1 AND r.since > ?2 AND r.since <= ?3 AND r.until > ?3
    UNION ALL
    SELECT r.source, r.relation, r.target, r.since, 0
    FROM relations r INDEXED BY relations_ended
    WHERE r.tl = ?1 AND r.until > ?2 AND r.until <= ?3 AND r.until < {STILL} AND r.since <= ?2)
  GROUP BY source, relation, target HAVING count(*) = 1) x
CROSS JOIN statements s ON s.tl = ?1 AND s.st = x.source
CROSS JOIN statements t ON t.tl = ?1 AND t.st = x.target
ORDER BY x.since LIMIT ?4
""")


class Difference(Struct, kw_only=True):
    """The differences, ordered by the revision at which a statement was recorded or a relation
    made. `recorded` holds the JSON of `ShownStatement`, as of the later state."""

    recorded: list[Raw] = field(default_factory=list)
    corrected: list[CorrectedStatement] = field(default_factory=list)
    retracted: list[str] = field(default_factory=list)
    reinstated: list[str] = field(default_factory=list)
    related: list[RelationEnds] = field(default_factory=list)
    unrelated: list[RelationEnds] = field(default_factory=list)
    standing: list[MovedStanding] = field(default_factory=list)


def diff(reader: Reader, ref: TimelineRef, begin: int, end: int) -> Difference:
    """The differences from the state at `begin` to the state at `end`; 1 <= begin <= end <=
    `ref.revision`.

    Raises Rejected beyond `MOST` differences or `HEAVIEST` bytes, QueryTooLong.
    """
    found = Difference()
    weight = 0
    rows = reader.all(_RECORDED, (ref.tl, begin, end, MOST + 1))
    _check(len(rows), weight)
    for source, relation, target, made in reader.all(_DIFFERING, (ref.tl, begin, end, MOST + 1)):
        part = found.related if made else found.unrelated
        part.append(RelationEnds(source, RELATIONS[relation], target))
    _check(_count(found) + len(rows), weight)
    sts = [st for (st,) in rows]
    while sts:
        shown = show_some(reader, ref.tl, sts[:_PIECE], end)
        found.recorded += [Raw(statement.json) for statement in shown]
        weight += sum(len(statement.json) for statement in shown)
        sts = sts[len(shown) :]
        _check(_count(found) + len(sts), weight)
    numbers: dict[str, int] = {}
    for st, id_, *states in _changed(reader, ref.tl, begin, end):
        numbers[id_] = st
        weight += _add(found, id_, *states)
        _check(_count(found), weight)
    _sort(found, numbers)
    return found


def _changed(reader: Reader, tl: int, begin: int, end: int) -> Iterator[tuple[Any, ...]]:
    since, st = begin + 1, 0
    while True:
        rows = reader.all(_CHANGED, (tl, begin, end, since, st, _PIECE))
        yield from (row[1:] for row in rows)
        if len(rows) < _PIECE:
            return
        since, st, *_ = rows[-1]


def _add(  # noqa: PLR0913 - the columns of a statement in two states
    found: Difference,
    id: str,  # noqa: A002 - the field's own name
    before: int,
    after: int,
    same: int,
    old: bytes,
    new: bytes,
) -> int:
    """Note the differences of one statement, and return their size in bytes."""
    weight = 0
    changes = [] if same else _changes(old, new)
    if changes:
        found.corrected.append(CorrectedStatement(id, changes))
        weight = len(old) + len(new)
    if before != after:
        found.standing.append(MovedStanding(id, STANDINGS[before], STANDINGS[after]))
        if after == RETRACTED:
            found.retracted.append(id)
        elif before == RETRACTED:
            found.reinstated.append(id)
    return weight


def _sort(found: Difference, numbers: Mapping[str, int]) -> None:
    """Sort the differences by when their statements were recorded; they were found in the order of
    the changes."""
    found.corrected.sort(key=lambda corrected: numbers[corrected.id])
    found.standing.sort(key=lambda moved: numbers[moved.id])
    found.retracted.sort(key=numbers.__getitem__)
    found.reinstated.sort(key=numbers.__getitem__)


def _changes(old: bytes, new: bytes) -> list[Change]:
    before, after = _leaves(old), _leaves(new)
    paths = sorted(before.keys() | after.keys())
    return [
        Change(path, before.get(path), after.get(path))
        for path in paths
        if before.get(path) != after.get(path)
    ]


def _leaves(shown: bytes) -> dict[str, Any]:
    """The leaves of a statement's JSON, by JSON Pointer (RFC 6901)."""
    content = msgspec.json.decode(shown)
    return dict(_below("", {name: content[name] for name in content.keys() & _FIELDS}))


def _below(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _below(f"{path}/{name.replace('~', '~0').replace('/', '~1')}", part)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _below(f"{path}/{number}", part)
    else:
        yield path, value


def _count(found: Difference) -> int:
    changes = sum(len(corrected.changes) - 1 for corrected in found.corrected)
    return changes + sum(len(part) for part in structs.astuple(found))


def _check(differences: int, weight: int) -> None:
    if differences > MOST or weight > HEAVIEST:
        fault = f"There are more than {MOST:,} differences, or more than {HEAVIEST >> 20} MiB."
        raise Rejected([Fault("?from", f"{fault} Ask for moments that are closer together.")])
