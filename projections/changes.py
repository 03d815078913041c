"""What one event changes of statements: each version is read once and written once.

A statement's standing is the strongest that has a cause; weaker causes are kept beside it, so
that taking the strong one back restores what was before. A new version is written where anything
shown differs, `because` included.
"""

from __future__ import annotations

import copy

from msgspec import Struct, structs

from projections.rows import Rows
from projections.schema import ASSERTED, RETRACTED, sql

__all__ = ["ADD_VERSION", "Changes", "Version"]


class Version(Struct):
    """A row of statement_versions, in the order of its columns, but for its timeline, statement
    and `until`."""

    since: int
    content: int
    kind: int
    standing: int
    unsourced: int
    occurred_start: int | None
    occurred_end: int | None
    said_start: int | None
    said_end: int | None
    supports: int
    disputes: int
    related: int
    credibility: int | None
    touched: int


ADD_VERSION = sql("""
INSERT INTO statement_versions (
  tl, st, until, since, content, kind, standing, unsourced,
  occurred_start, occurred_end, said_start, said_end,
  supports, disputes, related, credibility, touched
) VALUES (?, ?, {STILL}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
""")
_CURRENT = sql("""
SELECT since, content, kind, standing, unsourced, occurred_start, occurred_end,
  said_start, said_end, supports, disputes, related, credibility, touched
FROM statement_versions WHERE tl = ? AND st = ? AND until = {STILL}
""")
_CLOSE = sql("""
UPDATE statement_versions SET until = ? WHERE tl = ? AND st = ? AND until = {STILL}
""")

# Four looks at an index, which stay four however many causes there are.
_STRONGEST = sql("""
SELECT CASE
  WHEN EXISTS (SELECT 1 FROM causes WHERE tl = ?1 AND st = ?2 AND until = {STILL} AND standing = 4)
  THEN 4
  WHEN EXISTS (SELECT 1 FROM causes WHERE tl = ?1 AND st = ?2 AND until = {STILL} AND standing = 3)
  THEN 3
  WHEN EXISTS (SELECT 1 FROM causes WHERE tl = ?1 AND st = ?2 AND until = {STILL} AND standing = 2)
  THEN 2
  WHEN EXISTS (SELECT 1 FROM causes WHERE tl = ?1 AND st = ?2 AND until = {STILL} AND standing = 1)
  THEN 1
  ELSE 0 END
""")
_ADD_CAUSE = sql("""
INSERT INTO causes (tl, st, until, standing, revision, since) VALUES (?, ?, {STILL}, ?, ?, ?)
""")
_CLOSE_CAUSE = sql("""
UPDATE causes SET until = ?
WHERE tl = ? AND st = ? AND until = {STILL} AND standing = ? AND revision = ?
""")
_HAS_CAUSE = sql("""
SELECT 1 FROM causes
WHERE tl = ? AND st = ? AND until = {STILL} AND standing = ? AND revision = ?
""")


class Changes:
    """The changes of the event `revision` of timeline `tl`. `write` ends them."""

    def __init__(self, rows: Rows, tl: int, revision: int) -> None:
        self.rows = rows
        self.tl = tl
        self.revision = revision
        self._before: dict[int, Version] = {}
        self._now: dict[int, Version] = {}
        self._moved: set[tuple[int, int]] = set()

    def version(self, st: int) -> Version:
        """The statement's version, to be changed in place."""
        now = self._now.get(st)
        if now is None:
            row = self.rows.one(_CURRENT, (self.tl, st))
            if row is None:
                raise LookupError(f"there is no statement {st}")
            self._before[st] = Version(*row)
            now = self._now[st] = copy.copy(self._before[st])
        return now

    def touch(self, st: int) -> Version:
        """The version of a statement that is the event's subject or target."""
        version = self.version(st)
        version.touched = self.revision
        return version

    def stands(self, st: int) -> bool:
        """Whether the statement is not retracted."""
        return self.version(st).standing != RETRACTED

    def cause(self, st: int, standing: int, event: int) -> None:
        """From now on the event of revision `event` gives the statement this standing."""
        self.version(st)
        self._moved.add((st, standing))
        self.rows.add(_ADD_CAUSE, (self.tl, st, standing, event, self.revision))

    def uncause(self, st: int, standing: int, event: int) -> None:
        """It does so no longer, if it did."""
        if self.is_cause(st, standing, event):
            self.version(st)
            self._moved.add((st, standing))
            self.rows.change(_CLOSE_CAUSE, (self.revision, self.tl, st, standing, event))

    def is_cause(self, st: int, standing: int, event: int) -> bool:
        """Whether the event of revision `event` gives the statement this standing."""
        return self.rows.one(_HAS_CAUSE, (self.tl, st, standing, event)) is not None

    def write(self) -> None:
        """Close what was true before the event and add what is now."""
        for st in {st for st, _ in self._moved}:
            row = self.rows.one(_STRONGEST, (self.tl, st))
            self._now[st].standing = row[0] if row else ASSERTED
        for st, now in self._now.items():
            before = self._before[st]
            if now == before and (st, now.standing) not in self._moved:
                continue
            self.rows.change(_CLOSE, (self.revision, self.tl, st))
            now.since = self.revision
            self.rows.add(ADD_VERSION, (self.tl, st, *structs.astuple(now)))
