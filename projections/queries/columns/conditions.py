"""Conditions on rows, tested one after another: later ones only on rows that passed the earlier
ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["RowCheck", "mask_of", "mask_until", "passing"]

RowCheck = Callable[[Any], NDArray[np.bool_]]
"""Tests rows, given as an array of numbers or a slice: returns a boolean mask."""

_LEFT = 16
"""If fewer than one row in this many is left, the remaining rows are tested one by one."""

_FEW = 500
"""This many rows are tested with all conditions at once, because each step takes longer than the
tests."""


def passing(conditions: Sequence[RowCheck], rows: NDArray[Any]) -> NDArray[Any]:
    """The rows that pass all conditions, in their order."""
    if conditions and len(rows) <= _FEW:
        passed = conditions[0](rows)
        for condition in conditions[1:]:
            passed &= condition(rows)
        return rows[passed]
    for condition in conditions:
        rows = rows[condition(rows)]
    return rows


def mask_until(conditions: Sequence[RowCheck], size: int, since: int = 0) -> NDArray[np.bool_]:
    """A boolean mask: whether each row from `since` up to `size` passes."""
    passed = np.ones(size - since, np.bool_)
    for number, condition in enumerate(conditions, 1):
        passed &= condition(slice(since, size))
        left = conditions[number:]
        if left and np.count_nonzero(passed) * _LEFT < len(passed):
            rows = passing(left, np.flatnonzero(passed) + since)
            return mask_of(rows - since, len(passed))
    return passed


def mask_of(rows: NDArray[Any], size: int) -> NDArray[np.bool_]:
    """These rows (ascending) as a boolean mask of the first `size` rows."""
    mask = np.zeros(size, np.bool_)
    mask[rows[: np.searchsorted(rows, rows.dtype.type(size))]] = True
    return mask
