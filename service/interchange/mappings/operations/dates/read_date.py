"""A date that was read, or the reason why it does not exist."""

from __future__ import annotations

import re
from calendar import month_name
from typing import Final, NamedTuple

from events.edtf import dates
from events.edtf.calendar import days_in_month
from events.errors import DateError

__all__ = ["NoSuchDate", "ReadDate", "checked_date", "checked_month"]

_PARTS: Final = re.compile(r"(-?[0-9]{4})-([0-9]{2})(?:-([0-9]{2})(?:T.*)?)?")
_FAR_YEAR: Final = re.compile("Y-?[0-9]+")
_LAST_MONTH: Final = 12
_LEAP_DAY: Final = (2, 29)


class NoSuchDate(Exception):
    """A text has the form of a date, but names a day, a month or a time that does not exist.
    `reason` is a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ReadDate(NamedTuple):
    """A date in EDTF. `swappable`: day and month are numbers that could be swapped; `settled`: they
    are numbers that could not; `short`: the year had two digits."""

    text: str
    swappable: bool = False
    short: bool = False
    settled: bool = False


def checked_date(text: str, like: ReadDate | None = None) -> ReadDate | None:
    """The text as a date, with the doubts of the date that it was made from; None if it does not
    have the form of a date. Raises NoSuchDate."""
    if not _has_form(text):
        return None
    try:
        dates.parse(text)
    except DateError as error:
        found = _PARTS.fullmatch(text)
        reason = _reason(int(found[1]), int(found[2]), found[3]) if found else None
        raise NoSuchDate(reason or error.message) from error
    return ReadDate(text) if like is None else like._replace(text=text)


def _has_form(text: str) -> bool:
    """Whether the text is a date, or one that does not exist. Raises NoSuchDate."""
    is_day = _PARTS.fullmatch(text) or _FAR_YEAR.fullmatch(text)
    return bool(is_day) or dates.can_parse(text) or _are_dates(text.split("/"))


def _are_dates(texts: list[str]) -> bool:
    """Whether the two ends of an interval are dates, so that only their order is wrong. Raises
    NoSuchDate."""
    return len(texts) == 2 and all(map(checked_date, texts))


def checked_month(year: str, month: int) -> ReadDate | None:
    """A month of a year; an invalid number is not taken for a season. Raises NoSuchDate."""
    if not 1 <= month <= _LAST_MONTH:
        raise NoSuchDate(_no_month(month))
    return checked_date(f"{year}-{month:02}")


def _reason(year: int, month: int, day: str | None) -> str | None:
    """Why a day or month does not exist; None if it does."""
    if not 1 <= month <= _LAST_MONTH:
        return _no_month(month)
    if day is None or 1 <= int(day) <= days_in_month(year, month):
        return None
    number = int(day)
    if not 1 <= number <= 31:
        return f"There is no day {number}: a month has 28 to 31."
    where = " in that year" if (month, number) == _LEAP_DAY else ""
    return f"{month_name[month]} has no day {number}{where}."


def _no_month(month: int) -> str:
    return f"There is no month {month}: months are 1 to 12."
