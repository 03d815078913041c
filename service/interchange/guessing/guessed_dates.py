"""Columns of dates: what each of them is the date of."""

from __future__ import annotations

from typing import Any, Final

from service.interchange.guessing.column_words import date_part_of
from service.interchange.guessing.columns_left import DATED, ColumnsLeft

__all__ = ["take_dates"]

_PARTS: Final = ("said", "date", "start", "end")


def take_dates(left: ColumnsLeft) -> dict[str, dict[str, Any]]:
    """Take the columns of dates, and return a place for each: said, date, start, end. A column
    whose name says none of these is the date. The date at which a record was made counts only if
    there is no other."""
    found = _in_parts(left)
    for column in _dated(left):
        if left.roles[column] == "recorded" and found:
            continue
        part = left.roles[column] if left.roles[column] in _PARTS else "date"
        if part is not None and part not in found:
            found[part] = {"column": column, "date": list(left.looks[column].patterns)}
            left.remove(column)
    return found


def _dated(left: ColumnsLeft) -> list[str]:
    """The columns that are dates; those that say when a record was made are the last."""
    dated = [
        column
        for column in left.names
        if left.looks[column].patterns
        and (not left.looks[column].is_number or left.roles[column] in DATED)
    ]
    return sorted(dated, key=lambda column: left.roles[column] == "recorded")


def _in_parts(left: ColumnsLeft) -> dict[str, dict[str, Any]]:
    """Dates whose year, month and day have columns of their own."""
    parts: dict[str, dict[str, str]] = {}
    for column in left.names:
        named = date_part_of(column)
        if named is not None and left.looks[column].is_number:
            parts.setdefault(named[0], {}).setdefault(named[1], column)
    found: dict[str, dict[str, Any]] = {}
    for of, columns in parts.items():
        if "year" in columns and "month" in columns:
            given = [columns[part] for part in ("year", "month", "day") if part in columns]
            template = "-".join(f"{{{column}}}" for column in given)
            found[of] = {"template": template, "date": ["ymd"]}
            left.remove(*given)
    return found
