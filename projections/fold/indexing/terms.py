"""Terms: keys by which a statement can be found, one row for each for as long as it is valid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from events.statement.statement import Statement
from projections.fold.contents import key_of
from projections.storage.rows import Row, Rows
from projections.storage.schema import (
    ABOUT,
    BY,
    DATASET,
    ORIGIN,
    PLACE,
    ROLE,
    SOURCE,
    TAG,
    VIA,
    sql,
)

__all__ = ["Terms", "role_key"]

_ADD = sql("""
INSERT INTO term_spans (tl, field, key, st, since, until) VALUES (?, ?, ?, ?, ?, {STILL})
""")
_POST = "INSERT INTO postings (tl, field, key, first, ended, statements) VALUES (?, ?, ?, ?, 0, ?)"
_CLOSE = sql("""
UPDATE term_spans SET until = ?1
WHERE tl = ?2 AND field = ?3 AND key = ?4 AND st = ?5 AND until = {STILL} AND since = (
  SELECT max(since) FROM term_spans
  WHERE tl = ?2 AND field = ?3 AND key = ?4 AND st = ?5 AND since < ?1)
""")
_CLOSE_POSTED = """
INSERT INTO posting_ends (tl, field, key, st, until)
SELECT ?2, ?3, ?4, ?5, ?1 WHERE NOT EXISTS (
  SELECT 1 FROM term_spans WHERE tl = ?2 AND field = ?3 AND key = ?4 AND st = ?5 AND since < ?1)
ON CONFLICT DO NOTHING
"""
"""A term without an earlier span was a posting's, unless that has ended before."""
_MARK_POSTED = """
UPDATE postings SET ended = 1 WHERE tl = ?2 AND field = ?3 AND key = ?4 AND first = (
  SELECT max(first) FROM postings WHERE tl = ?2 AND field = ?3 AND key = ?4 AND first <= ?5)
"""
_MENTION = "INSERT OR IGNORE INTO mentions (tl, key, since, spelling) VALUES (?, ?, ?, ?)"

_NAMED = (BY, VIA, ABOUT)
"""The fields whose terms are spellings of actors."""
_FIELDS = (*_NAMED, TAG, PLACE, SOURCE)
_RARE = (ROLE, ORIGIN, DATASET)
"""Fields in which most statements have no term."""

_LONGEST = 64
"""The most statements of a posting: whether one of them is a certain one is found in
microseconds."""

_encode = msgspec.json.Encoder().encode


class _New:
    """The terms of a timeline's new statements, by field and key, a statement once for each time it
    has the term; and the keys of actors that were mentioned."""

    def __init__(self) -> None:
        self.terms: dict[int, defaultdict[str, list[int]]] = {
            field: defaultdict(list) for field in (*_FIELDS, *_RARE)
        }
        self.mentioned: set[str] = set()


