"""Columns of numbers: what each of them counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from service.interchange.guessing.column_words import without_role, words_of_name
from service.interchange.guessing.columns_left import ColumnsLeft

__all__ = ["plain_name", "take_quantities"]

_BOUNDS: Final = {"low": "low", "high": "high", "number": "best"}


def take_quantities(left: ColumnsLeft) -> list[dict[str, Any]]:
    """The quantities. Columns that differ only in words such as minimum and maximum are one."""
    numbers = [column for column in left.names if left.looks[column].is_number]
    bounds = [c for c in numbers if left.roles[c] in _BOUNDS]
    people = [c for c in numbers if left.roles[c] in ("people", "about") and not _is_flag(c)]
    groups: dict[str, dict[str, str]] = {}
    for column in bounds:
        what = without_role(column, *_BOUNDS)
        groups.setdefault(what, {}).setdefault(_BOUNDS[str(left.roles[column])], column)
    found = [(what, bound) for what, bound in groups.items() if bound]
    if len(found) > 1:  # a plain number beside bounds is no quantity of its own
        found = [(what, bound) for what, bound in found if what or len(bound) > 1]
    quantities = [(_what(what, bound), bound) for what, bound in found]
    quantities += [(plain_name(column), {"best": column}) for column in people]
    left.remove(*people, *(column for _, bound in found for column in bound.values()))
    unit = left.take("unit") if quantities else None
    return [
        {
            "what": {"value": what},
            **{name: {"column": column} for name, column in bound.items()},
            "unit": {"column": unit} if unit else {"value": _unit(list(bound.values()), people)},
        }
        for what, bound in quantities
    ]


def _what(what: str, bound: dict[str, str]) -> str:
    """The words that the columns' names have in common; the whole name if there is one column."""
    if what and len(bound) > 1:
        return plain_name(what)
    return plain_name(bound.get("best") or next(iter(bound.values())))


def _unit(columns: Sequence[str], people: Sequence[str]) -> str:
    counts_people = any(without_role(c, "people") != without_role(c) for c in columns)
    return "person" if counts_people or people else "unit"


def _is_flag(column: str) -> bool:
    """Whether the column says yes or no, such as `is_government_actor`."""
    return words_of_name(column)[:1] in (["is"], ["has"], ["ist"], ["est"])


def plain_name(column: str) -> str:
    """The name of a column as words."""
    return " ".join(re.split(r"[\W_]+", column)).strip()[:200] or "number"
