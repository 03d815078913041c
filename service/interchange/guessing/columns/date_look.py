"""Finds the patterns by which the dates of a column are read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from service.interchange.mappings.operations.dates.date_pattern import (
    PATTERNS,
    date_by_patterns,
    no_such_date,
)
from service.interchange.mappings.operations.dates.short_year import HUNDRED_YEARS
from service.interchange.mappings.operations.dates.vague_words import is_open_end

__all__ = ["DatesSeen", "dates_in", "patterns_of"]

_SHORT: Final = tuple(f"{order}-{HUNDRED_YEARS}" for order in ("mdy", "dmy", "ymd"))

_WEEKDAY: Final = re.compile(r"[^\W\d_]{2,12}\.?,\s+(?=\S*[0-9])")
_MARKED: Final = re.compile(
    r"(.*[^*†‡§\s])(\s*[*†‡§]+|\s(?:[ECMP][SD]T|CES?T|EES?T|BST|MSK))", re.DOTALL
)
"""What may follow a date without being part of it: a footnote sign, a time zone."""
_DAY: Final = re.compile(r"[0-9]+(?:[-/.]\s?[0-9]+){2}")
_DOTTED: Final = re.compile(r"[0-9]{1,2}\.\s?[0-9]{1,2}\.\s?[0-9]{2}")
_STRUCK: Final = re.compile(r"[0-9]{1,2}\s?[-/]\s?[0-9]{1,2}\s?[-/]\s?[0-9]{2}")
_MOST: Final = 0.6
_FEW: Final = 0.1
_ORDERS: Final = ("dmy", "mdy")


class DatesSeen(NamedTuple):
    """The patterns by which the cells are read as dates (none if they are no dates), whether
    weekdays stand before the dates, and what follows them."""

    patterns: tuple[str, ...]
    weekday: bool
    marks: tuple[str, ...]


def dates_in(texts: Sequence[str], enough: float, *, day_first: bool, is_named: bool) -> DatesSeen:
    """The dates in cells. If the column is named like dates, words for an open end are allowed."""
    weekday = sum(_WEEKDAY.match(text) is not None for text in texts) > _MOST * len(texts)
    dated = [_WEEKDAY.sub("", text) for text in texts] if weekday else [*texts]
    marks = {found[2] for text in dated if (found := _MARKED.fullmatch(text))}
    dated = [_MARKED.sub(r"\1", text) for text in dated] if marks else dated
    if is_named:
        dated = [text for text in dated if not is_open_end(text)] or dated
    patterns = patterns_of(dated, enough, day_first=day_first)
    return DatesSeen(patterns, weekday, tuple(sorted(marks)))


def patterns_of(texts: Sequence[str], enough: float, *, day_first: bool) -> tuple[str, ...]:
    """The patterns that together read enough of the cells, the one that reads most of them first;
    empty if they are no dates. `day_first` decides if every date can be read either way; with dots
    the day is first."""
    left, found = Counter(texts), list[str]()
    is_dotted = _are_dotted(left)
    day_first = day_first or is_dotted
    order = [p for p in PATTERNS if p != "mdy"]
    order.insert(order.index("dmy") + day_first, "mdy")
    reads = {p: [text for text in left if date_by_patterns(text, [p]) is not None] for p in order}
    alone = {text for read in reads.values() for text in read}
    reads["circa"] += [t for t in left if t not in alone and date_by_patterns(t, order) is not None]
    while left:
        counts = {p: sum(left[text] for text in read) for p, read in reads.items()}
        best = max(order, key=lambda p: (counts[p], -order.index(p)))
        may_be_open = found and not is_dotted
        if not counts[best] or (may_be_open and _is_open(best, reads, left, len(texts))):
            break
        found.append(best)
        for text in reads[best]:
            left.pop(text, None)
    most_left = (1 - enough) * len(texts)
    short = _short_pattern(left, most_left, day_first=day_first)
    if short is not None:
        return (*found, short)
    days = filter(_DAY.fullmatch, [*left])  # `2024/17` is a number
    for text in [text for text in days if no_such_date(text, found) is not None]:
        left.pop(text)  # a slip in a date, which the import refuses
    return tuple(found) if left.total() <= most_left else ()


def _is_open(best: str, reads: Mapping[str, list[str]], left: Counter[str], count: int) -> bool:
    """Whether only a few dates are left that could have the day before or after the month: beside
    others with another form their order is not known."""
    if best not in _ORDERS or left.total() > _FEW * count:
        return False
    both = {*reads[_ORDERS[0]]}.intersection(reads[_ORDERS[1]])
    return all(text in both for text in reads[best] if text in left)


def _are_dotted(texts: Iterable[str]) -> bool:
    """Whether dots separate day, month and year, and nothing else does."""
    return any(map(_DOTTED.match, texts)) and not any(map(_STRUCK.match, texts))


def _short_pattern(left: Counter[str], most_left: float, *, day_first: bool) -> str | None:
    """The pattern for years of two digits that reads what the others have left; None if that is
    little, or if the year could come before or after the day."""
    if left.total() <= most_left:
        return None
    fits = [name for name in _SHORT if left.total() - _read(left, name) <= most_left]
    *_, year_first = _SHORT
    if year_first in fits and len(fits) > 1 and any("-" in text for text in left):
        return None
    by_day = day_first or all("." in text for text in left)
    preferred = [_SHORT[by_day], _SHORT[not by_day], year_first]
    return next((name for name in preferred if name in fits), None)


def _read(left: Counter[str], pattern: str) -> int:
    return sum(n for text, n in left.items() if date_by_patterns(text, [pattern]) is not None)
