"""A statement of ours within a file of another format. Feeds and calendars that we export have it
whole, as JSON, beside what other programs show.

Such a file is read as our own table, a row for each statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from events.statement.statement import (
    AboutActor,
    Origin,
    Place,
    Quantity,
    Rating,
    Said,
    Source,
    Statement,
    Via,
)
from service.interchange.mappings.operations.exact_text import SEPARATOR, exactly_written
from service.interchange.tables.row import BrokenRow, TableRow

__all__ = ["OWN_COLUMNS", "OWN_STATEMENT", "own_statement_cell", "own_statement_rows"]

OWN_STATEMENT: Final = "onrecord statement"
"""The column of a row that has the JSON of a statement, empty where the file is not ours."""

_PARTS: Final[dict[str, type[msgspec.Struct]]] = {
    "said": Said,
    "said.via": Via,
    "about": AboutActor,
    "places": Place,
    "quantities": Quantity,
    "sources": Source,
    "rating": Rating,
    "origin": Origin,
}
_NEEDED: Final = {"kind", "text", "said"}
_EXTRA: Final = "extra"

# Numbers are written as they were read.
_encode = msgspec.json.Encoder(decimal_format="number").encode


def _columns(part: type[msgspec.Struct], at: str = "") -> Iterator[str]:
    for name in part.__struct_encode_fields__:
        inner = _PARTS.get(f"{at}{name}")
        if inner is None:
            yield f"{at}{name}"
        else:
            yield from _columns(inner, f"{at}{name}.")


OWN_COLUMNS: Final = tuple(_columns(Statement))
"""The columns of our own table that a statement has, with one for all extra fields."""


def own_statement_cell(given: Any) -> str:
    """The JSON of a statement of ours; empty for anything else."""
    return _encode(given).decode() if isinstance(given, dict) and given.keys() >= _NEEDED else ""


def own_statement_rows(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    """The rows of a file of ours with the cells of our own table, as that would be written."""
    for row in rows:
        yield row if row.broken else _own_row(row)


def _own_row(row: TableRow) -> TableRow:
    text = str(row.cells.get(OWN_STATEMENT, ""))
    try:
        found = msgspec.json.decode(text or b"{}")
    except (msgspec.DecodeError, RecursionError):
        found = None
    if isinstance(found, dict) and found.keys() >= _NEEDED:
        cells: dict[str, str] = {}
        for name in Statement.__struct_encode_fields__:
            _add(cells, name, found.get(name))
        return row._replace(cells=cells)
    reason = "It has no statement of ours that can be read, as the first of the file has."
    advice = "Export the file again, or import this one in a file of its own."
    return row._replace(cells={}, broken=BrokenRow(text, reason, advice))


def _add(cells: dict[str, str], column: str, value: Any) -> None:
    """Add the cells of a field, or of a part of it; nothing for an empty one."""
    if value in (None, [], {}):
        return
    match value:
        case dict() if column == _EXTRA:
            cells[column] = _encode(value).decode()
        case dict() if column in _PARTS:
            for name, part in value.items():
                _add(cells, f"{column}.{name}", part)
        case list() if column in _PARTS and all(isinstance(each, Mapping) for each in value):
            for name in dict.fromkeys(name for each in value for name in each):
                cells[f"{column}.{name}"] = _listed([each.get(name) for each in value])
        case list():
            cells[column] = _listed(value)
        case _:
            cells[column] = _written(value)


def _listed(values: list[Any]) -> str:
    return f" {SEPARATOR} ".join(map(_written, values))


def _written(value: Any) -> str:
    """A text in the form that preserves it; what is no text, as JSON."""
    if value is None:
        return ""
    return exactly_written(value if isinstance(value, str) else _encode(value).decode())
