"""Messages about a text that is not read as a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from service.interchange.mappings.operations.dates.date_pattern import (
    date_by_patterns,
    no_such_date,
)
from service.interchange.mappings.operations.dates.short_year import (
    HUNDRED_YEARS,
    is_short_pattern,
    order_of,
)

__all__ = ["UnreadDate", "examples_of", "unread_date"]

_EXAMPLES: Final = {
    "iso": "2024-10-13",
    "dmy": "13.10.2024",
    "mdy": "10/13/2024",
    "ymd": "2024/10/13",
    "year": "2024",
    "circa": "ca. 2024",
    "bc": "44 BC",
    "seasons": "spring 2024",
}
_COUNT: Final = re.compile(r"([1-7][0-9]{4})(?:\.[0-9]+)?")
_FIRST_DAY: Final = date(1899, 12, 30)
"""The day that spreadsheets number 0."""
_COUNTED: Final = "This is a number, as spreadsheets count days."
_COUNTED_ADVICE: Final = (
    "Let the spreadsheet show the column as dates, and save it again; here it may be {}."
)
_ORDERS: Final = ("dmy", "mdy", "ymd")
_LONG_NUMBER: Final = re.compile("[0-9]{3}")
_NO_ERA: Final = "A year of two digits or one may be of any century."
_NO_ERA_ADVICE: Final = (
    "Write four digits, as in 0047 or 1947, or the era: `47 AD` is read by the pattern `bc`."
)
_TURNED: Final = {"dmy": "mdy", "mdy": "dmy"}


class UnreadDate(NamedTuple):
    """Why a text is not read, and what to do."""

    reason: str
    advice: str


def unread_date(text: str, patterns: Sequence[str]) -> UnreadDate:
    """What is wrong with a text that none of the patterns reads: it names a day, a month or a time
    that does not exist, or it has another form."""
    if counted := _counted_day(text):
        return UnreadDate(_COUNTED, _COUNTED_ADVICE.format(counted))
    if short := _short_year(text, patterns):
        return short
    turned = [name for name in map(_turned, patterns) if name is not None]
    other = next((name for name in turned if date_by_patterns(text, [name])), None)
    reason = no_such_date(text, patterns)
    if reason is None:
        reason = f"It is not read as a date: dates are expected here like {examples_of(patterns)}."
        return UnreadDate(reason, "Mend the cell, or add a pattern to `date` that reads it.")
    if other is None:
        return UnreadDate(reason, "Mend the cell.")
    order = "the month before the day" if order_of(other) == "mdy" else "the day before the month"
    advice = f"Mend the cell, or name `{other}` in `date` if the file has {order}."
    return UnreadDate(reason, advice)


def _short_year(text: str, patterns: Sequence[str]) -> UnreadDate | None:
    """What to do about a date whose year has two digits, or only an era would tell."""
    named = [f"{name}-{HUNDRED_YEARS}" for name in patterns if name in _ORDERS]
    fitting = next((name for name in named if date_by_patterns(text, [name])), None)
    if fitting is not None:
        first, last = HUNDRED_YEARS, HUNDRED_YEARS + 99
        advice = f"Write four digits, or name `{fitting}` in `date` if it is of {first} to {last}."
        expected = f"dates are expected here like {examples_of(patterns)}."
        return UnreadDate(f"The year has two digits: {expected}", advice)
    if not _LONG_NUMBER.search(text) and date_by_patterns(f"{text} AD", ["bc"]):
        return UnreadDate(_NO_ERA, _NO_ERA_ADVICE)
    return None


def _counted_day(text: str) -> str | None:
    """The day of a number that may be a spreadsheet's count of days, in the years from 1927 to
    2119; None if it is no such number."""
    found = _COUNT.fullmatch(text)
    return str(_FIRST_DAY + timedelta(int(found[1]))) if found else None


def _turned(pattern: str) -> str | None:
    """The pattern with day and month swapped; None if that has no sense."""
    order = order_of(pattern)
    return pattern.replace(order, _TURNED[order]) if order in _TURNED else None


def examples_of(patterns: Sequence[str]) -> str:
    """A date by each of the patterns, for somebody who does not know their names."""
    *others, last = map(_example, patterns)
    return f"{', '.join(others)} or {last}" if others else last


def _example(pattern: str) -> str:
    if is_short_pattern(pattern):
        return _EXAMPLES[order_of(pattern)].replace("2024", "24")
    return _EXAMPLES[pattern]
