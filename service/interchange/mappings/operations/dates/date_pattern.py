"""Reads dates by the patterns that a mapping names. A text that no pattern matches is not a date.
Nothing is filled in: "October 2024" gets no day, and a year of two digits is read only by a pattern
that names its hundred years."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from service.interchange.mappings.operations.dates.date_range import range_of_dates
from service.interchange.mappings.operations.dates.era import written_year, year_of_era
from service.interchange.mappings.operations.dates.months import (
    folded,
    month_named,
    season_named,
    without_weekday,
)
from service.interchange.mappings.operations.dates.one_sided import one_sided
from service.interchange.mappings.operations.dates.read_date import (
    NoSuchDate,
    ReadDate,
    checked_date,
    checked_month,
)
from service.interchange.mappings.operations.dates.short_year import (
    is_short_pattern,
    order_of,
    with_whole_year,
)
from service.interchange.mappings.operations.dates.time_of_day import timed_day
from service.interchange.mappings.operations.dates.vague_words import about_which, without_part

__all__ = ["PATTERNS", "PATTERN_NAMES", "date_by_patterns", "is_pattern", "no_such_date"]


_LONGEST: Final = 120
_LEAST_YEAR: Final = 4
_BASIC: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SEPARATED: Final = r"\s*[-./\s]\s*"
_THREE: Final = re.compile(rf"([0-9]{{1,2}}){_SEPARATED}([0-9]{{1,2}}){_SEPARATED}([0-9]{{4}})\.?")
_TWO: Final = re.compile(rf"([0-9]{{1,2}}){_SEPARATED}([0-9]{{4}})")
_YEAR_FIRST: Final = re.compile(
    r"(-?[0-9]{3,4}|-[0-9]{5,6})(?:[-./年]([0-9]{0,2})(?:[-./月]([0-9]{0,2})日?)?)?"
)
_WHOLE_YEAR: Final = re.compile("-?[0-9]{3,4}|-[0-9]{5,6}")
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
_SEASON: Final = re.compile(r"([^\W_]+)[\s-]*([0-9]{4})|([0-9]{4})[\s-]*([^\W_]+)")


def date_by_patterns(text: str, patterns: Sequence[str]) -> ReadDate | None:
    """The date in `text` by the first pattern that matches it; None if none does. A text that is
    longer than any date is not examined, because patterns take long for very long texts. The text
    may be a range of two dates that the same pattern matches, or have one side alone."""
    if len(text) > _LONGEST:
        return None
    for read in _WAYS:
        for pattern in patterns:
            with suppress(NoSuchDate):
                if found := read(text, pattern, patterns):
                    return found
    return None


def no_such_date(text: str, patterns: Sequence[str]) -> str | None:
    """Why a text in the form of a date, by one of the patterns, is not one: which day, month or
    time does not exist. None if it has no such form."""
    about = about_which(text) if "circa" in patterns else None
    if about is not None:
        return no_such_date(about, [*(each for each in patterns if each != "circa"), "iso"])
    for read in _WAYS if len(text) <= _LONGEST else ():
        for pattern in patterns:
            try:
                read(text, pattern, patterns)
            except NoSuchDate as error:
                return error.reason
    return None


def is_pattern(name: str) -> bool:
    """Whether there is a pattern of that name."""
    return name in _READERS or is_short_pattern(name)


def _read(text: str, pattern: str, patterns: Sequence[str]) -> ReadDate | None:
    if not is_short_pattern(pattern):
        return _READERS[pattern](text, patterns)
    whole = with_whole_year(text, pattern)
    found = whole and _READERS[order_of(pattern)](whole, ())
    return found._replace(short=True) if found else None


def _range(text: str, pattern: str, _: Sequence[str]) -> ReadDate | None:
    """A range of two dates, neither of which is a part of a month. A year is not completed:
    `2023-24` may be a season or a month."""
    parts: list[ReadDate] = []

    def read(part: str) -> str | None:
        whole = len(part) >= _LEAST_YEAR and without_part(folded(part)) is None
        found = _read(part, pattern, ()) if whole else None
        parts.extend(filter(None, [found]))
        return found and found.text

    found = range_of_dates(text, read)
    if found is None:
        return None
    swappable, settled = any(p.swappable for p in parts), any(p.settled for p in parts)
    return ReadDate(found, swappable=swappable, settled=settled)


def _one_sided(text: str, pattern: str, patterns: Sequence[str]) -> ReadDate | None:
    sides = one_sided(text)
    known = None if sides is None else _read(sides.known, pattern, patterns)
    whole = None if sides is None or known is None else sides.date(known.text)
    return None if whole is None else checked_date(whole, known)


_WAYS: Final = (_read, _range, _one_sided)


def _iso(text: str, _: Sequence[str]) -> ReadDate | None:
    """EDTF unchanged, and what other programs write as ISO 8601."""
    if found := _BASIC.fullmatch(text):
        return checked_date("-".join(found.groups()))
    if "/" not in text and (timed := timed_day(text)):
        return checked_date(timed.day + timed.time)
    return checked_date(text)


def _dmy(text: str, _: Sequence[str]) -> ReadDate | None:
    return _timed(text, lambda day: _numbers(day, 1, 0) or _words(day))


def _mdy(text: str, _: Sequence[str]) -> ReadDate | None:
    return _timed(text, lambda day: _numbers(day, 0, 1) or _words(day))


def _ymd(text: str, _: Sequence[str]) -> ReadDate | None:
    return _timed(text, _year_first)


def _year(text: str, _: Sequence[str]) -> ReadDate | None:
    if _WHOLE_YEAR.fullmatch(text):
        return checked_date(written_year(int(text)))
    if found := _DECADE.fullmatch(text.casefold()):
        return checked_date(f"{found[1] or found[2]}X")
    if (found := _CENTURY.fullmatch(text.casefold())) and int(found[1]):
        return checked_date(f"{int(found[1]) - 1:02}XX")
    return None


def _circa(text: str, patterns: Sequence[str]) -> ReadDate | None:
    """The text after `c.`, read by the other patterns of the mapping, or as EDTF."""
    about = about_which(text)
    if about is None:
        return None
    others = [each for each in patterns if each != "circa"]
    inner = date_by_patterns(about, [*others, "iso", "year"])
    return inner and checked_date(f"{inner.text}~", inner)


def _bc(text: str, _: Sequence[str]) -> ReadDate | None:
    year = year_of_era(text)
    return None if year is None else checked_date(year)


def _seasons(text: str, _: Sequence[str]) -> ReadDate | None:
    plain = " ".join(_FILLING.sub(" ", text).split())
    found = _SEASON.fullmatch(plain)
    if found is None:
        return None
    number = season_named(found[1] or found[4])
    return checked_date(f"{found[2] or found[3]}-{number}") if number else None


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
"""The names of the patterns without a parameter."""
PATTERN_NAMES: Final = f"{', '.join(_READERS)}, and for years of two digits such as dmy-1930"


def _timed(text: str, read: Callable[[str], ReadDate | None]) -> ReadDate | None:
    """Read a day that may have its weekday before it and a time after it."""
    text = without_weekday(text)
    timed = timed_day(text)
    day = read(timed.day if timed else text)
    return checked_date(day.text + timed.time, day) if day and timed else day


def _numbers(text: str, month: int, day: int) -> ReadDate | None:
    """Numbers with the year last; `month` and `day` are their places."""
    if found := _THREE.fullmatch(text):
        m, d = int(found[month + 1]), int(found[day + 1])
        doubts = ReadDate("", swappable=m != d and max(m, d) <= 12, settled=max(m, d) > 12)
        return checked_date(f"{found[3]}-{m:02}-{d:02}", doubts)
    found = _TWO.fullmatch(text)
    return checked_month(found[2], int(found[1])) if found else None


def _words(text: str) -> ReadDate | None:
    """A day with its month's name, in either order; or a month and a year. The middle of a month is
    some time in that month."""
    plain = " ".join(_FILLING.sub(" ", folded(text)).split())
    if found := _DAY_NAMED.fullmatch(plain):
        return _named(found[3], found[2], found[1])
    if found := _NAMED_DAY.fullmatch(plain):
        return _named(found[3], found[1], found[2])
    if found := _NAMED.fullmatch(without_part(plain) or plain):
        return _named(found[2], found[1], None)
    return None


def _named(year: str, month: str, day: str | None) -> ReadDate | None:
    number = month_named(month)
    if number is None:
        return None
    return checked_date(f"{year}-{number:02}" + (f"-{int(day):02}" if day else ""))


def _year_first(text: str) -> ReadDate | None:
    if found := _BASIC.fullmatch(text):
        return checked_date("-".join(found.groups()))
    plain = "".join(text.split()) if "年" in text else re.sub(r"\s*([-./])\s*", r"\1", text)
    if found := _YEAR_FIRST.fullmatch(plain):
        year, month, day = found.groups()
        parts = [written_year(int(year)), *(f"{int(part):02}" for part in (month, day) if part)]
        return None if day and not month else checked_date("-".join(parts))
    found = _YEAR_NAMED.fullmatch(" ".join(_FILLING.sub(" ", folded(text)).split()))
    return _named(found[1], found[2], found[3]) if found else None
