"""The standings of rows, as of any revision."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from projections.queries.columns.grown import GrownArray
from projections.storage.schema import ASSERTED

__all__ = ["StandingHistory"]

_STANDING: Final = np.uint64(3)
"""The lowest bits of a move hold the new standing; the revision is above them."""
_ANY: Final = np.uint64(7)
_MOVED: Final = 8
"""Set in the present standing of a row that has moved."""
_ROW: Final = np.uint64(35)
"""The bits below the row's."""
_REVISION: Final = np.uint64(2**32 - 1)

_MANY = 2_000
"""The least number of new moves that is worth sorting; more if many are sorted already."""


class _Moved(NamedTuple):
    """All moves. Those up to the revision `end` are sorted, each a number made of row, revision and
    standing; newer ones are listed by row, in the order of revisions."""

    ordered: NDArray[Any]
    end: int
    newer: dict[int, list[tuple[int, int]]]


class StandingHistory:
    """The standing of each row over time. A row is asserted until it moves. One thread adds at a
    time, others may read meanwhile: the present standing is written last, and read first."""

    def __init__(self) -> None:
        self._now = GrownArray(np.uint8)
        self._moved = _Moved(np.empty(0, np.uint64), 0, {})
        self._newer = 0
        self._most = _MANY
        """Newer moves beyond which these are to be sorted, too."""
        self._last = 0
        self._kept: tuple[int, NDArray[Any]] | None = None

    def add_rows(self, rows: int) -> None:
        """Add this many rows."""
        self._now.extend(np.zeros(rows, np.uint8))

    def add(self, rows: Sequence[int], at: Sequence[int], to: Sequence[int]) -> None:
        """Add the new standings of rows, in the order of revisions."""
        now, newer = self._now.values, self._moved.newer
        for row, revision, standing in zip(rows, at, to, strict=True):
            if now[row] & int(_ANY) != standing:
                newer.setdefault(row, []).append((revision, standing))
                self._newer += 1
                self._last = revision
                now[row] = standing | _MOVED

    @property
    def is_stale(self) -> bool:
        """Whether there are so many newer moves that they are to be sorted, too."""
        return self._newer > self._most

    def compact(self, lock: AbstractContextManager[Any]) -> None:
        """Sort the new moves too. `lock` keeps others from adding."""
        with lock:
            self._compact()

    def _compact(self) -> None:
        ordered, _, newer = self._moved
        moves = [
            row << int(_ROW) | revision << int(_STANDING) | standing
            for row, those in newer.items()
            for revision, standing in those
        ]
        both = np.concatenate([ordered, np.array(moves, np.uint64)])
        both.sort(kind="stable")
        self._sorted(both)

    def _sorted(self, moves: NDArray[Any]) -> None:
        self._moved = _Moved(moves, self._last, {})
        self._newer, self._most = 0, max(_MANY, len(moves) // 8)

    def parts(self) -> dict[str, Any]:
        """What makes the same history again. The caller keeps others from adding."""
        if self._newer:
            self._compact()
        return {"now": self._now.copied(), "last": self._last, "moves": self._moved.ordered}

    @classmethod
    def of(cls, parts: dict[str, Any]) -> StandingHistory:
        """The history with these parts."""
        made = cls()
        made._now, made._last = parts["now"], parts["last"]
        made._sorted(parts["moves"])
        return made

    def all_at(self, size: int, revision: int) -> NDArray[Any]:
        """The standings of the first `size` rows at `revision`, as numbers."""
        kept = self._kept
        if kept is not None and kept[0] == revision and len(kept[1]) >= size:
            return kept[1][:size]
        standings: NDArray[Any] = self._now.values[:size] & np.uint8(_ANY)
        if self._last > revision:
            ordered, _, newer = self._moved
            standings[:] = ASSERTED
            earlier = ordered[(ordered >> _STANDING & _REVISION) <= np.uint64(revision)]
            # If a row occurs more than once, its last value counts.
            rows, to = (earlier >> _ROW).astype(np.intp), (earlier & _ANY).astype(np.uint8)
            within = rows < size
            standings[rows[within]] = to[within]
            for row, moves in [*newer.items()]:
                for at, standing in moves:
                    if at <= revision and row < size:
                        standings[row] = standing
        self._kept = (revision, standings)
        return standings

    def of_rows(self, rows: NDArray[Any], changed: NDArray[Any], revision: int) -> NDArray[Any]:
        """The same for some rows; `changed` is the last revision at which each of the columns' rows
        moved."""
        now = self._now.values.take(rows)
        standings: NDArray[Any] = now & np.uint8(_ANY)
        if self._last <= revision:
            return standings
        later = np.flatnonzero((now >= _MOVED) & (changed.take(rows) > np.uint32(revision)))
        if len(later):
            standings[later] = self._then(rows[later], revision)
        return standings

    def _then(self, rows: NDArray[Any], revision: int) -> NDArray[Any]:
        ordered, end, newer = self._moved
        then = np.full(len(rows), ASSERTED, np.uint8)
        if len(ordered):
            numbers = rows.astype(np.uint64)
            latest = numbers << _ROW | np.uint64(revision) << _STANDING | _ANY
            # Where all are later, the place before the first one is the last one.
            found = ordered.take(ordered.searchsorted(latest, "right") - 1)
            of_row = (found >> _ROW == numbers) & (found <= latest)
            then[of_row] = (found[of_row] & _ANY).astype(np.uint8)
        if revision > end and newer:
            for number, row in enumerate(rows.tolist()):
                for at, standing in newer.get(row, ()):
                    if at <= revision:
                        then[number] = standing
        return then
