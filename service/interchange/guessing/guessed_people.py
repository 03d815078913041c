"""Columns of people: who says it, and whom it is about."""

from __future__ import annotations

from typing import Any, Final

from service.interchange.guessing.assignment import Assignment
from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.tells import ABOUT

__all__ = ["guess_about", "guess_speakers", "name_separator"]

_MOST_SPEAKERS: Final = 8


def guess_speakers(table: SeenTable, roles: Assignment, speaker: str | None) -> dict[str, Any]:
    """`by` and `with`. Speakers in one cell are one and those who said it together."""
    found: dict[str, Any] = {}
    if speaker is not None:
        found["by"] = table.place(speaker, clean=True)
        if sign := name_separator(table, speaker):
            most = max(text.count(sign) + 1 for text in table.filled(speaker))
            first = {"column": speaker, "split": sign, "take": 1, "clean": True}
            numbers = range(2, min(most, _MOST_SPEAKERS) + 1)
            found |= {"by": first, "with": [first | {"take": number} for number in numbers]}
    if together := roles.one("with"):
        found["with"] = [*found.get("with", ()), _actors(table, together)]
    return found


def guess_about(table: SeenTable, roles: Assignment) -> list[dict[str, Any]]:
    """Whom it is about, and as what."""
    found = []
    for column in roles.all("about"):
        role = next((each for each in ABOUT if each in table.meanings[column]), None)
        actor = {"actor": _actors(table, column)}
        found.append(actor | ({"role": {"value": role}} if role else {}))
    return found


def _actors(table: SeenTable, column: str) -> dict[str, Any]:
    sign = name_separator(table, column)
    return {"column": column} | ({"split": sign} if sign else {}) | {"clean": True}


def name_separator(table: SeenTable, column: str) -> str | None:
    """The sign between names in one cell. A comma may stand within a name (`Smith, Ann`; `B. Lee,
    minister`): it separates names only if most of what it separates stands in other cells too."""
    sign = table.looks[column].separator
    if sign is None or sign.strip() != ",":
        return sign
    texts = {*table.filled(column)}
    parts = [part.strip() for text in texts if sign in text for part in text.split(sign)]
    everywhere = [part.strip() for text in texts for part in text.split(sign)]
    again = sum(everywhere.count(part) > 1 for part in parts)
    return sign if 2 * again > len(parts) else None
