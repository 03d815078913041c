"""The numbers of buckets: of each year, month, week and day."""

from __future__ import annotations

from events.edtf.calendar import civil, day_number
from projections.answers.choices import Every

__all__ = ["bucket_of", "first_day_of"]

_MONDAY = 3
"""1 January 1970 was a Thursday: the fourth day of its week."""


def bucket_of(day: int, every: Every) -> int:
    """The number of the bucket of this length that contains the day."""
    if every == "day":
        return day
    if every == "week":
        return (day + _MONDAY) // 7
    year, month, _ = civil(day)
    return year if every == "year" else year * 12 + month - 1


def first_day_of(number: int, every: Every) -> int:
    """The first day of the bucket."""
    if every == "day":
        return number
    if every == "week":
        return number * 7 - _MONDAY
    if every == "year":
        return day_number(number, 1, 1)
    year, month = divmod(number, 12)
    return day_number(year, month + 1, 1)
