"""Years with the name of their era: `44 BC`, `AD 79`."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["names_era", "written_year", "year_of_era"]

_BEFORE: Final = (
    r"bce?|b\.\s?c\.(?:\s?e\.)?|v\.?\s?(?:chr|u\.?\s?z)\.?|av\.?\s?j\.?-?\s?c\.?"
    r"|a\.?\s?c\.?|до н\.?\s?[еэ]\.?"
)
_AFTER: Final = (
    r"ce|c\.\s?e\.|ad|a\.\s?d\.|n\.?\s?(?:chr|u\.?\s?z)\.?|ap\.?\s?j\.?-?\s?c\.?"
    r"|d\.?\s?c\.?|н\.?\s?[еэ]\.?"
)
_YEAR: Final = re.compile(
    rf"([0-9]{{1,6}})\s*(?:(?P<before>{_BEFORE})|{_AFTER})|(?:ad|a\.\s?d\.)\s*([0-9]{{1,4}})",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(rf"[0-9]\s*(?:{_BEFORE}|{_AFTER})$", re.IGNORECASE)
_MOST: Final = 9999


def year_of_era(text: str) -> str | None:
    """The year in EDTF, which has a year 0 while historical dates do not: 55 BC is -54. None if the
    text is no year with an era."""
    found = _YEAR.fullmatch(text)
    year = int(found[1] or found[3]) if found else 0
    if found is None or not year:
        return None
    if found["before"]:
        return written_year(1 - year)
    return written_year(year) if year <= _MOST else None


def names_era(text: str) -> bool:
    """Whether the text ends in a year with its era."""
    return _NAMED.search(text) is not None


def written_year(year: int) -> str:
    """A year in EDTF."""
    if abs(year) > _MOST:
        return f"Y{year}"
    return f"-{-year:04}" if year < 0 else f"{year:04}"
