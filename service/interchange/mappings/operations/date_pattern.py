"""Reads dates by the patterns that a mapping names. A text that no pattern matches is no date, and
nothing is filled in: a year of two digits is refused, and a missing day stays missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from events.edtf import dates
from events.errors import DateError
from service.interchange.mappings.operations.months import folded, month_named, season_named

__all__ = ["PATTERNS", "ReadDate", "date_by_patterns", "examples_of"]


class ReadDate(NamedTuple):
    """A date in EDTF. `swappable`: day and month are numbers that could change places."""

    text: str
    swappable: bool = False


_LONGEST: Final = 120
_MIDNIGHT: Final = re.compile(r"0?0:00(?::00(?:\.0+)?)?")
_TIME: Final = re.compile(
    r"(.*[^\s,T])(?:,?\s+|T)([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)\s*(Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?"
)
_BASIC: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SEPARATED: Final = r"\s*[-./\s]\s*"
_THREE: Final = re.compile(rf"([0-9]{{1,2}}){_SEPARATED}([0-9]{{1,2}}){_SEPARATED}([0-9]{{4}})\.?")
_TWO: Final = re.compile(rf"([0-9]{{1,2}}){_SEPARATED}([0-9]{{4}})")
_YEAR_FIRST: Final = re.compile(
    r"(-?[0-9]{3,6})(?:[-./年]([0-9]{0,2})(?:[-./月]([0-9]{0,2})日?)?)?"
)
_FILLING: Final = re.compile(
    r"\b(?:of|de|del|the|le|den|г|р|року|года)\b\.?|(?<=[0-9])(?:st|nd|rd|th|er|º|ª)\b|,"
)
_WORD: Final = r"([^\W\d_]+)\.?"
_DAY_NAMED: Final = re.compile(rf"([0-9]{{1,2}})\.?[\s-]*{_WORD}[\s-]*([0-9]{{4}})")
_NAMED_DAY: Final = re.compile(rf"{_WORD}[\s-]*([0-9]{{1,2}})[\s-]+([0-9]{{4}})")
_NAMED: Final = re.compile(rf"{_WORD}[\s-]*([0-9]{{4}})")
_YEAR_NAMED: Final = re.compile(rf"([0-9]{{4}})[\s-]*{_WORD}[\s-]*([0-9]{{1,2}})?")
_DECADE: Final = re.compile(r"([0-9]{3})0['’]?s|([0-9]{3})0er")
_CENTURY: Final = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th|\.)?\s*(?:century|cent\.?|jahrhundert|jh\.?)"
)
_CIRCA: Final = re.compile(
    r"(?:c|ca|cca|circa|about|around|abt|approx|approximately|um|etwa|vers|env|environ|hacia|około"
    r"|около|близько)\b\.?\s*(.+)|(.+?)\s*\(?(?:circa|approx\.?|~)\)?",
    re.IGNORECASE,
)
_BC: Final = re.compile(
    r"([0-9]{1,6})\s*(?:bce?|b\.\s?c\.(?:\s?e\.)?|v\.?\s?(?:chr|u\.?\s?z)\.?|av\.?\s?j\.?-?\s?c\.?"
    r"|a\.?\s?c\.?|до н\.?\s?[еэ]\.?)",
    re.IGNORECASE,
)
_SEASON: Final = re.compile(r"([^\W_]+)[\s-]*([0-9]{4})|([0-9]{4})[\s-]*([^\W_]+)")


def date_by_patterns(text: str, patterns: Sequence[str]) -> ReadDate | None:
    """The date that `text` is by the first of the patterns that matches it; None if none does. A
    text that is longer than any date is not looked at: patterns take long for very long texts."""
    if len(text) > _LONGEST:
        return None
    for pattern in patterns:
        found = _READERS[pattern](text, patterns)
        if found is not None:
            return found
    return None


def _iso(text: str, _: Sequence[str]) -> ReadDate | None:
    """EDTF as it is, and what other programs write for ISO 8601."""
    if found := _BASIC.fullmatch(text):
        return _checked("-".join(found.groups()))
    if "/" not in text and (timed := _TIME.fullmatch(text)):
        return _with_time(ReadDate(timed[1]), timed)
    return _checked(text)


def _dmy(text: str, _: Sequence[str]) -> ReadDate | None:
    return _timed(text, lambda day: _numbers(day, 1, 0) or _words(day))


def _mdy(text: str, _: Sequence[str]) -> ReadDate | None:
    return _timed(text, lambda day: _numbers(day, 0, 1) or _words(day))


def _ymd(text: str, _: Sequence[str]) -> ReadDate | None:
    return _timed(text, _year_first)


def _year(text: str, _: Sequence[str]) -> ReadDate | None:
    if re.fullmatch(r"-?[0-9]{3,6}", text):
        return _checked(_year_text(int(text)))
    if found := _DECADE.fullmatch(text.casefold()):
        return _checked(f"{found[1] or found[2]}X")
    if (found := _CENTURY.fullmatch(text.casefold())) and int(found[1]):
        return _checked(f"{int(found[1]) - 1:02}XX")
    return None


def _circa(text: str, patterns: Sequence[str]) -> ReadDate | None:
    """What stands behind `c.` is read by the other patterns of the mapping, or as EDTF."""
    found = _CIRCA.fullmatch(text)
    if found is None:
        return None
    others = [each for each in patterns if each != "circa"]
    inner = date_by_patterns(found[1] or found[2], [*others, "iso", "year"])
    return inner and _checked(f"{inner.text}~", swappable=inner.swappable)


def _bc(text: str, _: Sequence[str]) -> ReadDate | None:
    """55 BC is the year -54: there is a year 0 in EDTF, but not in what people write."""
    found = _BC.fullmatch(text)
    return _checked(_year_text(1 - int(found[1]))) if found and int(found[1]) else None


def _seasons(text: str, _: Sequence[str]) -> ReadDate | None:
    plain = " ".join(_FILLING.sub(" ", text).split())
    found = _SEASON.fullmatch(plain)
    if found is None:
        return None
    number = season_named(found[1] or found[4])
    return _checked(f"{found[2] or found[3]}-{number}") if number else None


_READERS: Final[dict[str, Callable[[str, Sequence[str]], ReadDate | None]]] = {
    "iso": _iso,
    "dmy": _dmy,
    "mdy": _mdy,
    "ymd": _ymd,
    "year": _year,
    "circa": _circa,
    "bc": _bc,
    "seasons": _seasons,
}
PATTERNS: Final = tuple(_READERS)
"""The names of the patterns."""
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


def examples_of(patterns: Sequence[str]) -> str:
    """A date by each of the patterns, for somebody who does not know their names."""
    *others, last = (_EXAMPLES[pattern] for pattern in patterns)
    return f"{', '.join(others)} or {last}" if others else last


def _timed(text: str, read: Callable[[str], ReadDate | None]) -> ReadDate | None:
    """Read a day that may have a time behind it; midnight is what programs write for no time."""
    timed = _TIME.fullmatch(text)
    day = read(timed[1] if timed else text)
    return _with_time(day, timed) if day and timed else day


def _with_time(day: ReadDate, timed: re.Match[str]) -> ReadDate | None:
    time, zone = timed[2], timed[3] or ""
    if _MIDNIGHT.fullmatch(time) and not zone:
        return _checked(day.text, swappable=day.swappable)
    zone = "Z" if zone in ("UTC", "GMT") else zone
    zone = f"{zone[:3]}:{zone[-2:]}" if len(zone) > 1 else zone
    hours = time if time.index(":") == 2 else f"0{time}"
    return _checked(f"{day.text}T{hours}{zone}", swappable=day.swappable)


def _numbers(text: str, month: int, day: int) -> ReadDate | None:
    """Numbers with the year behind them; `month` and `day` are their places."""
    if found := _THREE.fullmatch(text):
        m, d = int(found[month + 1]), int(found[day + 1])
        return _checked(f"{found[3]}-{m:02}-{d:02}", swappable=m != d and max(m, d) <= 12)
    if found := _TWO.fullmatch(text):
        return _checked(f"{found[2]}-{int(found[1]):02}") if 1 <= int(found[1]) <= 12 else None
    return None


def _words(text: str) -> ReadDate | None:
    """A day whose month has its name, in either order; a month and a year."""
    plain = " ".join(_FILLING.sub(" ", folded(text)).split())
    if found := _DAY_NAMED.fullmatch(plain):
        return _named(found[3], found[2], found[1])
    if found := _NAMED_DAY.fullmatch(plain):
        return _named(found[3], found[1], found[2])
    if found := _NAMED.fullmatch(plain):
        return _named(found[2], found[1], None)
    return None


def _named(year: str, month: str, day: str | None) -> ReadDate | None:
    number = month_named(month)
    if number is None:
        return None
    return _checked(f"{year}-{number:02}" + (f"-{int(day):02}" if day else ""))


def _year_first(text: str) -> ReadDate | None:
    if found := _BASIC.fullmatch(text):
        return _checked("-".join(found.groups()))
    plain = "".join(text.split()) if "年" in text else re.sub(r"\s*([-./])\s*", r"\1", text)
    if found := _YEAR_FIRST.fullmatch(plain):
        year, month, day = found.groups()
        parts = [_year_text(int(year)), *(f"{int(part):02}" for part in (month, day) if part)]
        return None if day and not month else _checked("-".join(parts))
    found = _YEAR_NAMED.fullmatch(" ".join(_FILLING.sub(" ", folded(text)).split()))
    return _named(found[1], found[2], found[3]) if found else None


def _year_text(year: int) -> str:
    if abs(year) > 9999:
        return f"Y{year}"
    return f"-{-year:04}" if year < 0 else f"{year:04}"


def _checked(text: str, *, swappable: bool = False) -> ReadDate | None:
    try:
        dates.parse(text)
    except DateError:
        return None
    return ReadDate(text, swappable)
