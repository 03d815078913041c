"""What a single date that is written by habit may mean, in EDTF: `13/10/2024` is 2024-10-13.

A reading is only shown to the writer, who chooses; it is never recorded by itself. If a text may
mean two dates, both are given. A reading is always an existing date.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from events.edtf.scanner import DASHES
from events.edtf.year_readings import HABITS_OF_YEARS, Readings, existing, is_date

__all__ = ["HYPHENS", "bared", "readings"]

HYPHENS = str.maketrans(dict.fromkeys(DASHES, "-"))
"""Turns every dash into the hyphen-minus that EDTF uses."""
_ORDER = "year, month and day come in this order, with - between them"

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_DAYS = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
_FILLING = {"of", "the", "in", "on", "at", "st", "nd", "rd", "th"}

_FULL_STOP = re.compile(r"(?<!\.)\.$")
_NUMBERS = re.compile(
    r"([0-9]{1,4}) ?([-/. ]) ?([0-9]{1,2})(?: ?\2 ?([0-9]{1,4}))?|([0-9]{1,2})[-/. ]([0-9]{4})"
)
_TIME = re.compile(r"(.+?),? ?t?\b([0-9]{1,2}:[0-9:.]+) ?(z|utc|gmt|[+-][0-9:]+)?")
_CHARACTERS = re.compile("([0-9]{4}) ?[年년] ?(?:([0-9]{1,2}) ?[月월] ?(?:([0-9]{1,2}) ?[日일])?)?")


def bared(text: str) -> str:
    """The text without meaningless words and signs around the date."""
    return _FULL_STOP.sub("", text.strip(' "(),;'))


def readings(text: str) -> Readings | None:
    """What `text` may mean as a single date, or None if no known habit matches it."""
    bare = bared(text)
    if "/" not in bare and is_date(bare):
        return Readings((bare,), "it is a date already")
    for read in _HABITS:
        found = read(bare.lower())
        dates = existing(found.texts, found.why) if found else None
        if dates:
            return dates
    return None


def _time(text: str) -> Readings | None:
    """`2024-10-13 10:30`, `13.10.2024, 9:30`."""
    found = _TIME.fullmatch(text)
    day = found and (_numbers(found[1]) or _named_month(found[1]))
    if not found or not day:
        return None
    clock = found[2] if found[2][1] != ":" else f"0{found[2]}"
    zone = {"utc": "Z", "gmt": "Z", "z": "Z"}.get(found[3], found[3] or "")
    times = tuple(f"{one}T{clock}{zone}" for one in day.texts)
    return Readings(times, "a T separates the day and its time")


def _numbers(text: str) -> Readings | None:
    """`13/10/2024`, `2024.10.13`, `10/2024`, `2024-1-5`, `20241013`."""
    if re.fullmatch("[0-9]{8}|[0-9]{6}", text):
        return Readings((_dashed(*filter(None, (text[:4], text[4:6], text[6:]))),), _ORDER)
    found = _NUMBERS.fullmatch(text)
    if not found:
        return None
    parts = [part for part in found.group(1, 3, 4, 5, 6) if part]
    if len(parts[0]) == 4:
        return Readings((_dashed(*parts),), _ORDER)
    if len(parts[-1]) != 4:
        return None
    *small, year = parts
    return Readings((_dashed(year, *reversed(small)), _dashed(year, *small)), _ORDER)


def _dashed(year: str, *small: str) -> str:
    """The date with two digits each for month and day, or '' if the month does not exist. A day or
    month of zeros is unknown and left out."""
    rest = [f"{int(part):02}" for part in small]
    if rest and rest[0] > "12":
        return ""
    while rest and rest[-1] == "00":
        rest.pop()
    return "-".join((year, *rest))


def _named_month(text: str) -> Readings | None:
    """`Oct 2024`, `13 October 2024`, `Sunday, October 13th, 2024`, `13-Oct-2024`."""
    words = re.findall(r"[^\W\d_]+|[0-9]+", text)
    names = [word for word in words if not word.isdigit() and word not in _FILLING]
    names = [name for name in names if name[:3] not in _DAYS]
    years = [word for word in words if word.isdigit() and len(word) == 4]
    days = [word for word in words if word.isdigit() and len(word) <= 2]
    numbers = sum(word.isdigit() for word in words)
    months = [n for n, name in enumerate(_MONTHS, start=1) if names and _names(names[0], name)]
    if len(names) != 1 or len(months) != 1 or len(years) != 1 or len(days) > 1:
        return None
    if numbers != len(years) + len(days):
        return None
    return Readings((_dashed(years[0], str(months[0]), *days),), "months are written in digits")


def _names(word: str, month: str) -> bool:
    return len(word) >= 3 and (month.startswith(word) or word == "sept" == month[:4])


def _characters(text: str) -> Readings | None:
    """`2024年10月13日`, `2024년 10월`."""
    found = _CHARACTERS.fullmatch(text)
    return Readings((_dashed(*filter(None, found.groups())),), _ORDER) if found else None


_HABITS: tuple[Callable[[str], Readings | None], ...] = (
    _time,
    _numbers,
    _named_month,
    _characters,
    *HABITS_OF_YEARS,
)
