"""Recognizes columns of numbers that count nothing, by the numbers alone: codes, and row
numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

__all__ = ["number_nothing"]

_LEAST: Final = 10
"""The fewest numbers that show anything."""
_MANY: Final = 20
_ROWS: Final = 3
"""The fewest ascending numbers that are no accident."""
_KINDS: Final = 2
"""The most different numbers that may be codes, such as 0 for no and 1 for yes."""
_STEPS: Final = 5
"""The fewest different numbers whose order is no accident."""


def number_nothing(values: Sequence[float | None]) -> bool:
    """Whether the numbers of a column, row by row, are a few recurring ones, or whole ones that
    only rise. Counts have many values, in no order or the greatest first. But sums that grow from
    day to day rise too, so a name that means counting weighs more."""
    numbers = [value for value in values if value is not None]
    different = len({*numbers})
    if numbers == [*range(1, len(numbers) + 1)] and len(numbers) >= _ROWS:
        return True
    if len(numbers) < _LEAST:
        return False
    if different <= (_KINDS if len(numbers) < _MANY else _KINDS + 1):
        return True
    in_order = all(after >= before for before, after in pairwise(numbers))
    return in_order and different >= _STEPS and all(value == int(value) for value in numbers)
