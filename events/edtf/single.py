"""A single EDTF date: year, month or season, and day, with qualifiers and unspecified digits."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from events.edtf.calendar import (
    DAY,
    LONGEST,
    SEASONS,
    day_number,
    days_in_month,
    month_span,
    year_span,
)
from events.edtf.scanner import Scanner
from events.edtf.timestamp import time_of_day
from events.edtf.year import Year, read_long_year, read_year

__all__ = ["SingleDate", "read_date", "read_date_time"]


class SingleDate(NamedTuple):
    """A date's first and last second, and what its qualifiers mark."""

    earliest: int
    latest: int
    marks: int
    days: bool = False  # whether it is one certain day, which may carry a time


def read_date(scanner: Scanner) -> SingleDate:
    """Read a date from the scanner's place up to the first character that is not part of it.

    A qualifier stands before a component (it marks that one) or after it (it marks that one and all
    before); here either marks the date. Unspecified digits give the bounds of the first and of the
    last day that exists and fits. Raises DateError.
    """
    marks = scanner.qualifier()
    year = read_long_year(scanner) if scanner.accept("Y") else read_year(scanner)
    marks |= scanner.qualifier()
    if scanner.peek() != "-":
        return SingleDate(*year_span(year.first, year.last), marks)
    if year.alone:
        raise scanner.error("Only a plain year of four digits has months.")
    scanner.accept("-")
    marks |= scanner.qualifier()
    start = scanner.place
    month = _read_pair(scanner, "A month or season")
    marks |= scanner.qualifier()
    if month.isdigit() and int(month) in SEASONS:
        if scanner.peek() == "-":
            raise scanner.error("A season has no days; end the date here.")
        return SingleDate(*month_span(year.first, year.last, *SEASONS[int(month)]), marks)
    months = _months(scanner, month, start)
    if not scanner.accept("-"):
        earliest, _ = month_span(year.first, year.first, months[0], 1)
        _, latest = month_span(year.last, year.last, months[-1], 1)
        return SingleDate(earliest, latest, marks)
    marks |= scanner.qualifier()
    start = scanner.place
    day = _read_pair(scanner, "A day")
    earliest, latest = _days(scanner, year, months, day, start)
    marks |= scanner.qualifier()
    return SingleDate(earliest, latest, marks, not marks and (year.mask + month + day).isdigit())


def read_date_time(scanner: Scanner) -> SingleDate:
    """Read a date, or a day with a time, up to the first character that is not part of it."""
    date = read_date(scanner)
    if scanner.peek() != "T":
        return date
    if not date.days:
        raise scanner.error("Only a whole day without qualifiers or X has a time.")
    second = date.earliest + time_of_day(scanner.text, scanner.place + 1)
    scanner.place = len(scanner.text)
    return SingleDate(second, second, 0)


def _read_pair(scanner: Scanner, what: str) -> str:
    start = scanner.place
    pair = scanner.mask()
    if len(pair) != 2:
        raise scanner.error(f"{what} has two digits or X, like 05 or 1X.", start)
    return pair


@lru_cache(maxsize=64)  # about as many pairs as there are
def _fitting(pair: str, most: int) -> tuple[int, ...]:
    """The numbers from 1 to `most` that two digits or X can stand for, ascending."""
    if pair.isdigit():
        number = int(pair)
        return (number,) if 1 <= number <= most else ()
    tens, units = pair[0], pair[1]
    return tuple(
        number
        for number in range(1, most + 1)
        if tens in ("X", str(number // 10)) and units in ("X", str(number % 10))
    )


def _months(scanner: Scanner, pair: str, start: int) -> tuple[int, ...]:
    months = _fitting(pair, 12)
    if not months:
        beyond = ", seasons 21 to 41" if pair[0] not in "01X" else ""
        raise scanner.error(f"Month {pair} does not exist; months are 01 to 12{beyond}.", start)
    return months


def _days(
    scanner: Scanner, year: Year, months: tuple[int, ...], pair: str, start: int
) -> tuple[int, int]:
    """The first and the last second of the days that fit. Raises DateError if no such day
    exists."""
    days = _fitting(pair, 31)
    if not days:
        raise scanner.error(f"Day {pair} does not exist; days are 01 to 31.", start)
    first = last = None
    # Otherwise a day that exists in no year would be searched for in every year.
    never_leap = year.mask[-1] in "13579"
    if any(days[0] <= LONGEST[month] - (never_leap and month == 2) for month in months):
        first = _first_existing(year.rising(), months, days)
        last = _first_existing(year.falling(), months[::-1], days[::-1])
    if first is None or last is None:
        raise scanner.error(_no_such_day(year, months, pair), start)
    return first * DAY, last * DAY + DAY - 1


def _no_such_day(year: Year, months: tuple[int, ...], pair: str) -> str:
    if "X" in year.mask or len(months) > 1:
        return f"Day {pair} does not exist in any month that fits."
    length = days_in_month(year.first, months[0])
    return f"Day {pair} does not exist; month {months[0]:02} of that year has {length} days."


def _first_existing(
    years: Iterable[int], months: tuple[int, ...], days: tuple[int, ...]
) -> int | None:
    """The number of the first day, in the given order, that the calendar has; None if it has
    none."""
    for year in years:
        for month in months:
            length = days_in_month(year, month)
            for day in days:
                if day <= length:
                    return day_number(year, month, day)
    return None
