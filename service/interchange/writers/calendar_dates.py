"""The dates of a statement for formats that have only days, or no vague dates.

Everything is made from the texts of dates and bounds, without a clock or a time zone, so that no
date moves to another day.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, NamedTuple

from projections.answers.statement import ShownDate

__all__ = ["DayRange", "day_range", "is_exact", "is_iso", "iso_date"]

_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_EXACT: Final = re.compile(rf"{_DAY}(?:T.*|/{_DAY})?")
_ISO: Final = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2}(?:T.*)?)?)?")
_FIRST, _LAST = "0001-01-01", "9999-12-30"


class DayRange(NamedTuple):
    """The days from the first to the last that a date can mean, as `YYYY-MM-DD`; `end` is the
    day after the last one."""

    first: str
    last: str
    end: str


def day_range(shown: ShownDate | None) -> DayRange | None:
    """The days of a date; None if it is unbounded or outside the years 1 to 9999."""
    if shown is None or shown.start.earliest is None or shown.end.latest is None:
        return None
    first, last = shown.start.earliest[:10], shown.end.latest[:10]
    if shown.start.earliest[0] in "+-" or shown.end.latest[0] in "+-":
        return None
    if first < _FIRST or last > _LAST:
        return None
    return DayRange(first, last, str(date.fromisoformat(last) + timedelta(days=1)))


def is_exact(text: str) -> bool:
    """Whether the date is one certain day or time, or a range of certain days."""
    return _EXACT.fullmatch(text) is not None


def is_iso(text: str) -> bool:
    """Whether the date is a plain year, month, day or time, which ISO 8601 can express."""
    return _ISO.fullmatch(text) is not None


def iso_date(text: str | None) -> str | None:
    """The date if `is_iso`, else None."""
    return text if text is not None and is_iso(text) else None
