"""Our own table, as `export --format csv` writes it: its columns are named like the fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from service.interchange.mappings.mapping import RowMapping, mapping_of
from service.interchange.mappings.operations.exact_text import SEPARATOR, exactly_read
from service.interchange.tables.delimited import as_written
from service.interchange.tables.row import Cell, TableRow

__all__ = ["OWN_TABLE", "as_written_rows", "own_table_mapping"]

OWN_TABLE: Final = "onrecord"
_EXTRA: Final = "extra."
_OTHERS: Final = "extra"
_SHOWN: Final = [
    *("standing", "credibility", "relations", "recorded_at", "corrected_at", "retraction"),
    "revision",
]
"""Columns that follow from other events: they are for readers only."""
_ITEMS: Final = ("said.via", "about", "places", "quantities", "sources")
_LISTS: Final = ("said.with", "tags")
_EXACT: Final = '\\"'


def own_table_mapping(columns: Collection[str]) -> RowMapping:
    """The mapping for a table with these columns. The extra columns differ from table to table."""
    statement: dict[str, Any] = {}
    for column in columns:
        if column.startswith(_EXTRA):
            statement.setdefault("extra", {})[column.removeprefix(_EXTRA)] = {"column": column}
        elif column not in (*_SHOWN, _OTHERS):
            _add(statement, column)
    if _OTHERS in columns:
        statement["extra"] = [statement.get("extra", {}), {"column": _OTHERS}]
    resource = {
        "name": OWN_TABLE,
        "schema": {"primaryKey": ["id"]},
        "onrecord": {"statement": statement, "ignore": _SHOWN},
    }
    return mapping_of({"name": OWN_TABLE, "resources": [resource]})


def _add(statement: dict[str, Any], column: str) -> None:
    expression: dict[str, Any] = {"column": column}
    if _is_list(column):
        expression["split"] = SEPARATOR
    *groups, name = column.split(".")
    into = statement
    for depth, group in enumerate(groups, start=1):
        is_items = ".".join(groups[:depth]) in _ITEMS
        found = into.setdefault(group, [{}] if is_items else {})
        into = found[0] if is_items else found
    into[name] = expression


def _is_list(column: str) -> bool:
    return column in _LISTS or column.startswith(tuple(f"{name}." for name in _ITEMS))


def as_written_rows(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    """The rows without the marks that an export adds to cells: the apostrophe before a possible
    formula, and the form of exact texts."""
    for row in rows:
        cells = {name: _as_written(name, cell) for name, cell in row.cells.items()}
        yield row._replace(cells=cells, written=row.cells)


def _as_written(column: str, cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    text = as_written(cell)
    if _EXACT not in text:
        return text
    if not _is_list(column):
        return exactly_read(text.strip())
    return tuple(exactly_read(part.strip()) for part in text.split(SEPARATOR))
