"""What one event changes of statements: each version is read once and written once.

A statement's standing is the strongest that has a cause. Weaker causes are stored as well, so that
the earlier standing returns when the strong cause is taken back. A new version is written if
anything that is shown differs, including `because`.
"""

from __future__ import annotations

import copy

from projections.storage.current_statements import CurrentStatements, Version
from projections.storage.rows import Rows
from projections.storage.schema import ASSERTED, RETRACTED, sql

__all__ = ["Changes"]


# Four lookups in an index, however many causes there are.
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
_CLOSE_CAUSES = sql("""
UPDATE causes SET until = ? WHERE tl = ? AND st = ? AND until = {STILL} AND standing = ?
""")
_HAS_CAUSE = sql("""
SELECT 1 FROM causes
WHERE tl = ? AND st = ? AND until = {STILL} AND standing = ? AND revision = ?
""")


class Changes:
    """The changes of the event `revision` of timeline `tl`, written by `write`."""

    def __init__(self, rows: Rows, current: CurrentStatements, tl: int, revision: int) -> None:
        self.rows = rows
        self.current = current
        self.tl = tl
        self.revision = revision
        self._before: dict[int, Version] = {}
        self._now: dict[int, Version] = {}
        self._moved: dict[int, set[int]] = {}
        self._weakened: set[int] = set()

    def version(self, st: int) -> Version:
        """The statement's version, to be changed in place."""
        now = self._now.get(st)
        if now is None:
            before = self._before[st] = self.current.version(self.tl, st)
            now = self._now[st] = copy.copy(before)
        return now

    def touch(self, st: int) -> Version:
        """The version of a statement that is the event's subject or target, marked as touched by
        it."""
        version = self.version(st)
        version.touched = self.revision
        return version

    def stands(self, st: int) -> bool:
        """Whether the statement is not retracted."""
        return self.version(st).standing != RETRACTED

    def cause(self, st: int, standing: int, event: int) -> None:
        """Add a cause: the event of revision `event` gives the statement this standing."""
        self._move(st, standing)
        self.rows.add(_ADD_CAUSE, (self.tl, st, standing, event, self.revision))

    def uncause(self, st: int, standing: int, event: int) -> None:
        """End this cause, if the event of revision `event` is one."""
        if self.is_cause(st, standing, event):
            self._weaken(st, standing)
            self.rows.change(_CLOSE_CAUSE, (self.revision, self.tl, st, standing, event))

    def uncause_all(self, st: int, standing: int) -> None:
        """End all causes of this standing."""
        self._weaken(st, standing)
        self.rows.change(_CLOSE_CAUSES, (self.revision, self.tl, st, standing))

    def is_cause(self, st: int, standing: int, event: int) -> bool:
        """Whether the event of revision `event` gives the statement this standing."""
        return self.rows.one(_HAS_CAUSE, (self.tl, st, standing, event)) is not None

    def write(self) -> None:
        """Write each statement's new version, with its standing, if anything differs."""
        for st, moved in self._moved.items():
            self._now[st].standing = self._strongest(st, moved)
        for st, now in self._now.items():
            if now == self._before[st] and now.standing not in self._moved.get(st, ()):
                continue
            now.since = self.revision
            self.current.replace(self.tl, st, now)

    def _move(self, st: int, standing: int) -> None:
        self.version(st)
        self._moved.setdefault(st, set()).add(standing)

    def _weaken(self, st: int, standing: int) -> None:
        self._move(st, standing)
        if standing >= self._before[st].standing:
            self._weakened.add(st)

    def _strongest(self, st: int, moved: set[int]) -> int:
        """The strongest standing that has a cause. Unless a cause of the strongest one ended, it is
        the old standing or a stronger one that has a new cause."""
        if st not in self._weakened:
            return max(self._before[st].standing, *moved)
        row = self.rows.one(_STRONGEST, (self.tl, st))
        return row[0] if row else ASSERTED
