"""Columns of people: the speakers, and those whom the statement is about."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

from service.interchange.guessing.assignment import Assignment
from service.interchange.guessing.clues import ABOUT
from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.parts.whole_names import whole_name_with

__all__ = ["guess_about", "guess_speakers", "joined_speakers", "name_separators"]

_STRONG: Final = (";", "|", "¦")
_LONGEST: Final = 80
"""The most letters of a name in a list."""
_MOST: Final = 0.8
_AND: Final = (" and ", " & ", " und ", " et ", " y ", " e ", " i ", " і ", " та ", " и ", " ve ")


def guess_speakers(table: SeenTable, roles: Assignment, speaker: str | None) -> dict[str, Any]:
    """`by`, `with` and `via`. The first speaker in a cell is `by`, the others are `with`: `with`
    reads the whole cell, and the one who is `by` does not count again."""
    found: dict[str, Any] = {}
    if speaker is not None:
        whole = whole_name_with(table, speaker)
        found["by"] = whole.expression() if whole else table.expression(speaker, clean=True)
        if not whole and name_separators(table, speaker):
            every = _actors(table, speaker)
            found |= {"by": every | {"take": "first"}, "with": [every]}
    if via := roles.one("via"):
        found["via"] = {"actor": _actors(table, via), "role": {"value": "publisher"}}
    if together := roles.one("with"):
        found["with"] = [*found.get("with", ()), _actors(table, together)]
    return found


def joined_speakers(table: SeenTable, speaker: str) -> str | None:
    """A name that may be of several speakers, because a word such as `and` stands between two parts
    that both begin with a capital; None if there is none."""
    signs = [re.escape(sign) for sign in name_separators(table, speaker)]
    texts = table.filled(speaker)
    names = (name.strip() for text in texts for name in re.split("|".join(signs) or "$^", text))
    return next((name for name in names if any(_joins(name, word) for word in _AND)), None)


def _joins(name: str, word: str) -> bool:
    before, _, after = name.partition(word)
    return bool(after) and before.split()[-1][:1].isupper() and after.lstrip()[:1].isupper()


def guess_about(table: SeenTable, roles: Assignment) -> list[dict[str, Any]]:
    """Those whom it is about, with their roles."""
    found: list[dict[str, Any]] = []
    for column in roles.all("about"):
        role = next((each for each in ABOUT if each in table.meanings[column]), None)
        actor = {"actor": _actors(table, column)} | ({"role": {"value": role}} if role else {})
        found += [actor] if actor not in found else []
    return found


def _actors(table: SeenTable, column: str) -> dict[str, Any]:
    if (whole := whole_name_with(table, column)) is not None:
        return whole.expression()
    signs = name_separators(table, column)
    split = {"split": signs[0] if len(signs) == 1 else signs} if signs else {}
    return {"column": column} | split | {"clean": True}


def name_separators(table: SeenTable, column: str) -> list[str]:
    """The signs and words between names in one cell. No name has a semicolon or a bar in it. A
    comma may be part of a name (`Smith, Ann`; `B. Lee, minister`), and so may `and`: they separate
    names only if most of the parts occur in other cells too."""
    signs = table.looks[column].signs
    found = [sign for sign in signs if len(signs) > 1 or sign.strip() != ","]
    found += [sign for sign in _STRONG if sign not in found and _are_names(table, column, sign)]
    weak = _AND if found else (",", *_AND)
    return [*found, *(each for each in weak if _parts_recur(table, column, each, found))]


def _are_names(table: SeenTable, column: str, sign: str) -> bool:
    """Whether a sign stands between parts of which most could be names: none begins in lower
    case."""
    texts = [text for text in table.filled(column) if sign in text]
    parts = [part.strip() for text in texts for part in text.split(sign) if part.strip()]
    named = sum(not part[0].islower() and len(part) <= _LONGEST for part in parts)
    return bool(parts) and named >= _MOST * len(parts)


def _parts_recur(table: SeenTable, column: str, sign: str, others: list[str]) -> bool:
    """Whether most of the parts beside a sign occur elsewhere in the column too, alone or beside
    another sign."""
    texts = {*table.filled(column)}
    cut = "|".join(map(re.escape, (";", ",", *_AND, *others)))
    everywhere = Counter(part.strip() for text in texts for part in re.split(cut, text))
    parts = [part.strip() for text in texts if sign in text for part in text.split(sign)]
    again = sum(everywhere[part] > 1 and not part[:1].islower() for part in parts)
    return bool(parts) and 2 * again > len(parts)
