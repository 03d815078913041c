"""What differs between a timeline at one revision and at a later one: net, whatever lay between.

Only what changed in between is looked at, in pieces of bounded size, and no more is gathered than
is answered: the difference that is one too many ends it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct, field, structs

from events.errors import Fault, Rejected
from events.statement import Statement
from events.types import Relation
from projections.reader import Reader
from projections.schema import RELATIONS, RETRACTED, STANDINGS
from projections.statement_queries import Standing, show_some
from projections.timeline_queries import TimelineRef

__all__ = ["Change", "CorrectedStatement", "Difference", "MovedStanding", "RelationEnds", "diff"]

MOST: Final = 5_000
"""Differences in one answer."""
HEAVIEST: Final = 32 << 20
"""Bytes of recorded statements and of changed values in one answer."""
_PIECE: Final = 200
_FIELDS: Final = frozenset(Statement.__struct_fields__) - {"id"}

_RECORDED = "SELECT st FROM statements WHERE tl = ? AND st > ? AND st <= ? ORDER BY st LIMIT ?"

_CHANGED = """
SELECT b.st, s.id, a.standing, b.standing, a.content = b.content, ca.shown, cb.shown
FROM statement_versions b
CROSS JOIN statement_versions a
  ON a.tl = b.tl AND a.st = b.st AND a.until > ?2 AND a.since <= ?2
CROSS JOIN statements s ON s.tl = b.tl AND s.st = b.st
CROSS JOIN contents ca ON ca.content = a.content
CROSS JOIN contents cb ON cb.content = b.content
WHERE b.tl = ?1 AND b.st > ?4 AND b.st <= ?2 AND b.until > ?3 AND b.since <= ?3 AND b.since > ?2
  AND (a.content <> b.content OR a.standing <> b.standing)
ORDER BY b.st LIMIT ?5
"""

# What stands at ?3 and did not at ?2; `?4` cuts it off.
_STANDING_ONLY_AT = """
SELECT s.id, r.relation, t.id
FROM relations r
CROSS JOIN statements s ON s.tl = r.tl AND s.st = r.source
CROSS JOIN statements t ON t.tl = r.tl AND t.st = r.target
WHERE r.tl = ?1 AND r.since <= ?3 AND r.until > ?3 AND NOT EXISTS (
  SELECT 1 FROM relations o WHERE o.tl = r.tl AND o.source = r.source AND o.relation = r.relation
    AND o.target = r.target AND o.since <= ?2 AND o.until > ?2)
ORDER BY r.since, s.id, t.id LIMIT ?4
"""


class Change(Struct, frozen=True):
    """`path` is a JSON Pointer to a leaf: a value that holds no others. Where the one state has no
    such leaf, its value is null."""

    path: str
    before: str | float | int | bool | None
    after: str | float | int | bool | None


class CorrectedStatement(Struct, frozen=True):
    """What corrections changed of one statement, in the order of the paths."""

    id: str
    changes: list[Change]


class RelationEnds(Struct, frozen=True):
    """`statement` has the relation to `target`."""

    statement: str
    relation: Relation
    target: str


class MovedStanding(Struct, frozen=True):
    """The standing of a statement that both states have."""

    id: str
    before: Standing
    after: Standing


class Difference(Struct, kw_only=True):
    """By the revision at which a statement was recorded; relations by the one that made them.
    `recorded` holds the JSON of `ShownStatement`, as of the later state."""

    recorded: list[Raw] = field(default_factory=list)
    corrected: list[CorrectedStatement] = field(default_factory=list)
    retracted: list[str] = field(default_factory=list)
    related: list[RelationEnds] = field(default_factory=list)
    unrelated: list[RelationEnds] = field(default_factory=list)
    standing: list[MovedStanding] = field(default_factory=list)


def diff(reader: Reader, ref: TimelineRef, begin: int, end: int) -> Difference:
    """From the state at `begin` to that at `end`, 1 <= begin <= end <= `ref.revision`.

    Raises Rejected beyond `MOST` differences or `HEAVIEST` bytes, QueryTooLong.
    """
    found = Difference()
    weight = 0
    rows = reader.all(_RECORDED, (ref.tl, begin, end, MOST + 1))
    _check(len(rows), weight)
    found.related = _relations(reader, ref.tl, begin, end)
    found.unrelated = _relations(reader, ref.tl, end, begin)
    _check(_count(found) + len(rows), weight)
    sts = [st for (st,) in rows]
    while sts:
        shown = show_some(reader, ref.tl, sts[:_PIECE], end)
        found.recorded += [Raw(statement.json) for statement in shown]
        weight += sum(len(statement.json) for statement in shown)
        sts = sts[len(shown) :]
        _check(_count(found) + len(sts), weight)
    for row in _changed(reader, ref.tl, begin, end):
        weight += _add(found, *row[1:])
        _check(_count(found), weight)
    return found


def _changed(reader: Reader, tl: int, begin: int, end: int) -> Iterator[tuple[Any, ...]]:
    behind = 0
    while True:
        rows = reader.all(_CHANGED, (tl, begin, end, behind, _PIECE))
        yield from rows
        if len(rows) < _PIECE:
            return
        behind = rows[-1][0]


def _add(  # noqa: PLR0913 - the columns of a statement in two states
    found: Difference,
    id: str,  # noqa: A002 - the field's own name
    before: int,
    after: int,
    same: int,
    old: bytes,
    new: bytes,
) -> int:
    """Note what differs of one statement; the bytes of it."""
    weight = 0
    changes = [] if same else _changes(old, new)
    if changes:
        found.corrected.append(CorrectedStatement(id, changes))
        weight = len(old) + len(new)
    if before != after:
        found.standing.append(MovedStanding(id, _standing(before), _standing(after)))
        if after == RETRACTED:
            found.retracted.append(id)
    return weight


def _standing(number: int) -> Standing:
    standing: Standing = STANDINGS[number]  # type: ignore[assignment]  # one tuple names them all
    return standing


def _changes(old: bytes, new: bytes) -> list[Change]:
    before, after = _leaves(old), _leaves(new)
    paths = sorted(before.keys() | after.keys())
    return [
        Change(path, before.get(path), after.get(path))
        for path in paths
        if before.get(path) != after.get(path)
    ]


def _leaves(shown: bytes) -> dict[str, Any]:
    """The leaves of what was recorded, by their JSON Pointers (RFC 6901)."""
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


def _relations(reader: Reader, tl: int, without: int, at: int) -> list[RelationEnds]:
    rows = reader.all(_STANDING_ONLY_AT, (tl, without, at, MOST + 1))
    return [RelationEnds(source, RELATIONS[relation], target) for source, relation, target in rows]


def _count(found: Difference) -> int:
    changes = sum(len(corrected.changes) - 1 for corrected in found.corrected)
    return changes + sum(len(part) for part in structs.astuple(found))


def _check(differences: int, weight: int) -> None:
    if differences > MOST or weight > HEAVIEST:
        fault = f"There are more than {MOST:,} differences, or more than {HEAVIEST >> 20} MiB."
        raise Rejected([Fault("?from", f"{fault} Ask for moments that are closer together.")])
