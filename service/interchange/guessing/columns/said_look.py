"""Cells in the first person, verdicts on what others said, and answers yes or no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from service.interchange.guessing.columns.word_files import words_of_cells
from service.interchange.mappings.operations.dates.months import folded

__all__ = ["are_answers", "are_verdicts", "is_reply", "is_spoken"]

_WORD: Final = re.compile(r"[^\W\d_]+")
_ENOUGH: Final = 0.9
_MOST_ANSWERS: Final = 4


def is_spoken(text: str) -> bool:
    """Whether it is in the first person."""
    return not words_of_cells("speaking").isdisjoint(_WORD.findall(folded(text)))


def is_reply(text: str) -> bool:
    """Whether it begins with yes or no: `No`, `Yes - twice`."""
    first, *_ = [*_WORD.findall(folded(text)), ""]
    return first in words_of_cells("replies")


def are_verdicts(texts: Sequence[str]) -> bool:
    """Whether nearly all cells are verdicts."""
    known = words_of_cells("verdicts")
    judging = sum(folded(text).replace("-", " ") in known for text in texts)
    return judging >= _ENOUGH * len(texts)


def are_answers(texts: Sequence[str]) -> bool:
    """Whether the cells say yes or no, or are marks."""
    found = {*map(folded, texts)}
    return len(found) <= _MOST_ANSWERS and found <= words_of_cells("answers")
