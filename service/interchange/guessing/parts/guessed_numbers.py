"""Columns of numbers: what each counts, in which unit, and how exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from service.interchange.guessing.assignment import Assignment
from service.interchange.guessing.columns.column_name import plain_name, words_of_name
from service.interchange.guessing.columns.number_look import qualifier_of
from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.columns.units import unit_in_name
from service.interchange.guessing.columns.word_files import words_that_mean

__all__ = ["guess_quantities"]

_BOUNDS: Final = {"low": "low", "high": "high", "number": "best"}
_ESTIMATED: Final = frozenset(("best", "est", "estimate", "estimated", "central"))
_MOST_WHAT: Final = 200
_MOST_AWAY: Final = 2
"""How many columns may be between a number and its unit or qualifier."""
_DIGITS: Final = [*"0123456789", ".", ","]


def guess_quantities(table: SeenTable, roles: Assignment) -> list[dict[str, Any]]:
    """The quantities. Columns that differ only in words such as minimum and maximum are one
    quantity, if their numbers are in that order."""
    groups: dict[str, dict[str, str]] = {}
    alone: list[dict[str, str]] = []
    columns = [(bound, c) for role, bound in _BOUNDS.items() for c in roles.all(role)]
    for bound, column in columns:
        group = groups.setdefault(_counted(column), {})
        if bound in group or not _in_order(table, group | {bound: column}):
            alone.append({bound: column})
        else:
            group[bound] = column
    found = sorted(
        [*groups.values(), *alone],
        key=lambda g: min(map(table.columns.index, g.values()), default=0),
    )
    groups_found = [group for group in found if group]
    beside = _beside(table, roles, groups_found)
    quantities = [_quantity(table, group, beside) for group in groups_found]
    if (measured := roles.one("measured")) and len(quantities) == 1:
        what = {"column": measured, "clean": True, "empty": quantities[0]["what"]["value"]}
        quantities[0]["what"] = what
    return quantities


def _counted(column: str) -> str:
    """What a column counts, in words that columns about the same thing share."""
    return " ".join(words_of_name(_what(column)))


def _what(column: str) -> str:
    """The words of a name without the unit and the words for a bound."""
    name = unit_in_name(column).name.replace("_", " ")
    left_out = words_that_mean("low", "high") | _ESTIMATED
    words = [word for word in name.split() if not left_out.intersection(words_of_name(word))]
    return " ".join(words)


def _in_order(table: SeenTable, group: Mapping[str, str]) -> bool:
    """Whether low, best and high are in that order in every row."""
    columns = [group[bound] for bound in ("low", "best", "high") if bound in group]
    values = [[*map(table.looks[c].numbers.value, table.cells(c))] for c in columns]
    for row in zip(*values, strict=True):
        given = [value for value in row if value is not None]
        if given != sorted(given):
            return False
    return True


def _beside(
    table: SeenTable, roles: Assignment, groups: list[dict[str, str]]
) -> dict[tuple[str, str], str]:
    """The columns of units and of qualifiers, each with the nearest number, preferably to its
    left."""
    numbers = [column for group in groups for column in group.values()]
    found: dict[tuple[str, str], str] = {}
    for role in ("unit", "qualifier"):
        for column in roles.all(role) if numbers else ():
            place = table.columns.index(column)
            near = min(numbers, key=lambda c: abs(table.columns.index(c) - place + 0.5))
            if abs(table.columns.index(near) - place) <= _MOST_AWAY:
                found.setdefault((role, near), column)
    return found


def _quantity(
    table: SeenTable, group: Mapping[str, str], beside: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    first = group.get("best") or next(iter(group.values()))
    name, unit = unit_in_name(first)
    what = _what(first) if len(group) > 1 else name.replace("_", " ").strip()
    found: dict[str, Any] = {"what": {"value": (what or plain_name(name))[:_MOST_WHAT]}}
    look = table.looks[first].numbers
    if look.dash and len(group) == 1:
        signs = [look.dash, *look.words] if look.words else look.dash
        found["low"] = {"column": first, "split": signs, "take": "first"}
        found["high"] = {"column": first, "split": signs, "take": "last"}
    else:
        found |= {bound: _number(table, column) for bound, column in group.items()}
    columns = {role: c for (role, near), c in beside.items() if near in group.values()}
    are_people = any(_are_people(table, column) for column in group.values())
    found["unit"] = {"value": unit or ("person" if are_people else "unit")}
    if "unit" in columns:
        found["unit"] = {"column": columns["unit"], "clean": True, "empty": "unit"}
    qualifier = _qualifier(table, first, columns.get("qualifier"))
    return found | ({"qualifier": qualifier} if qualifier else {})


def _are_people(table: SeenTable, column: str) -> bool:
    """Whether the numbers count people: whole ones, and of no things that are named beside them."""
    meanings = table.meanings[column]
    values = map(table.looks[column].numbers.value, table.filled(column))
    are_whole = all(value == int(value) for value in values if value is not None)
    return "people" in meanings and "things" not in meanings and are_whole


def _number(table: SeenTable, column: str) -> dict[str, Any]:
    """The number without the words around it."""
    words = [*table.looks[column].numbers.words]
    return {"column": column} | ({"split": words, "take": "last"} if words else {})


def _qualifier(table: SeenTable, number: str, column: str | None) -> dict[str, Any] | None:
    """The qualifier of a number: a column of its own, or words in the number's cell."""
    if column is not None:
        lookup = {text: qualifier_of(text) for text in dict.fromkeys(table.filled(column))}
        return {"column": column, "lookup": lookup, "else": None}
    words = table.looks[number].numbers.words
    lookup = {word.strip(" .,"): name for word in words if (name := qualifier_of(word))}
    if not lookup:
        return None
    place = {"column": number, "split": _DIGITS, "take": "first"}
    return place | {"lookup": lookup, "else": None}
