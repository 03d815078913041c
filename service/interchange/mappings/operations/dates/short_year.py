"""Years of two digits. Only a pattern that names their hundred years reads them: `dmy-1930` takes
29 for 2029 and 30 for 1930."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["HUNDRED_YEARS", "is_short_pattern", "order_of", "with_whole_year"]

HUNDRED_YEARS: Final = 1930
"""The first year of the hundred years in which spreadsheet programs place years of two digits."""
_PATTERN: Final = re.compile(r"(dmy|mdy|ymd)-([0-9]{4})")
_HUNDRED: Final = 100
_SIGN: Final = r"\s*[-./\s]\s*"
_REST: Final = r"(?P<rest>(?:[\sT,]+[0-9]{1,2}:.*)?)"
_BEHIND: Final = re.compile(
    rf"(?P<day>(?:[^\W\d_]+\.?,?\s+)?[0-9]{{1,2}}\.?{_SIGN}(?:[0-9]{{1,2}}|[^\W\d_]{{3,}}\.?),?"
    rf"{_SIGN})['’]?(?P<year>[0-9]{{2}}){_REST}"
)
_BEFORE: Final = re.compile(
    rf"(?P<year>[0-9]{{2}})(?P<day>{_SIGN}[0-9]{{1,2}}{_SIGN}[0-9]{{1,2}}){_REST}"
)


def is_short_pattern(name: str) -> bool:
    """Whether it is the name of a pattern for years of two digits."""
    return _PATTERN.fullmatch(name) is not None


def order_of(name: str) -> str:
    """The pattern with the same order of day, month and year for four digits."""
    return name.partition("-")[0]


def with_whole_year(text: str, name: str) -> str | None:
    """The date with a year of four digits, by a pattern of that name; None if it does not match."""
    order, _, first = name.partition("-")
    found = (_BEFORE if order == "ymd" else _BEHIND).fullmatch(text.strip())
    if found is None:
        return None
    start = int(first)
    year = f"{start + (int(found['year']) - start) % _HUNDRED:04}"
    parts = (year, found["day"]) if order == "ymd" else (found["day"], year)
    return "".join((*parts, found["rest"]))
