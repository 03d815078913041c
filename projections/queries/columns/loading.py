"""Fills columns from the rows of the read model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from projections.fold.contents import key_of
from projections.fold.indexing.terms import role_key
from projections.queries.columns.columns import ACTOR, UNKNOWN_LATE, UNTIL_NOW, Columns
from projections.queries.shown.encoded import encoded
from projections.queries.shown.tails import as_recorded
from projections.storage.reader import Reader
from projections.storage.schema import (
    BY,
    CONTENTS,
    DATASET,
    OPEN_END,
    OPEN_START,
    ORIGIN,
    PLACE,
    ROLE,
    SOURCE,
    TAG,
)

__all__ = ["advance"]

_VERSIONS = """
SELECT since, st, content, kind, standing, unsourced,
  occurred_start, occurred_end, said_start, said_end, occurred_late, said_late
FROM statement_versions INDEXED BY versions_since
WHERE tl = ?1 AND since > ?2 AND since <= ?3 ORDER BY since, st
"""
_CONTENTS = "SELECT content, shown FROM contents WHERE content > ? AND content <= ?"
_SOURCED = """
SELECT max(since) FROM term_spans WHERE tl = ? AND field = ? AND key = ? AND st = ? AND since <= ?
"""
"""Without a row the source is the one that was recorded."""


class _Actor(Struct, frozen=True):
    actor: str


class _About(Struct, frozen=True):
    actor: str
    role: str | None


class _Speech(Struct, frozen=True, rename={"with_": "with"}):
    by: str | None
    with_: tuple[str, ...] = ()
    via: tuple[_Actor, ...] = ()


class _Named(Struct, frozen=True):
    name: str


class _Identified(Struct, frozen=True):
    id: str


class _Origin(Struct, frozen=True):
    dataset: str | None
    id: str | None


class _Terms(Struct, frozen=True):
    said: _Speech
    about: tuple[_About, ...] = ()
    origin: _Origin | None = None
    tags: tuple[str, ...] = ()
    places: tuple[_Named, ...] = ()
    sources: tuple[_Identified, ...] = ()


_decode = msgspec.json.Decoder(_Terms).decode

_Version = tuple[Any, ...]


def advance(reader: Reader, tl: int, columns: Columns, end: int) -> None:
    """Add everything that was folded up to the revision `end`. Nothing is changed before everything
    is read. Raises QueryTooLong."""
    begin, base = columns.revision, tl * CONTENTS
    versions = reader.all(_VERSIONS, (tl, begin, end))
    shown = dict(reader.all(_CONTENTS, (base + begin, base + end)))
    fresh = [version for version in versions if version[2] == base + version[0]]
    terms = [_decode(shown[version[2]]) for version in fresh]
    sourced = [_sourced_at(reader, tl, v, t) for v, t in zip(fresh, terms, strict=True)]
    _add_terms(columns, terms)
    if columns.shelf is not None:
        columns.shelf.extend([_recorded(version, shown[version[2]]) for version in fresh])
    _add_rows(columns, fresh, sourced)
    if versions:
        since, _, content, _, standing, *_ = zip(*versions, strict=True)
        columns.move([one - base for one in content], since, standing)
    columns.reach(end)


def _recorded(version: _Version, shown: bytes) -> bytes:
    """The encoded statement as it was recorded; empty for a corrected one."""
    since, st, *_ = version
    return encoded(as_recorded(shown, st)) if since == st else b""


def _sourced_at(reader: Reader, tl: int, version: _Version, terms: _Terms) -> int:
    """The revision since which the sources of a content are as they are: all their terms begin
    together."""
    since, st, *_ = version
    if since == st or not terms.sources:
        return int(since)
    row = reader.one(_SOURCED, (tl, SOURCE, terms.sources[0].id, st, since))
    return int(st if row is None or row[0] is None else row[0])


def _add_terms(columns: Columns, terms: Sequence[_Terms]) -> None:
    pairs: dict[int, tuple[list[int], list[int]]] = {field: ([], []) for field in columns.terms}
    for row, one in enumerate(terms, len(columns)):
        for field, keys in _keys_of(one).items():
            number = columns.terms[field].number
            numbers, rows = pairs[field]
            numbers += map(number, keys)
            rows += [row] * len(keys)
    for field, found in pairs.items():
        columns.terms[field].extend(*found)


def _keys_of(terms: _Terms) -> dict[int, dict[str, None]]:
    """The keys of each field, each once."""
    said, origin = terms.said, terms.origin
    by = {} if said.by is None else {key_of(said.by): None}
    by.update((key_of(spelling), None) for spelling in said.with_)
    actors = dict(by)
    actors.update((key_of(via.actor), None) for via in said.via)
    about = [(key_of(about.actor), about.role) for about in terms.about]
    actors.update((key, None) for key, _ in about)
    roles = [role_key(role, of) for key, role in about if role is not None for of in ("", key)]
    return {
        BY: by,
        ACTOR: actors,
        TAG: dict.fromkeys(terms.tags),
        PLACE: dict.fromkeys(key_of(place.name) for place in terms.places),
        SOURCE: dict.fromkeys(source.id for source in terms.sources),
        ROLE: dict.fromkeys(roles),
        ORIGIN: {} if origin is None or origin.id is None else {origin.id: None},
        DATASET: {} if origin is None or origin.dataset is None else {origin.dataset: None},
    }


def _add_rows(columns: Columns, fresh: Sequence[_Version], sourced: Sequence[int]) -> None:
    if not fresh:
        return
    since, st, _, kind, _, unsourced, *dates = zip(*fresh, strict=True)
    columns.revisions.extend(since)
    columns.st.extend(st)
    columns.until.extend([UNTIL_NOW] * len(fresh))
    columns.sourced.extend(sourced)
    columns.changed.extend(since)
    columns.kind.extend(kind)
    columns.unsourced.extend(unsourced)
    columns.standing_history.add_rows(len(fresh))
    for clock in ("occurred", "said"):
        start, end = dates.pop(0), dates.pop(0)
        columns.starts[clock].extend([OPEN_END if second is None else second for second in start])
        columns.ends[clock].extend([OPEN_START if second is None else second for second in end])
    for clock, late in zip(("occurred", "said"), dates, strict=True):
        columns.late[clock].extend([UNKNOWN_LATE if days is None else days for days in late])
    for revision, statement in zip(since, st, strict=True):
        if revision != statement:
            columns.until.values[columns.last_row(statement)] = revision
