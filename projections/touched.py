"""What a statement was when an event touched it: enough to tell whether a filter meets it."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from msgspec import Struct

from events.envelope import ACTORS
from projections.contents import key_of
from projections.reader import Reader
from projections.schema import KINDS

__all__ = ["TouchedStatement", "respelled_at", "touched_statement"]

_FOUND = """
SELECT v.kind, c.shown FROM statements n
CROSS JOIN statement_versions v ON v.tl = n.tl AND v.st = n.st
CROSS JOIN contents c ON c.content = v.content
WHERE n.tl = ? AND n.id = ? AND v.until > ? AND v.since <= ?
"""


class TouchedStatement(NamedTuple):
    """A statement as it stood at a revision. `actors` are the keys of the spellings by which it
    names its speaker, who carried it and whom it is about."""

    kind: str
    tags: frozenset[str]
    actors: frozenset[str]


class _Via(Struct):
    actor: str


class _Said(Struct):
    by: str
    via: tuple[_Via, ...] = ()


class _Shown(Struct):
    said: _Said
    about: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


_decode = msgspec.json.Decoder(_Shown).decode


def touched_statement(
    reader: Reader,
    tl: int,
    id: str,  # noqa: A002 - the field's own name
    revision: int,
) -> TouchedStatement | None:
    """The statement as of `revision`; None where there was none, or it is redacted."""
    row = reader.one(_FOUND, (tl, id, revision, revision))
    if row is None:
        return None
    shown = _decode(row[1])
    spellings = (shown.said.by, *[via.actor for via in shown.said.via], *shown.about)
    return TouchedStatement(
        KINDS[row[0]], frozenset(shown.tags), frozenset(key_of(spelling) for spelling in spellings)
    )


def respelled_at(reader: Reader, tl: int, revision: int) -> int:
    """The last revision up to `revision` that may have changed whose a spelling is; 0 for none."""
    row = reader.one(
        "SELECT max(revision) FROM event_subjects WHERE tl = ? AND subject = ? AND revision <= ?",
        (tl, ACTORS, revision),
    )
    return (row[0] if row else None) or 0
