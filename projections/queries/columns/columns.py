"""The contents of one timeline as columns in memory.

A row is the content that one event recorded or corrected; rows are in the order of revisions.
Columns only grow, except `until`: what is true of an earlier revision stays true while later events
are added.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from projections.queries.columns.grown import GrownArray
from projections.queries.columns.having.postings import Postings
from projections.queries.columns.shelf import Shelf
from projections.queries.columns.standing_history import StandingHistory
from projections.queries.shown.encoded import DIGEST, EncodedStatements
from projections.storage.schema import BY, DATASET, MOST_LATE, ORIGIN, PLACE, ROLE, SOURCE, TAG

if TYPE_CHECKING:
    from projections.queries.columns.having.bitmap import Bitmap
    from projections.queries.columns.orders.sorting import Sorting

__all__ = ["ACTOR", "FIELDS", "UNKNOWN_LATE", "UNTIL_NOW", "Columns", "MappedFile"]

ACTOR: Final = 0
"""Speakers, links of `via` and actors in `about` together: each key once a row."""

FIELDS: Final = (ACTOR, BY, TAG, PLACE, SOURCE, ROLE, ORIGIN, DATASET)

UNTIL_NOW: Final = 2**32 - 1
"""The `until` of contents that are valid now."""

UNKNOWN_LATE: Final = MOST_LATE + 1

_FAR = 8
"""A statement with more rows than this to walk to its current one has a later row remembered."""


class MappedFile(NamedTuple):
    """A snapshot: the revision up to which it goes, its inode, and where its shelf is. All is empty
    if there is none."""

    revision: int = 0
    inode: int = 0
    shelf: Path | None = None


class Columns:
    """The columns up to `revision`; `projections.queries.columns.loading` fills them.

    Starts and ends are seconds, the smallest and largest 64-bit integer if open; a missing date has
    the largest as its start and the smallest as its end. `late` is how many days after the one of
    its start it begins at the latest; `UNKNOWN_LATE` if nobody knows, or there is no date.
    `sourced` is the revision at which the sources were recorded or last corrected; `changed` is the
    last revision at which the shown statement changed while the row was valid.
    """

    def __init__(self, redactions: int) -> None:
        self.redactions = redactions
        self._reached = (0, 0)
        self.revision = 0
        """The revision up to which all rows and everything about them are loaded."""
        self.mapped = MappedFile()
        """What they are mapped from."""
        self.revisions = GrownArray(np.uint32)
        self.st = GrownArray(np.uint32)
        self.until = GrownArray(np.uint32)
        self.sourced = GrownArray(np.uint32)
        self.changed = GrownArray(np.uint32)
        self.kind = GrownArray(np.uint8)
        self.unsourced = GrownArray(np.bool_)
        self.starts = {"occurred": GrownArray(np.int64), "said": GrownArray(np.int64)}
        self.ends = {"occurred": GrownArray(np.int64), "said": GrownArray(np.int64)}
        self.late = {"occurred": GrownArray(np.uint32), "said": GrownArray(np.uint32)}
        self.terms = {field: Postings() for field in FIELDS}
        self.sortings: dict[str, tuple[Sorting, ...]] = {}
        """By clock: consecutive ranges of rows, beginning with the first row, each sorted. Empty
        while there are few rows, or nothing was sorted yet."""
        self.is_outdone = False
        """Whether they want another shelf, or to be mapped from a newer snapshot, and no thread has
        seen to that yet."""
        self.unstale = -1
        """The number of rows at the last check that found nothing to sort."""
        self.searches: dict[str, tuple[int, NDArray[Any]]] = {}
        """By search expression: the revision up to which rows were searched, and the rows that
        match."""
        self.bitmaps: dict[Hashable, Bitmap] = {}
        """By key of a term, word or combination that many rows have: the bitmap of these rows."""
        self.encoded = EncodedStatements()
        self.shelf: Shelf | None = None
        """If there is a shelf, it has a place for each row."""
        self._later: dict[int, int] = {}
        """For statements that were corrected often: a late row, to start from."""
        self.standing_history = StandingHistory()
        """The standings of the rows."""

    def __len__(self) -> int:
        return len(self.revisions)

    def parts(self) -> dict[str, Any]:
        """What makes the same columns again, but for the shelf, what is sorted and what is cached.
        The caller keeps others from adding."""
        arrays = {name: getattr(self, name).fixed() for name in ("revisions", "st", "sourced")}
        arrays |= {name: getattr(self, name).copied() for name in ("until", "changed")}
        arrays |= {name: getattr(self, name).fixed() for name in ("kind", "unsourced")}
        clocks = {
            name: {clock: one.fixed() for clock, one in getattr(self, name).items()}
            for name in ("starts", "ends", "late")
        }
        return {
            "redactions": self.redactions,
            "revision": self.revision,
            "columns": arrays | clocks,
            "terms": [self.terms[field].parts() for field in FIELDS],
            "standings": self.standing_history.parts(),
        }

    @classmethod
    def of(cls, parts: dict[str, Any]) -> Columns:
        """The columns with these parts."""
        made = cls(parts["redactions"])
        for name, column in parts["columns"].items():
            setattr(made, name, column)
        made.terms = dict(zip(FIELDS, map(Postings.of, parts["terms"]), strict=True))
        made.standing_history = StandingHistory.of(parts["standings"])
        made.reach(parts["revision"])
        return made

    def inherit(self, other: Columns) -> None:
        """Take over what other columns of the same timeline have cached, which are not newer."""
        self.searches, self.bitmaps, self.encoded = other.searches, other.bitmaps, other.encoded
        self._later = other._later

    def reach(self, revision: int) -> None:
        """Note that all rows up to this revision are loaded."""
        self._reached = (revision, len(self))
        self.revision = revision

    def rows_at(self, revision: int) -> int:
        """The number of rows of events up to `revision`."""
        reached, rows = self._reached
        if revision == reached:
            return rows
        return int(self.revisions.values.searchsorted(np.uint32(revision), "right"))

    def row_of(self, revision: int) -> int:
        """The row of the event that recorded or corrected something."""
        return int(self.revisions.values.searchsorted(np.uint32(revision)))

    def last_row(self, st: int) -> int:
        """The statement's current row. Each earlier row ends with the event of the next one."""
        row, steps = self._later.get(st, -1), 0
        row = self.row_of(st) if row < 0 else row
        while (until := int(self.until.values[row])) != UNTIL_NOW:
            row = self.row_of(until)
            steps += 1
        if steps > _FAR:
            self._later[st] = row
        return row

    def move(self, of: Sequence[int], at: Sequence[int], to: Sequence[int]) -> None:
        """Add new versions with their standings, in the order of revisions. Each version belongs to
        the row of the event `of`, and was made by the event `at`."""
        rows = np.searchsorted(self.revisions.values, np.array(of, np.uint32))
        if self.shelf is not None:
            self.shelf.remove(rows[self.changed.values[rows] != np.array(at, np.uint32)])
        # If a row occurs more than once, its last value counts.
        self.changed.values[rows] = at
        self.standing_history.add(rows.tolist(), at, to)

    def shelved(self, rows: NDArray[Any], revision: int) -> tuple[list[bytes], bytes]:
        """The JSON of the statements of these rows as of `revision`, empty for those that are not
        on the shelf; and their digests, concatenated."""
        shelf = self.shelf
        if shelf is None:
            return [b""] * len(rows), bytes(len(rows) * DIGEST)
        # The places are read first: if another thread changes a row meanwhile, it counts as
        # changed.
        places, digests = shelf.places_of(rows), shelf.digests_of(rows)
        if self.revision > revision:
            places *= self.changed.values.take(rows) <= np.uint32(revision)
        return shelf.read(places), digests

    def off_shelf(self) -> NDArray[Any]:
        """The currently valid rows whose statement is not on the shelf."""
        if self.shelf is None:
            return np.empty(0, np.intp)
        rows = np.flatnonzero(self.shelf.missing)
        valid: NDArray[Any] = rows[self.until.values[rows] == np.uint32(UNTIL_NOW)]
        return valid

    def put_on_shelf(
        self, versions: Sequence[tuple[int, int, int, bytes]]
    ) -> list[tuple[int, int, int, bytes]]:
        """Put those encoded statements on the shelf that are current; return the others. Each comes
        with its row, the revision at which it was recorded, and a revision at which it was so. The
        caller holds the lock of the columns."""
        changed = self.changed.values[[row for row, *_ in versions]].tolist()
        now = [one for one, change in zip(versions, changed, strict=True) if one[2] == change]
        if self.shelf is not None:
            self.shelf.put([row for row, *_ in now], [one for *_, one in now])
        return [one for one, change in zip(versions, changed, strict=True) if one[2] != change]

    def changes_of(self, rows: NDArray[Any], revision: int) -> list[int]:
        """The last revision up to `revision` at which each row's shown statement is known to have
        changed; `revision` itself if it changed later."""
        known: list[int] = np.minimum(self.changed.values[rows], np.uint32(revision)).tolist()
        return known

    def standings_of(self, at: slice | NDArray[Any], revision: int) -> NDArray[Any]:
        """The numbers of the standings of some rows at `revision`; rows are a slice or an array."""
        if isinstance(at, slice):
            return self.standing_history.all_at(at.stop, revision)[at]
        return self.standing_history.of_rows(at, self.changed.values, revision)
