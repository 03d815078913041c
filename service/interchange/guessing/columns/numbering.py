"""Columns of numbers that count nothing, by the numbers alone: they name kinds, or number rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

__all__ = ["number_nothing"]

_LEAST: Final = 10
"""How many numbers there have to be to tell anything."""
_MANY: Final = 20
_ROWS: Final = 3
"""How many rows are numbered by no accident."""
_KINDS: Final = 2
"""How many different numbers may be kinds, such as 0 for no and 1 for yes."""
_STEPS: Final = 5
"""How many different numbers are in order by no accident."""


def number_nothing(values: Sequence[float | None]) -> bool:
    """Whether the numbers of a column, row by row, are a few that stand again and again, or whole
    ones that only rise. What was counted has many values, in no order or the greatest first; but
    sums that grow from day to day do rise, so that a name which counts something weighs more."""
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