class Terms:
    """The rows of terms and mentions. Terms of new statements are grouped until they are written,
    since most terms belong to many statements: these are a posting, one row for many of them."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._new: defaultdict[int, _New] = defaultdict(_New)
        self._begun: list[Row] = []
        self._ended: list[Row] = []
        rows.buffered_by("terms", self._write)

    def add(self, tl: int, revision: int, statement: Statement) -> None:
        """Add the terms of a statement that the event of `revision` recorded, each once, and the
        spellings of everyone it names."""
        new = self._new[tl]
        for field, spellings in zip(_NAMED, _spellings(statement), strict=True):
            by_key = new.terms[field]
            for spelling in spellings:
                key = key_of(spelling)
                by_key[key].append(revision)
                if key not in new.mentioned:
                    self._mention(new, tl, key, revision, spelling)
        for field, keys in zip(_FIELDS[len(_NAMED) :], _keys(statement), strict=True):
            by_key = new.terms[field]
            for key in keys:
                by_key[key].append(revision)
        for field, key in _rare(statement):
            new.terms[field][key].append(revision)

    def move(self, tl: int, st: int, revision: int, before: Statement, after: Statement) -> None:
        """Replace the terms of the content `before` by the terms of `after`, at `revision`.

        If the sources were corrected, the term of each source begins again, because a source is
        described as in the statement whose term began last.
        """
        old, new = _terms(before), _terms(after)
        again = before.sources != after.sources
        for term in old:
            if term not in new or (again and term[0] == SOURCE):
                self._ended.append((revision, tl, *term, st))
        for term in new:
            if term not in old or (again and term[0] == SOURCE):
                self._begun.append((tl, *term, st, revision))
        for spellings in _spellings(after):
            for spelling in spellings:
                self._mention(self._new[tl], tl, key_of(spelling), revision, spelling)

    def forget(self) -> None:
        """Drop the unwritten rows, after a rollback."""
        self._new.clear()
        self._begun.clear()
        self._ended.clear()

    def _mention(self, new: _New, tl: int, key: str, revision: int, spelling: str) -> None:
        """Add the spelling if nobody was named by its key before; within a batch the first one
        counts."""
        if key not in new.mentioned:
            new.mentioned.add(key)
            self._rows.add(_MENTION, (tl, key, revision, spelling))

    def _write(self) -> None:
        """Write what has begun, then what has ended, in the order of the revisions."""
        for tl, new in sorted(self._new.items()):
            for field, keys in new.terms.items():
                self._write_new(tl, field, keys)
        self._begun.sort()
        self._ended.sort()
        self._rows.insert(_ADD, self._begun)
        self._rows.insert(_CLOSE, self._ended)
        self._rows.insert(_CLOSE_POSTED, self._ended)
        self._rows.insert(_MARK_POSTED, self._ended)
        self._begun.clear()
        self._ended.clear()

    def _write_new(self, tl: int, field: int, keys: dict[str, list[int]]) -> None:
        """Write a posting for each term that several new statements have, and a span for each that
        one has."""
        postings = []
        for key, repeated in sorted(keys.items()):
            statements = [*dict.fromkeys(repeated)]
            for start in range(0, len(statements), _LONGEST):
                some = statements[start : start + _LONGEST]
                if len(some) > 1:
                    postings.append((tl, field, key, some[0], _encode(some).decode()))
                else:
                    self._begun.append((tl, field, key, some[0], some[0]))
        self._rows.insert(_POST, postings)
        keys.clear()


def _terms(statement: Statement) -> dict[tuple[int, str], None]:
    """Each field and key once, in the order of the statement."""
    named = [[key_of(spelling) for spelling in found] for found in _spellings(statement)]
    fields = zip(_FIELDS, [*named, *_keys(statement)], strict=True)
    terms = {(field, key): None for field, keys in fields for key in keys}
    return terms | dict.fromkeys(_rare(statement))


def _spellings(statement: Statement) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """The spellings that the statement names, for each of `_NAMED`."""
    said = statement.said
    speakers = said.with_ if said.by is None else (said.by, *said.with_)
    about = [about.actor for about in statement.about]
    return speakers, [via.actor for via in said.via], about


def _keys(statement: Statement) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """The keys for each of the other fields; duplicates are possible."""
    places = [key_of(place.name) for place in statement.places]
    return statement.tags, places, [source.id for source in statement.sources]


def role_key(role: str, key: str = "") -> str:
    """The key of a role, with the actor's key or without it."""
    return f"{role} {key}"


def _rare(statement: Statement) -> list[tuple[int, str]]:
    """The field and key of each term of `_RARE`; duplicates are possible."""
    found: list[tuple[int, str]] = []
    for about in statement.about:
        if about.role is not None:
            found.append((ROLE, role_key(about.role)))
            found.append((ROLE, role_key(about.role, key_of(about.actor))))
    origin = statement.origin
    if origin is not None:
        named = ((ORIGIN, origin.id), (DATASET, origin.dataset))
        found += [(field, key) for field, key in named if key is not None]
    return found
