"""Words that name a time without being a date: `last week`, `Tuesday night`, `in spring`."""

from __future__ import annotations

import re
from typing import Final

from service.interchange.guessing.columns.word_files import words_of_cells
from service.interchange.mappings.operations.dates.months import (
    folded,
    month_named,
    season_named,
)
from service.interchange.mappings.operations.dates.vague_words import is_open_end

__all__ = ["names_a_time"]

_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_LEAST: Final = 4
"""The fewest letters of a month: `set` may be a word, or the beginning of one."""


def names_a_time(text: str) -> bool:
    """Whether a text without a digit names a time. It is refused as a date then, because its row
    would lose a date that somebody can write. What goes on, and what nobody knows, names none."""
    if is_open_end(text):
        return False
    known = words_of_cells("times")
    words = _WORD.findall(folded(text))
    months = (word for word in words if len(word) >= _LEAST and month_named(word))
    return any(w in known or season_named(w) for w in words) or any(months)
