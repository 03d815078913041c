"""Our own table, as `export --format csv` writes it: its columns are named like the fields."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from service.interchange.mappings.mapping import RowMapping, mapping_of
from service.interchange.tables.row import Cell, TableRow

__all__ = ["OWN_TABLE", "as_written_rows", "own_table_mapping"]

OWN_TABLE: Final = "onrecord"
_SEPARATOR: Final = "¦"
_EXTRA: Final = "extra."
_SHOWN: Final = [
    *("standing", "credibility", "relations", "recorded_at", "corrected_at", "retraction"),
    "revision",
]
"""Columns that follow from other events: they are there to be read."""
_MADE_HARMLESS: Final = re.compile(r"'+[=+\-@\t\r]")
_ITEMS: Final = ("said.via", "about", "places", "quantities", "sources")
_LISTS: Final = ("said.with", "tags")


def own_table_mapping(columns: Collection[str]) -> RowMapping:
    """The mapping for a table with these columns. Those of extra fields differ from table to
    table."""
    statement: dict[str, Any] = {}
    for column in columns:
        if column.startswith(_EXTRA):
            statement.setdefault("extra", {})[column.removeprefix(_EXTRA)] = {"column": column}
        elif column not in _SHOWN:
            _add(statement, column)
    resource = {
        "name": OWN_TABLE,
        "schema": {"primaryKey": ["id"]},
        "onrecord": {"statement": statement, "ignore": _SHOWN},
    }
    return mapping_of({"name": OWN_TABLE, "resources": [resource]})


def _add(statement: dict[str, Any], column: str) -> None:
    place: dict[str, Any] = {"column": column}
    if column in _LISTS or column.startswith(tuple(f"{name}." for name in _ITEMS)):
        place["split"] = _SEPARATOR
    *groups, name = column.split(".")
    into = statement
    for depth, group in enumerate(groups, start=1):
        is_items = ".".join(groups[:depth]) in _ITEMS
        found = into.setdefault(group, [{}] if is_items else {})
        into = found[0] if is_items else found
    into[name] = place


def as_written_rows(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    """The rows without the apostrophe that an export puts before what could be a formula."""
    for row in rows:
        yield TableRow(row.line, {name: _as_written(cell) for name, cell in row.cells.items()})


def _as_written(cell: Cell) -> Cell:
    if isinstance(cell, str) and _MADE_HARMLESS.match(cell):
        return cell[1:]
    return cell
