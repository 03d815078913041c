"""Dates: an EDTF text (ISO 8601-2, levels 0 to 2) and the seconds that bound it.

A date keeps its text exactly as written; the bounds of its start and of its end are computed from
it. A single date, a season, an unspecified digit or a set has one pair of bounds for both; in an
interval the start has the bounds of the left side, the end those of the right side.

The grammar is the Library of Congress's *EDTF Specification* (4 February 2019). Where it leaves a
choice:

- An interval is refused if even the latest reading of its end lies before the earliest of its
  start, so `2024-06/2024` and `2024/2024-06` pass. Both sides may be open or unknown
  (`../..`, `/..`), but not both unknown (`/`), which says nothing; and neither may be a set.
- A time of day is allowed only in a single date. Without seconds it is the minute's first
  second; a fraction is dropped, so such a date is one whole second.
- `..` in a set is marked like an open end: `[..1984]` is `open-start`, `[1984..]` `open-end`.
- Centuries (`19`) and decades (`199`) are read where they stand alone. Seasons in intervals, and
  qualifiers on seasons and on years with Y or S are read; a minus before the year 0 is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from events.edtf.calendar import DAY, day_number, days_in_month, month_span, year_span
from events.edtf.habits import advice_for, says_nothing
from events.edtf.scanner import APPROXIMATE, UNCERTAIN, Scanner, check_characters
from events.edtf.span import OPEN_END, OPEN_START, UNKNOWN_END, UNKNOWN_START, read_span
from events.edtf.timestamp import parse_rfc3339, rfc3339, time_of_day
from events.errors import DateError

__all__ = [
    "MOST_CHARACTERS",
    "Bounds",
    "Date",
    "can_parse",
    "parse",
    "parse_optional",
    "parse_recorded",
    "parse_rfc3339",
    "rfc3339",
]

MOST_CHARACTERS = 64

_QUALIFIERS = (
    (APPROXIMATE, "approximate"),
    (UNCERTAIN, "uncertain"),
    (OPEN_START, "open-start"),
    (OPEN_END, "open-end"),
    (UNKNOWN_START, "unknown-start"),
    (UNKNOWN_END, "unknown-end"),
)
_LEAVE_OUT = "Give a date, like 2024-10-13, or leave this out."
_PLAIN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(T[0-9:.Z+\-]*)?)?)?")


class Bounds(msgspec.Struct, frozen=True):
    """The first and the last second that the date can mean, both included.

    Whole seconds since 1970 in UTC, proleptic Gregorian; None means unbounded.
    """

    earliest: int | None
    latest: int | None


class Date(msgspec.Struct, frozen=True):
    """A date as it was written, with the bounds of its start and of its end.

    `qualifiers`: of `approximate`, `uncertain`, `open-start`, `open-end`, `unknown-start`,
    `unknown-end`, in this order, each once.
    """

    text: str
    start: Bounds
    end: Bounds
    qualifiers: tuple[str, ...]

    @property
    def earliest(self) -> int | None:
        """The first second of the widest span; None if it is unbounded."""
        return self.start.earliest

    @property
    def latest(self) -> int | None:
        """The last second of the widest span; None if it is unbounded."""
        return self.end.latest


def parse(text: str) -> Date:
    """Parse `text`. Raises DateError with the column (from 1) of the fault; for common habits of
    writing its message says what to write instead.

    A plain date or time takes a few microseconds, the slowest texts some hundreds.
    """
    _check_length(text)
    try:
        return _parse(text, recorded=False)
    except DateError as error:
        advice = advice_for(text)
        if advice is None:
            raise
        raise DateError(advice, _beginning(text, error.column)) from error


def can_parse(text: str) -> bool:
    """Whether `parse` reads the text. For texts that are tried as dates and often are none: to find
    the advice that an error carries takes much longer than to read a date."""
    try:
        _check_length(text)
        _parse(text, recorded=False)
    except DateError:
        return False
    return True


def parse_optional(text: str) -> Date:
    """Parse a date that may be left out: a parameter or an option, which cannot be null. Raises
    DateError as `parse` does; for a text such as "unknown" it says to leave it out."""
    try:
        return parse(text)
    except DateError as error:
        if says_nothing(text):
            raise DateError(_LEAVE_OUT, error.column) from error
        raise


def parse_recorded(text: str) -> Date:
    """Parse the date of an event in the log. Earlier releases also accepted years of two and three
    digits within longer dates (`2024/25` ended in 2599); such dates keep that meaning. Raises
    DateError."""
    _check_length(text)
    return _parse(text, recorded=True)


def _check_length(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise DateError(
            f"A date has at most {MOST_CHARACTERS} characters; this one has {len(text)}.",
            MOST_CHARACTERS + 1,
        )


def _beginning(text: str, column: int) -> int:
    """The column at which the word around `column` begins, or 1 if only signs precede it."""
    while column > 1 and text[column - 2].isalpha():
        column -= 1
    return column if any(map(str.isalnum, text[: column - 1])) else 1


@lru_cache(maxsize=4096)  # Only short texts are kept; a refusal is raised, and so never kept.
def _parse(text: str, *, recorded: bool) -> Date:
    return _parse_plain(text) or _parse_any(text, recorded=recorded)


def _parse_plain(text: str) -> Date | None:
    """Parse a plain year, month, day, or day with a time, quickly. Returns None for every other
    text."""
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    pair = _plain_bounds(text, *found.groups())
    if pair is None:
        return None
    bounds = Bounds(*pair)
    return Date(text, bounds, bounds, ())


def _plain_bounds(
    text: str, year: str, month: str | None, day: str | None, time: str | None
) -> tuple[int, int] | None:
    y = int(year)
    if month is None:
        return year_span(y, y)
    m = int(month)
    if not 1 <= m <= 12:
        return None
    if day is None:
        return month_span(y, y, m, 1)
    d = int(day)
    if not 1 <= d <= days_in_month(y, m):
        return None
    start = day_number(y, m, d) * DAY
    if time is None:
        return start, start + DAY - 1
    start += time_of_day(text, len("2024-10-01T"))
    return start, start


def _parse_any(text: str, *, recorded: bool) -> Date:
    """Parse any text by the whole grammar."""
    check_characters(text)
    span = read_span(Scanner(text, recorded=recorded))
    start = Bounds(*span.start)
    end = start if span.end is span.start else Bounds(*span.end)
    return Date(text, start, end, tuple(name for mark, name in _QUALIFIERS if span.marks & mark))
