"""Terms: keys by which a statement can be found, one row for each for as long as it is valid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from events.statement.statement import Statement
from projections.fold.contents import key_of
from projections.storage.rows import Rows, numbers
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

_ADD = sql("INSERT INTO terms (tl, field, key, st, since, until) VALUES (?, ?, ?, ?, ?, {STILL})")
_ADD_MANY = sql("""
INSERT INTO terms (tl, field, key, st, since, until)
SELECT ?1, ?2, ?3, value, value, {STILL} FROM carray(?4)
""")
_CLOSE = sql("""
UPDATE terms SET until = ?1
WHERE tl = ?2 AND field = ?3 AND key = ?4 AND st = ?5 AND until = {STILL} AND since = (
  SELECT max(since) FROM terms
  WHERE tl = ?2 AND field = ?3 AND key = ?4 AND st = ?5 AND since < ?1)
""")
_MENTION = "INSERT OR IGNORE INTO mentions (tl, key, since, spelling) VALUES (?, ?, ?, ?)"

_NAMED = (BY, VIA, ABOUT)
"""The fields whose terms are spellings of actors."""
_FIELDS = (*_NAMED, TAG, PLACE, SOURCE)
_RARE = (ROLE, ORIGIN, DATASET)
"""Fields in which most statements have no term."""


class _New:
    """The terms of a timeline's new statements, by field and key; and the keys of actors that were
    mentioned."""

    def __init__(self) -> None:
        self.terms: dict[int, dict[str, list[int]]] = {field: {} for field in (*_FIELDS, *_RARE)}
        self.mentioned: set[str] = set()


class Terms:
    """The rows of terms and mentions. Terms of new statements are grouped until they are written,
    since most terms belong to many statements."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._new: defaultdict[int, _New] = defaultdict(_New)
        rows.buffered_by("terms", self._write)

    def add(self, tl: int, revision: int, statement: Statement) -> None:
        """Add the terms of a statement that the event of `revision` recorded, each once, and the
        spellings of everyone it names."""
        new = self._new[tl]
        for field, spellings in zip(_NAMED, _spellings(statement), strict=True):
            known = new.terms[field]
            for spelling in spellings:
                key = key_of(spelling)
                if _append(known, key, revision):
                    self._mention(new, tl, key, revision, spelling)
        for field, keys in zip(_FIELDS[len(_NAMED) :], _keys(statement), strict=True):
            known = new.terms[field]
            for key in keys:
                _append(known, key, revision)
        for field, key in _rare(statement):
            _append(new.terms[field], key, revision)

    def move(self, tl: int, st: int, revision: int, before: Statement, after: Statement) -> None:
        """Replace the terms of the content `before` by the terms of `after`, at `revision`.

        If the sources were corrected, the term of each source begins again, because a source is
        described as in the statement whose term began last.
        """
        rows, old, new = self._rows, _terms(before), _terms(after)
        again = before.sources != after.sources
        for term in old:
            if term not in new or (again and term[0] == SOURCE):
                rows.change_later(_CLOSE, (revision, tl, *term, st))
        for term in new:
            if term not in old or (again and term[0] == SOURCE):
                rows.add(_ADD, (tl, *term, st, revision))
        for spellings in _spellings(after):
            for spelling in spellings:
                self._mention(self._new[tl], tl, key_of(spelling), revision, spelling)

    def forget(self) -> None:
        """Drop the unwritten rows, after a rollback."""
        self._new.clear()

    def _mention(self, new: _New, tl: int, key: str, revision: int, spelling: str) -> None:
        """Add the spelling if nobody was named by its key before; within a batch the first one
        counts."""
        if key not in new.mentioned:
            new.mentioned.add(key)
            self._rows.add(_MENTION, (tl, key, revision, spelling))

    def _write(self) -> None:
        """Write a row for each statement of each term."""
        for tl, new in sorted(self._new.items()):
            for field, keys in new.terms.items():
                groups = sorted(keys.items())
                single = [(tl, field, key, st[0], st[0]) for key, st in groups if len(st) == 1]
                many = [(tl, field, key, numbers(st)) for key, st in groups if len(st) > 1]
                self._rows.insert(_ADD, single)
                self._rows.insert(_ADD_MANY, many)
                keys.clear()


def _append(known: dict[str, list[int]], key: str, st: int) -> bool:
    """Add the statement to the key's list, once. Returns whether the key is new."""
    statements = known.get(key)
    if statements is None:
        known[key] = [st]
        return True
    if statements[-1] != st:
        statements.append(st)
    return False


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
