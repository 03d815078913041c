"""What a year, several years or a part of a year, written in a common habit, may mean: `1990s` is
199X, `55 BC` is -0054, `spring 2024` is 2024-21.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from events.edtf.scanner import Scanner, check_characters
from events.edtf.span import read_span
from events.errors import DateError

__all__ = ["HABITS_OF_YEARS", "Readings", "existing", "is_date"]

_OPEN_DIGITS = "an X replaces each unknown digit"
_SEASONS = (
    "a season is a code after the year, 21 to 24 in the north, 29 to 32 in the south, and the"
    " northern winter begins in December of its year"
)
_BEFORE_ONE = "years before 1 are counted from 0, so 1 BC is 0000 and 55 BC is -0054"

_DECADE = re.compile("(?:the )?([0-9]{3})0 ?['’]?s")
_CENTURY = re.compile(
    r"(?:the )?([0-9]{1,2})(?:st|nd|rd|th) ?c(?:ent(?:ury)?)?\.?( b\.?c\.?(?:e\.?)?)?"
)
_UNKNOWN_DIGITS = re.compile(r"([0-9]{2,3})([?_*%~-]{1,2})")
_ERA = re.compile("([0-9]{1,4}) ?(bce?|ad|ce)|(ad|bce?) ?([0-9]{1,4})")

# The name of a part of the year → its codes, the northern half's first.
_CODES: dict[str, tuple[int, ...]] = {
    "spring": (21, 29),
    "summer": (22, 30),
    "autumn": (23, 31),
    "fall": (23, 31),
    "winter": (24, 32),
    **{
        name: (32 + n,)
        for n, ordinal in enumerate(("first", "second", "third", "fourth"), start=1)
        for name in (f"q{n}", f"quarter {n}", f"{ordinal} quarter")
    },
    **{
        name: (39 + n,)
        for n, ordinal in enumerate(("first", "second"), start=1)
        for name in (f"h{n}", f"half {n}", f"{ordinal} half")
    },
}


class Readings(NamedTuple):
    """The dates that may be meant, and a clause that explains how they are written."""

    texts: tuple[str, ...]
    why: str


def is_date(text: str) -> bool:
    """Whether the grammar reads `text`."""
    try:
        check_characters(text)
        read_span(Scanner(text))
    except DateError:
        return False
    return True


def existing(texts: Iterable[str], why: str) -> Readings | None:
    """The texts that are valid dates, without repetitions, or None if there are none."""
    dates = tuple(dict.fromkeys(filter(is_date, texts)))
    return Readings(dates, why) if dates else None


def _run(text: str) -> Readings | None:
    """`1990s`, `20th century`; `1900s` may be ten years or a hundred."""
    if found := _DECADE.fullmatch(text):
        decade = f"{found[1]}X"
        hundred = (f"{decade[:2]}XX",) if decade.endswith("0X") else ()
        return Readings((decade, *hundred), _OPEN_DIGITS)
    found = _CENTURY.fullmatch(text)
    if not found or not int(found[1]):
        return None
    hundreds = f"{int(found[1]) - 1:02}"
    if not found[2]:
        return Readings((f"{hundreds}XX",), _OPEN_DIGITS)
    if hundreds == "00":
        return Readings(("-0099/0000",), _BEFORE_ONE)
    return Readings((f"-{hundreds}XX",), _OPEN_DIGITS)


def _unknown_digits(text: str) -> Readings | None:
    """`199?`, `19--`, `199~`."""
    found = _UNKNOWN_DIGITS.fullmatch(text)
    if not found:
        return None
    year, mark = found[1].ljust(4, "X"), found[2]
    marked = f"{year}{mark}" if mark in "~?%" else ""
    return Readings((marked,) if mark in "~%" else (year, marked), _OPEN_DIGITS)


def _part(text: str) -> Readings | None:
    """`spring 2024`, `winter of 2023/24`, `2024 Q1`, `first half of 2024`."""
    words = [w for w in re.findall("[a-z]+[1-4]?|[0-9]+", text) if w not in ("of", "the", "in")]
    years = [word for word in words if word.isdigit() and len(word) > 1]
    name = " ".join(word for word in words if word not in years)
    if name not in _CODES or not 1 <= len(years) <= 2 or len(years[0]) != 4:
        return None
    first, *second = years
    if second and (name != "winter" or int(second[0][-2:]) != (int(first) + 1) % 100):
        return None
    why = _SEASONS if len(_CODES[name]) > 1 else "a quarter or half is a code after the year"
    return Readings(tuple(f"{first}-{code}" for code in _CODES[name]), why)


def _era(text: str) -> Readings | None:
    """`55 BC`, `AD 55`."""
    found = _ERA.fullmatch(text.replace(".", ""))
    if not found:
        return None
    number, era = int(found[1] or found[4]), found[2] or found[3]
    if not number:
        return None
    if era.startswith("b"):
        return Readings((f"{1 - number:05}" if number > 1 else "0000",), _BEFORE_ONE)
    return Readings((f"{number:04}",), "a year has four digits")


HABITS_OF_YEARS: tuple[Callable[[str], Readings | None], ...] = (_run, _unknown_digits, _part, _era)
"""Each takes a text in small letters."""
