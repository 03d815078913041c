"""Units in the names of columns of numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from service.interchange.guessing.columns.word_files import words_of_cells
from service.interchange.mappings.operations.dates.months import folded

__all__ = ["UnitInName", "unit_in_name"]

_SIGNS: Final = {"€": "EUR", "$": "USD", "£": "GBP", "₴": "UAH", "₽": "RUB", "₺": "TRY"}
_BRACKETED: Final = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]")
_MOST_WORDS: Final = 2
_LEAST: Final = 3
"""The fewest letters of a word for thousand without a unit."""


class UnitInName(NamedTuple):
    """The name without the unit, and the unit; None if the name has none."""

    name: str
    unit: str | None


def unit_in_name(column: str) -> UnitInName:
    """The unit in brackets (`Fine (€)`), or at the end of a name (`loss_usd_m`, `Women %`)."""
    for found in _BRACKETED.finditer(column):
        if unit := _unit(re.split(r"[\s,]+", found[1].strip())):
            return UnitInName((column[: found.start()] + column[found.end() :]).strip(), unit)
    words = re.split(r"[\s_]+", column.strip())
    for start in range(max(1, len(words) - _MOST_WORDS), len(words)):
        if unit := _unit(words[start:]):
            return UnitInName(" ".join(words[:start]), unit)
    return UnitInName(column, None)


def _unit(words: Sequence[str]) -> str | None:
    plain = [folded(word).strip(".") for word in words]
    units, times = words_of_cells("units", "units"), words_of_cells("units", "times")
    if not all(word in units or word in times for word in plain):
        return None
    if units.isdisjoint(plain) and len(plain[0]) < _LEAST:
        return None
    return " ".join(_SIGNS.get(word, word) for word in words)
