"""Columns of people: who says it, and whom it is about."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

from service.interchange.guessing.assignment import Assignment
from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.parts.whole_names import whole_name_with
from service.interchange.guessing.tells import ABOUT

__all__ = ["guess_about", "guess_speakers", "name_separators"]

_MOST_SPEAKERS: Final = 8
_AND: Final = (" and ", " & ", " und ", " et ", " y ", " e ", " i ", " і ", " та ", " и ", " ve ")


def guess_speakers(table: SeenTable, roles: Assignment, speaker: str | None) -> dict[str, Any]:
    """`by`, `with` and `via`. Speakers in one cell are one and those who said it together."""
    found: dict[str, Any] = {}
    if speaker is not None:
        whole = whole_name_with(table, speaker)
        found["by"] = whole.place() if whole else table.place(speaker, clean=True)
        if not whole and (signs := name_separators(table, speaker)):
            most = max(sum(map(text.count, signs)) + 1 for text in table.filled(speaker))
            first = _actors(table, speaker) | {"take": 1}
            numbers = range(2, min(most, _MOST_SPEAKERS) + 1)
            found |= {"by": first, "with": [first | {"take": number} for number in numbers]}
    if via := roles.one("via"):
        found["via"] = {"actor": _actors(table, via), "role": {"value": "publisher"}}
    if together := roles.one("with"):
        found["with"] = [*found.get("with", ()), _actors(table, together)]
    return found


def guess_about(table: SeenTable, roles: Assignment) -> list[dict[str, Any]]:
    """Whom it is about, and as what."""
    found: list[dict[str, Any]] = []
    for column in roles.all("about"):
        role = next((each for each in ABOUT if each in table.meanings[column]), None)
        actor = {"actor": _actors(table, column)} | ({"role": {"value": role}} if role else {})
        found += [actor] if actor not in found else []
    return found


def _actors(table: SeenTable, column: str) -> dict[str, Any]:
    if (whole := whole_name_with(table, column)) is not None:
        return whole.place()
    signs = name_separators(table, column)
    split = {"split": signs[0] if len(signs) == 1 else signs} if signs else {}
    return {"column": column} | split | {"clean": True}


def name_separators(table: SeenTable, column: str) -> list[str]:
    """The signs and words between names in one cell. A comma may stand within a name (`Smith, Ann`;
    `B. Lee, minister`), and so may `and`: they separate names only if most of what they separate
    stands in other cells too."""
    signs = table.looks[column].signs
    found = [sign for sign in signs if len(signs) > 1 or sign.strip() != ","]
    weak = _AND if found else (";", ",", *_AND)
    return [*found, *(each for each in weak if _parts_recur(table, column, each, found))]


def _parts_recur(table: SeenTable, column: str, sign: str, others: list[str]) -> bool:
    """Whether most of what stands on either side of a sign stands elsewhere in the column as well,
    alone or beside another sign."""
    texts = {*table.filled(column)}
    cut = "|".join(map(re.escape, (";", ",", *_AND, *others)))
    everywhere = Counter(part.strip() for text in texts for part in re.split(cut, text))
    parts = [part.strip() for text in texts if sign in text for part in text.split(sign)]
    again = sum(everywhere[part] > 1 and not part[:1].islower() for part in parts)
    return bool(parts) and 2 * again > len(parts)
