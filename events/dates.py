"""Dates: an EDTF text (ISO 8601-2, levels 0 to 2) and the seconds that bound it.

A date stays exactly as it was written; from it come the bounds of its start and of its end. A
single date, a season, an unspecified digit or a set has one pair, which start and end share; in
an interval the start has the bounds of the one side, the end those of the other.

Read here: the grammar of the Library of Congress, *EDTF Specification* (4 February 2019). Where
it leaves room:

- An interval is refused if even the latest reading of its end lies before the earliest of its
  start, so `2024-06/2024` and `2024/2024-06` pass. Both sides may be open or unknown
  (`../..`, `/..`), but not both unknown (`/`), which says nothing; and neither may be a set.
- A time of day counts only in a date that stands alone. Without seconds it is the minute's first
  second; a fraction is dropped, so such a date is one whole second.
- `..` in a set is marked like an open end: `[..1984]` is `open-start`, `[1984..]` `open-end`.
- Centuries (`19`), decades (`199`), seasons in intervals, and qualifiers on seasons and on years
  with Y or S are read; a minus is refused before a year that is 0.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from events.calendar import DAY, day_number, days_in_month, month_span, year_span
from events.edtf_scanner import APPROXIMATE, UNCERTAIN, Scanner, check_characters
from events.edtf_span import OPEN_END, OPEN_START, UNKNOWN_END, UNKNOWN_START, read_span
from events.errors import DateError
from events.timestamp import parse_rfc3339, rfc3339, time_of_day

__all__ = ["MOST_CHARACTERS", "Bounds", "Date", "parse", "parse_rfc3339", "rfc3339"]

MOST_CHARACTERS = 64

_QUALIFIERS = (
    (APPROXIMATE, "approximate"),
    (UNCERTAIN, "uncertain"),
    (OPEN_START, "open-start"),
    (OPEN_END, "open-end"),
    (UNKNOWN_START, "unknown-start"),
    (UNKNOWN_END, "unknown-end"),
)
_PLAIN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(T[0-9:.Z+\-]*)?)?)?")


class Bounds(msgspec.Struct, frozen=True):
    """The first and the last second that are meant, both included.

    Whole seconds since 1970 in UTC, proleptic Gregorian; None where there is no bound.
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
        """The first second of the widest span; None where it is unbounded."""
        return self.start.earliest

    @property
    def latest(self) -> int | None:
        """The last second of the widest span; None where it is unbounded."""
        return self.end.latest


def parse(text: str) -> Date:
    """The date that `text` writes. Raises DateError with the column, from 1, of what is wrong.

    A plain date or time takes a few microseconds, the worst of texts some two hundred.
    """
    if len(text) > MOST_CHARACTERS:
        raise DateError(
            f"A date has at most {MOST_CHARACTERS} characters; this one has {len(text)}.",
            MOST_CHARACTERS + 1,
        )
    return _parse(text)


@lru_cache(maxsize=4096)  # of short texts only; a refusal is raised, and so never kept
def _parse(text: str) -> Date:
    return _parse_plain(text) or _parse_any(text)


def _parse_plain(text: str) -> Date | None:
    """The fast way for a year, month, day or day with a time that exists; None for all else."""
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


def _parse_any(text: str) -> Date:
    """The whole grammar."""
    if not text:
        raise DateError("A date was expected, like 2024-10-01; give null where it is unknown.", 1)
    check_characters(text)
    span = read_span(Scanner(text))
    start = Bounds(*span.start)
    end = start if span.end is span.start else Bounds(*span.end)
    return Date(text, start, end, tuple(name for mark, name in _QUALIFIERS if span.marks & mark))
