"""Terms: by what a statement can be found, one row for each as long as it holds."""

from __future__ import annotations

from events.statement import Statement
from projections.contents import key_of
from projections.rows import Rows
from projections.schema import ABOUT, BY, PLACE, SOURCE, TAG, VIA, sql

__all__ = ["Mentions", "add_terms", "move_terms"]

_ADD = sql("INSERT INTO terms (tl, field, key, st, since, until) VALUES (?, ?, ?, ?, ?, {STILL})")
_CLOSE = sql("""
UPDATE terms SET until = ?
WHERE tl = ? AND field = ? AND key = ? AND st = ? AND since < ? AND until = {STILL}
""")
_MENTION = "INSERT OR IGNORE INTO mentions (tl, key, since, spelling) VALUES (?, ?, ?, ?)"

_MOST_KNOWN = 65_536


class Mentions:
    """Who was named, under which spelling first. What is known to be kept already is remembered,
    so that few rows are tried in vain."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._known: set[tuple[int, str]] = set()

    def add(self, tl: int, revision: int, statement: Statement) -> None:
        """Keep the spellings of everyone whom the statement names."""
        said = statement.said
        for spelling in (said.by, *[via.actor for via in said.via], *statement.about):
            key = key_of(spelling)
            if (tl, key) not in self._known:
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known.add((tl, key))
                self._rows.defer(_MENTION, (tl, key, revision, spelling))

    def forget(self) -> None:
        """Drop what is remembered, after a rollback."""
        self._known.clear()


def add_terms(rows: Rows, tl: int, revision: int, statement: Statement) -> None:
    """The terms of a statement that the event of `revision` recorded."""
    for field, key in _terms(statement):
        rows.defer(_ADD, (tl, field, key, revision, revision))


def move_terms(
    rows: Rows, tl: int, st: int, revision: int, before: Statement, after: Statement
) -> None:
    """From the terms of the one content to those of the other, at `revision`.

    A source begins anew where the sources were corrected at all: whichever statement's term began
    last says how a source is described.
    """
    old, new = _terms(before), _terms(after)
    anew = before.sources != after.sources
    for term in old:
        if term not in new or (anew and term[0] == SOURCE):
            rows.defer_change(_CLOSE, (revision, tl, *term, st, revision))
    for term in new:
        if term not in old or (anew and term[0] == SOURCE):
            rows.defer(_ADD, (tl, *term, st, revision))


def _terms(statement: Statement) -> dict[tuple[int, str], None]:
    """Each field and key once, in the order of the statement."""
    said = statement.said
    terms = {(BY, key_of(said.by)): None}
    for via in said.via:
        terms[VIA, key_of(via.actor)] = None
    for actor in statement.about:
        terms[ABOUT, key_of(actor)] = None
    for tag in statement.tags:
        terms[TAG, tag] = None
    for place in statement.places:
        terms[PLACE, key_of(place.name)] = None
    for source in statement.sources:
        terms[SOURCE, source.id] = None
    return terms
