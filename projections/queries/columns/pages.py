"""The first rows of a page, in its order."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from projections.queries.columns.columns import Columns
from projections.storage.schema import OPEN_END

__all__ = ["SortKey", "SortedStatement", "first_of"]


SortKey = tuple[int | None, int | None, int]
"""Start, end and statement; no dates where there are none, or it is sorted by recording."""


class SortedStatement(NamedTuple):
    """A statement with its sort key; no dates where it is sorted by when it was recorded."""

    st: int
    start: int | None
    end: int | None


def first_of(
    columns: Columns,
    rows: NDArray[Any],
    order: str,
    after: SortKey | None,
    limit: int,
) -> list[SortedStatement]:
    """Up to `limit` statements behind `after`, those without the order's date last."""
    date, turned = order.lstrip("-"), order.startswith("-")
    if date == "recorded":
        return _recorded(columns, rows, after, limit, turned=turned)
    starts = columns.starts[date].values[rows]
    dated = starts != np.int64(OPEN_END)
    found: list[SortedStatement] = []
    if after is None or after[0] is not None:
        found = _dated(columns, rows[dated], date, after, limit, turned=turned)
        after = None
    if len(found) < limit:
        rest = limit - len(found)
        found += _recorded(columns, rows[~dated], after, rest, turned=turned)
    return found


def _dated(
    columns: Columns, rows: NDArray[Any], date: str, after: Any, limit: int, *, turned: bool
) -> list[SortedStatement]:
    starts = columns.starts[date].values[rows]
    if after is not None:
        start = np.int64(after[0])
        near = starts <= start if turned else starts >= start
        rows, starts = rows[near], starts[near]
        # Only where the starts are equal are the other parts of the key looked at.
        behind = _behind(columns, rows, date, after, turned=turned)
        rows, starts = rows[behind], starts[behind]
    rows = rows[_among_first(starts, limit, turned=turned)]
    starts = columns.starts[date].values[rows]
    ends, sts = columns.ends[date].values[rows], columns.st.values[rows]
    order = np.lexsort((sts, ends, starts))
    order = order[::-1][:limit] if turned else order[:limit]
    keys = zip(sts[order].tolist(), starts[order].tolist(), ends[order].tolist(), strict=True)
    return [SortedStatement(*key) for key in keys]


def _behind(
    columns: Columns, rows: NDArray[Any], date: str, after: Any, *, turned: bool
) -> NDArray[np.bool_]:
    """Whether each row's key comes behind `after`; its start is not before it."""
    start, end, st = after
    wanted: NDArray[np.bool_] = columns.starts[date].values[rows] != np.int64(start)
    (equal,) = np.nonzero(~wanted)
    ends = columns.ends[date].values[rows[equal]]
    sts = columns.st.values[rows[equal]]
    if turned:
        wanted[equal] = (ends < end) | ((ends == end) & (sts < st))
    else:
        wanted[equal] = (ends > end) | ((ends == end) & (sts > st))
    return wanted


def _recorded(
    columns: Columns, rows: NDArray[Any], after: Any, limit: int, *, turned: bool
) -> list[SortedStatement]:
    sts = columns.st.values[rows]
    if after is not None:
        sts = sts[sts < after[2]] if turned else sts[sts > after[2]]
    sts = np.sort(sts[_among_first(sts, limit, turned=turned)])
    first = sts[::-1][:limit] if turned else sts[:limit]
    return [SortedStatement(st, None, None) for st in first.tolist()]


def _among_first(values: NDArray[Any], limit: int, *, turned: bool) -> Any:
    """Which values can be among the first `limit`: those up to the one at that place."""
    if len(values) <= 4 * limit:
        return slice(None)
    if turned:
        return values >= np.partition(values, len(values) - limit)[len(values) - limit]
    return values <= np.partition(values, limit - 1)[limit - 1]
