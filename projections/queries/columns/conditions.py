"""Conditions on rows, one after another: the later ones are asked of what passed the earlier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["RowCheck", "passing", "truths_of", "truths_until"]

RowCheck = Callable[[Any], NDArray[np.bool_]]
"""Whether rows, an array of numbers or all from one on before another, have what is asked."""

_LEFT = 16
"""Where fewer than one in so many of all rows are left, these are looked at one by one."""

_FEW = 500
"""So many rows are asked for all conditions, since each step takes longer than they do."""


def passing(conditions: Sequence[RowCheck], rows: NDArray[Any]) -> NDArray[Any]:
    """Those of the rows that pass, in their order."""
    if conditions and len(rows) <= _FEW:
        passed = conditions[0](rows)
        for condition in conditions[1:]:
            passed &= condition(rows)
        return rows[passed]
    for condition in conditions:
        rows = rows[condition(rows)]
    return rows


def truths_until(conditions: Sequence[RowCheck], size: int, since: int = 0) -> NDArray[np.bool_]:
    """Whether each of the rows from `since` on, before `size`, passes."""
    passed = np.ones(size - since, np.bool_)
    for number, condition in enumerate(conditions, 1):
        passed &= condition(slice(since, size))
        left = conditions[number:]
        if left and np.count_nonzero(passed) * _LEFT < len(passed):
            rows = passing(left, np.flatnonzero(passed) + since)
            return truths_of(rows - since, len(passed))
    return passed


def truths_of(rows: NDArray[Any], size: int) -> NDArray[np.bool_]:
    """These rows, ascending, as truth values for the first `size` rows."""
    truths = np.zeros(size, np.bool_)
    truths[rows[: np.searchsorted(rows, rows.dtype.type(size))]] = True
    return truths
