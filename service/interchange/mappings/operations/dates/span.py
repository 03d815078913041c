"""Dates with a start, an end and a precision, as EDTF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from events.edtf import dates
from events.errors import DateError

__all__ = ["OPEN", "PRECISIONS", "span_of"]

OPEN: Final = ".."
"""The end of something that goes on, in EDTF."""
PRECISIONS: Final = ("exact", "one-of", "day", "week", "month", "year")


def span_of(start: str, end: str, precision: str) -> str:
    """The date from `start` to `end`, either of which may be empty.

    `exact`: from the start to the end. `one-of`: some day between them. A unit: some time in the
    units that contain the two; if both are in the same unit, that is a single date. An end may be
    open (`..`). Raises DateError.
    """
    if precision not in PRECISIONS:
        names = ", ".join(PRECISIONS)
        raise DateError(f"{precision[:60]!r} is no precision. There are {names}.", 1)
    if not start and end in ("", OPEN):
        return ""
    if end == OPEN:
        begun = start if precision in ("exact", "one-of") else span_of(start, "", precision)
        return _valid(f"[{begun}..]" if precision == "one-of" else f"{begun}/{OPEN}")
    if precision in _UNITS:
        return _around(start or end, end or start, precision)
    if not end or start == end:
        return start
    if precision == "one-of":
        return _valid(f"[{start}..{end}]")
    return _valid(f"{start}/{end}")


def _around(start: str, end: str, unit: str) -> str:
    """The unit that contains the first day, or every unit from there to the one that contains the
    last day."""
    days = [_day(dates.parse(start).earliest), _day(dates.parse(end).latest)]
    if unit == "week":
        first = days[0] - timedelta(days[0].weekday())
        last = days[1] + timedelta(6 - days[1].weekday())
        return _valid(f"[{first}..{last}]")
    first_text, last_text = map(_UNITS[unit], days)
    return first_text if first_text == last_text else _valid(f"[{first_text}..{last_text}]")


_UNITS: Final[dict[str, Callable[[date], str]]] = {
    "day": date.isoformat,
    "week": date.isoformat,
    "month": lambda day: day.isoformat()[:7],
    "year": lambda day: day.isoformat()[:4],
}


def _day(seconds: int | None) -> date:
    try:
        if seconds is not None:
            return date(1970, 1, 1) + timedelta(seconds=seconds)
    except OverflowError:
        pass
    raise DateError("A precision of a unit needs dates of the years 1 to 9999.", 1)


def _valid(text: str) -> str:
    return dates.parse(text).text
