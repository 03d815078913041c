"""How a column writes its numbers, and the words that make them vague."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from service.interchange.guessing.columns.word_files import qualifier_words
from service.interchange.mappings.operations.dates.months import folded
from service.interchange.mappings.operations.number_form import NumberForm

__all__ = ["NO_NUMBERS", "NumberLook", "look_of_numbers", "qualifier_of"]

_ENOUGH: Final = 0.9
_MOST: Final = 0.6
"""The share of cells with a digit, if the others have words instead."""
_GROUPED: Final = re.compile(r"[-+−]?[0-9]{1,3}(?:([.,'’ \u00a0\u202f])[0-9]{3})+(?:([.,])[0-9]+)?")
_PLAIN: Final = re.compile(r"[-+−]?[0-9]+(?:([.,])[0-9]+)?")
_RANGE: Final = re.compile(r"([0-9][0-9.,]*)\s*([-–—])\s*([0-9][0-9.,]*)")
_AROUND: Final = re.compile(r"([^0-9−+-]*)([-+−]?[0-9](?:.*[0-9])?)([^0-9]*)", re.DOTALL)


class NumberLook(NamedTuple):
    """`decimal` is the decimal sign, None if the cells are no numbers; `group` is the sign between
    groups. `words` surround numbers; `dash` separates the least from the most in one cell. `least`
    and `most` are those of all cells."""

    decimal: str | None = None
    group: str = ""
    words: tuple[str, ...] = ()
    dash: str | None = None
    least: float = 0.0
    most: float = 0.0

    def value(self, text: str) -> float | None:
        """The number in a cell, the first one of two; None if there is none."""
        found = _AROUND.fullmatch(text)
        bare = found[2].strip() if found else ""
        ranged = _RANGE.fullmatch(bare)
        form = NumberForm(self.decimal or ".", self.group)
        try:
            return float(form.decimal_string(ranged[1] if ranged else bare))
        except ValueError:
            return None


NO_NUMBERS: Final = NumberLook()


def qualifier_of(text: str) -> str | None:
    """The qualifier that a word or a sign beside a number means; None if it means none."""
    known = qualifier_words()
    return known.get(_plain(text))


def look_of_numbers(texts: Sequence[str], *, are_degrees: bool = False) -> NumberLook:
    """How the cells write numbers. A few cells may have a word instead. Numbers named like degrees
    have decimals, and no groups."""
    signs = _Signs()
    if are_degrees:
        signs.decimals |= {next((sign for sign in ".," if any(sign in t for t in texts)), ".")}
    numbered = [text for text in texts if any(map(str.isdigit, text))]
    count = sum(signs.add(text) for text in numbered)
    if count < max(_ENOUGH * len(numbered), _MOST * len(texts)) or not signs.agree():
        return NO_NUMBERS
    group = next(iter(signs.groups), "")
    decimal = next(iter(signs.decimals), "," if group == "." else ".")
    dash = next(iter(signs.dashes), None)
    look = NumberLook(decimal, "" if group == decimal else group, tuple(sorted(signs.words)), dash)
    values = [value for text in texts if (value := look.value(text)) is not None]
    return look._replace(least=min(values), most=max(values)) if values else NO_NUMBERS


class _Signs:
    """The signs that stand in numbers, and the words around them."""

    def __init__(self) -> None:
        self.decimals = set[str]()
        self.groups = set[str]()
        self.dashes = set[str]()
        self.words = set[str]()
        self._either = set[str]()

    def agree(self) -> bool:
        """Whether all cells write their numbers in the same way. `1.234` is ambiguous: its sign is
        a decimal sign if other cells show that, or have another sign between groups."""
        for sign in self._either - self.decimals - self.groups:
            (self.decimals if self.groups else self.groups).add(sign)
        return max(len(self.decimals), len(self.groups), len(self.dashes)) <= 1

    def add(self, text: str) -> bool:
        """Add the signs of a cell. Returns False if it is neither a number nor a range of
        ascending numbers."""
        found = _AROUND.fullmatch(text)
        if found is None:
            return False
        around = [part.strip() for part in (found[1], found[3]) if part.strip()]
        if not all(_plain(part) in qualifier_words() for part in around):
            return False
        bare = found[2].strip()
        ranged = _RANGE.fullmatch(bare)
        parts = (ranged[1], ranged[3]) if ranged else (bare,)
        if not all(map(self._number, parts)) or len(parts[0]) > len(parts[-1]):
            return False
        self.words.update(around)
        self.dashes |= {ranged[2]} if ranged else set()
        return True

    def _number(self, text: str) -> bool:
        found = _GROUPED.fullmatch(text)
        if found and not found[2] and text.count(found[1]) == 1 and found[1] in ".,":
            self._either.add(found[1])
        elif found:
            self.groups.add(" " if found[1].isspace() else found[1])
            self.decimals |= {found[2]} if found[2] else set()
        elif found := _PLAIN.fullmatch(text):
            self.decimals |= {found[1]} if found[1] else set()
        return found is not None


def _plain(text: str) -> str:
    return folded(text).strip(" .:")
