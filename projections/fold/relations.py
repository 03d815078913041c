"""Relations between statements, and the standing that they give to their targets.

A relation counts while it is not taken back and its source is not retracted. A support corroborates
only if all speakers of both statements are known and no actor speaks in both, so it is checked
again when speakers are corrected or a spelling changes hands.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from events.event.types import StatementRelated, StatementUnrelated
from projections.fold.changes import Changes
from projections.storage.schema import CORROBORATED, DISPUTED, RELATIONS, SUPERSEDED, sql

__all__ = [
    "regroup_speakers",
    "regroup_statement",
    "relate",
    "restore_relations",
    "unrelate",
    "withdraw",
]

_SUPPORTS = RELATIONS.index("supports")
_DISPUTES = RELATIONS.index("disputes")
_SUPERSEDES = RELATIONS.index("supersedes")
_NUMBER = {relation: number for number, relation in enumerate(RELATIONS)}

_ADD = sql("""
INSERT INTO relations (tl, source, until, relation, target, since, note, said_on, evidence)
VALUES (?, ?, {STILL}, ?, ?, ?, ?, ?, ?)
""")
_FIND = sql("""
SELECT since FROM relations
WHERE tl = ? AND source = ? AND until = {STILL} AND relation = ? AND target = ?
""")
_CLOSE = sql("""
UPDATE relations SET until = ?
WHERE tl = ? AND source = ? AND until = {STILL} AND relation = ? AND target = ?
""")
_OUT = sql("""
SELECT relation, target, since FROM relations WHERE tl = ? AND source = ? AND until = {STILL}
""")
_SUPPORTS_OF = sql("""
SELECT source, target, since FROM relations
WHERE tl = ?1 AND source = ?2 AND until = {STILL} AND relation = {SUPPORTS}
UNION ALL
SELECT source, target, since FROM relations
WHERE tl = ?1 AND target = ?2 AND until = {STILL} AND relation = {SUPPORTS}
""")
_SPOKEN_AS = sql(
    "SELECT st FROM terms WHERE tl = ? AND field = {BY} AND key = ? AND until = {STILL}"
)


_encode = msgspec.json.Encoder().encode


class _Relation(NamedTuple):
    relation: int
    source: int
    target: int
    event: int


def relate(changes: Changes, source: int, target: int, event: StatementRelated) -> None:
    """Add a relation of the source to the target."""
    number = _NUMBER[event.relation]
    changes.touch(source).related += 1
    changes.touch(target).related += 1
    evidence = None if event.source is None else _encode(event.source).decode()
    said = (event.note, event.on, evidence)
    changes.rows.add(_ADD, (changes.tl, source, number, target, changes.revision, *said))
    if changes.stands(source):
        _count(changes, _Relation(number, source, target, changes.revision))
    changes.write()


def unrelate(changes: Changes, source: int, target: int, event: StatementUnrelated) -> None:
    """Take a relation of the source back. Raises LookupError if there is none."""
    number = _NUMBER[event.relation]
    row = changes.rows.one(_FIND, (changes.tl, source, number, target))
    if row is None:
        raise LookupError(f"there is no relation {event.relation} to {event.target!r} before it")
    changes.touch(source).related -= 1
    changes.touch(target).related -= 1
    changes.rows.change(_CLOSE, (changes.revision, changes.tl, source, number, target))
    if changes.stands(source):
        _discount(changes, _Relation(number, source, target, row[0]))
    changes.write()


def withdraw(changes: Changes, source: int) -> None:
    """Stop counting all relations of a source that is retracted."""
    for number, target, event in changes.rows.all(_OUT, (changes.tl, source)):
        _discount(changes, _Relation(number, source, target, event))


def restore_relations(changes: Changes, source: int) -> None:
    """Count all relations of a reinstated source again. Supports are checked again, since a
    spelling may have changed hands while the source was retracted."""
    for number, target, event in changes.rows.all(_OUT, (changes.tl, source)):
        _count(changes, _Relation(number, source, target, event))


def regroup_statement(changes: Changes, st: int) -> None:
    """Check the statement's supports again, in both directions, because its speakers changed."""
    _regroup(changes, [st])


def regroup_speakers(changes: Changes, keys: Iterable[str]) -> None:
    """Check the supports of every statement by one of these spellings again, because the spellings
    changed hands."""
    for key in keys:
        spoken = changes.rows.all(_SPOKEN_AS, (changes.tl, key))
        _regroup(changes, [st for (st,) in spoken])


def _regroup(changes: Changes, statements: Iterable[int]) -> None:
    for st in statements:
        for source, target, event in changes.rows.all(_SUPPORTS_OF, (changes.tl, st)):
            wanted = changes.stands(source) and _independent(changes, source, target)
            if wanted == changes.is_cause(target, CORROBORATED, event):
                continue
            if wanted:
                changes.cause(target, CORROBORATED, event)
            else:
                changes.uncause(target, CORROBORATED, event)


def _count(changes: Changes, related: _Relation) -> None:
    relation, source, target, event = related
    if relation == _SUPPORTS:
        changes.version(target).supports += 1
        if _independent(changes, source, target):
            changes.cause(target, CORROBORATED, event)
    elif relation == _DISPUTES:
        changes.version(target).disputes += 1
        changes.cause(target, DISPUTED, event)
    elif relation == _SUPERSEDES:
        changes.cause(target, SUPERSEDED, event)


def _discount(changes: Changes, related: _Relation) -> None:
    relation, _, target, event = related
    if relation == _SUPPORTS:
        changes.version(target).supports -= 1
        changes.uncause(target, CORROBORATED, event)
    elif relation == _DISPUTES:
        changes.version(target).disputes -= 1
        changes.uncause(target, DISPUTED, event)
    elif relation == _SUPERSEDES:
        changes.uncause(target, SUPERSEDED, event)


def _independent(changes: Changes, source: int, target: int) -> bool:
    """Whether the speakers of both statements are known, and nobody is a speaker of both. Aliases
    of one actor count as one speaker."""
    first, second = _identities(changes, source), _identities(changes, target)
    return bool(first and second) and first.isdisjoint(second)


def _identities(changes: Changes, st: int) -> set[str | int]:
    """Each speaker of a statement: the actor that owns the spelling, or the spelling's key if no
    actor does."""
    current = changes.current
    speakers = current.speakers(changes.version(st).content)
    owners = ((key, current.owner(changes.tl, key)) for key in speakers)
    return {key if owner is None else owner for key, owner in owners}
