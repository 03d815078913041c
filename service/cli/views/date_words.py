"""Dates in words, for readers who do not know EDTF, if words can say it without loss."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["in_words"]

_MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_PART: Final = re.compile(r"(-?[0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([~?%]?)")
_MARKS: Final = {"": "", "~": "about ", "?": "perhaps ", "%": "perhaps about "}


def in_words(date: str) -> str | None:
    """`/2025-04~` becomes `until about April 2025, start unknown`. None unless it is a day, a
    month, a year or an interval between such."""
    start, slash, end = date.partition("/")
    if not slash:
        return _part(start)
    first, last = _part(start), _part(end)
    match start, end:
        case "..", _ if last:
            return f"any time until {last}"
        case "", _ if last:
            return f"until {last}, start unknown"
        case _, ".." if first:
            return f"from {first} on"
        case _, "" if first:
            return f"from {first}, end unknown"
    return f"{first} to {last}" if first and last else None


def _part(text: str) -> str | None:
    found = _PART.fullmatch(text)
    if found is None:
        return None
    written, month, day, mark = found.groups()
    year = written if int(written) > 0 else f"{1 - int(written)} BCE"
    if month is None:
        return _MARKS[mark] + year
    if not 1 <= int(month) <= 12:
        return None
    named = f"{_MONTHS[int(month) - 1]} {year}"
    return _MARKS[mark] + (f"{int(day)} {named}" if day else named)
