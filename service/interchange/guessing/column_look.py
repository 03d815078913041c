"""What stands in a column: dates, numbers, links, lists, prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from service.interchange.mappings.operations.date_pattern import PATTERNS, date_by_patterns

__all__ = ["ColumnLook", "look_of_column"]

_ENOUGH: Final = 0.9
_MOST: Final = 0.6
_SEPARATORS: Final = (";", "|", "¦", " / ", ", ")
_MOST_WORDS: Final = 4
"""The words of an item of a list: longer ones are sentences with a comma."""
_NUMBER: Final = re.compile(r"[-+−]?[0-9]{1,3}(?:([.,' \u00a0\u202f])[0-9]{3})+(?:([.,])[0-9]+)?")
_PLAIN: Final = re.compile(r"[-+−]?[0-9]+(?:([.,])[0-9]+)?")
_LINK: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_HTML: Final = re.compile(r"</?(?:p|br|b|i|a|div|span|strong|em|ul|li)\b[^>]*>|&(?:amp|quot|nbsp);")


class ColumnLook(NamedTuple):
    """What the cells of a column have in common. `patterns`: with which dates are read; none if
    they are no dates. `decimal` and `group` are how numbers are written; None if there are none.
    `length` is that of a usual cell; `distinct` the share of cells that stand there once."""

    filled: int = 0
    patterns: tuple[str, ...] = ()
    decimal: str | None = None
    group: str = ""
    is_link: bool = False
    is_html: bool = False
    separator: str | None = None
    length: float = 0.0
    distinct: float = 0.0

    @property
    def is_number(self) -> bool:
        """Whether the cells are numbers."""
        return self.decimal is not None


def look_of_column(
    texts: Sequence[str], *, day_first: bool, is_named_date: bool = False
) -> ColumnLook:
    """Look at the cells of a column that are not empty. `day_first` decides where each date could
    be read either way. A column that is named like a date is one if most of its cells are."""
    if not texts:
        return ColumnLook()
    decimal, group = _number_form(texts)
    count = len(texts)
    return ColumnLook(
        filled=count,
        patterns=_patterns(texts, _MOST if is_named_date else _ENOUGH, day_first=day_first),
        decimal=decimal,
        group=group,
        is_link=sum(_LINK.fullmatch(text) is not None for text in texts) >= _ENOUGH * count,
        is_html=any(_HTML.search(text) for text in texts),
        separator=_separator(texts),
        length=sum(map(len, texts)) / count,
        distinct=len(set(texts)) / count,
    )


def _patterns(texts: Sequence[str], enough: float, *, day_first: bool) -> tuple[str, ...]:
    """The patterns that read enough of the cells, the one that reads most of them first."""
    left, found = list(texts), list[str]()
    order = [p for p in PATTERNS if p != "mdy"]
    order.insert(order.index("dmy") + day_first, "mdy")
    while left:
        reads = {p: sum(date_by_patterns(t, [p]) is not None for t in left) for p in order}
        best = max(order, key=lambda p: (reads[p], -order.index(p)))
        if not reads[best]:
            break
        found.append(best)
        left = [text for text in left if date_by_patterns(text, [best]) is None]
    return tuple(found) if len(left) <= (1 - enough) * len(texts) else ()


def _number_form(texts: Sequence[str]) -> tuple[str | None, str]:
    """How the cells write numbers: the sign before decimals and the one between groups. `1.234`
    could have either: a group of three with nothing else is a group where other cells show it."""
    decimals, groups, count = set[str](), set[str](), 0
    for text in texts:
        if (plain := _PLAIN.fullmatch(text)) and not _NUMBER.fullmatch(text):
            decimals |= {plain[1]} if plain[1] else set()
        elif found := _NUMBER.fullmatch(text):
            groups.add(found[1])
            decimals |= {found[2]} if found[2] else set()
        else:
            continue
        count += 1
    if count < _ENOUGH * len(texts) or len(decimals) > 1 or len(groups) > 1:
        return None, ""
    group = next(iter(groups), "")
    decimal = next(iter(decimals), "," if group == "." else ".")
    return (decimal, "") if group == decimal else (decimal, group)


def _separator(texts: Sequence[str]) -> str | None:
    """The separator of list items, if many cells are lists."""
    for sign in _SEPARATORS:
        lists = [text for text in texts if sign in text.strip(sign)]
        items = [item for text in lists for item in text.split(sign)]
        short = all(len(item.split()) <= _MOST_WORDS for item in items)
        if len(lists) >= max(1, 0.1 * len(texts)) and short:
            return sign
    return None
