"""The first rows of a page, in its order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from projections.queries.columns.columns import Columns
from projections.storage.schema import OPEN_END

__all__ = ["SortKey", "first_of", "sort_key_of"]


SortKey = tuple[int | None, int | None, int]
"""Start, end and statement; no dates if the statement has none, or if it is sorted by recording."""


def first_of(
    columns: Columns,
    rows: NDArray[Any],
    order: str,
    after: SortKey | None,
    limit: int,
) -> NDArray[Any]:
    """Up to `limit` of the rows after `after` in this order, those without its date last."""
    date, turned = order.lstrip("-"), order.startswith("-")
    if date == "recorded":
        return _recorded(columns, rows, after, limit, turned=turned)
    dated = columns.starts[date].values[rows] != np.int64(OPEN_END)
    found = rows[:0]
    if after is None or after[0] is not None:
        found = _dated(columns, rows[dated], date, after, limit, turned=turned)
        after = None
    if len(found) < limit:
        rest = _recorded(columns, rows[~dated], after, limit - len(found), turned=turned)
        found = np.concatenate((found, rest))
    return found


def sort_key_of(columns: Columns, row: int, order: str) -> SortKey:
    """The row's sort key in this order."""
    date, st = order.lstrip("-"), int(columns.st.values[row])
    if date == "recorded":
        return None, None, st
    start, end = int(columns.starts[date].values[row]), int(columns.ends[date].values[row])
    return (None, None, st) if start == OPEN_END else (start, end, st)


def _dated(
    columns: Columns, rows: NDArray[Any], date: str, after: Any, limit: int, *, turned: bool
) -> NDArray[Any]:
    starts = columns.starts[date].values[rows]
    if after is not None:
        start = np.int64(after[0])
        near = starts <= start if turned else starts >= start
        rows, starts = rows[near], starts[near]
        # The other parts of the key are compared only if the starts are equal.
        behind = _behind(columns, rows, date, after, turned=turned)
        rows, starts = rows[behind], starts[behind]
    rows = rows[_among_first(starts, limit, turned=turned)]
    starts = columns.starts[date].values[rows]
    ends, sts = columns.ends[date].values[rows], columns.st.values[rows]
    order = np.lexsort((sts, ends, starts))
    return rows[order[::-1][:limit] if turned else order[:limit]]


def _behind(
    columns: Columns, rows: NDArray[Any], date: str, after: Any, *, turned: bool
) -> NDArray[np.bool_]:
    """Whether each row's key comes after `after`; its start is not before it."""
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
) -> NDArray[Any]:
    sts = columns.st.values[rows]
    if after is not None:
        behind = sts < after[2] if turned else sts > after[2]
        rows, sts = rows[behind], sts[behind]
    near = _among_first(sts, limit, turned=turned)
    rows, sts = rows[near], sts[near]
    order = np.argsort(sts)
    return rows[order[::-1][:limit] if turned else order[:limit]]


def _among_first(values: NDArray[Any], limit: int, *, turned: bool) -> Any:
    """Which values can be among the first `limit`: those up to the value at that place."""
    if len(values) <= 4 * limit:
        return slice(None)
    if turned:
        return values >= np.partition(values, len(values) - limit)[len(values) - limit]
    return values <= np.partition(values, limit - 1)[limit - 1]
