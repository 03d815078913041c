"""Puts a first mapping together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from service.interchange.guessing.column_look import ColumnLook, look_of_column
from service.interchange.guessing.column_words import role_of
from service.interchange.guessing.columns_left import DATED
from service.interchange.guessing.statement_guess import MOST_NAME, StatementGuess
from service.interchange.tables.limits import TableRefused
from service.interchange.tables.row import TableRow, cell_text
from service.messages.imports import FileFacts

__all__ = ["first_mapping"]

_MISSING: Final = ["", "n/a", "N/A", "NA", "-", "–", "null", "NULL", "unknown", "unbekannt"]
_LOOKED_AT: Final = 500
"""How much of a cell is looked at: patterns take long for very long texts."""


def first_mapping(name: str, facts: FileFacts, rows: Iterable[TableRow]) -> dict[str, Any]:
    """A descriptor with a mapping for a file of that name, from what was found out about it and
    from its first rows. Raises `TableRefused` if there are none."""
    listed = list(rows)
    if not listed:
        advice = "See that the right one was named, or write a mapping."
        raise TableRefused("The file has no rows to guess by.", advice)
    columns = list(dict.fromkeys(column for row in listed for column in row.cells))
    day_first = facts.delimiter == ";" or any(not column.isascii() for column in columns)
    texts = {column: _texts(listed, column) for column in columns}
    dated = {c for c in columns if role_of(c) in DATED}
    looks = {
        c: look_of_column(texts[c], day_first=day_first, is_named_date=c in dated) for c in columns
    }
    guess = StatementGuess(looks, texts, len(listed))
    statement = guess.statement()
    schema: dict[str, Any] = {"fields": [_field(c, looks[c]) for c in columns]}
    cells = {cell for row in listed for cell in row.cells.values() if isinstance(cell, str)}
    if missing := [word for word in _MISSING[1:] if word in cells]:
        schema["missingValues"] = ["", *missing]
    if guess.key is not None:
        schema["primaryKey"] = [guess.key]
    slug = re.sub("[^a-z0-9]+", "-", name.rpartition(".")[0].lower() or name.lower()).strip("-")
    resource: dict[str, Any] = {"name": slug[:MOST_NAME] or "rows", "path": name}
    resource |= {"format": facts.format} if facts.format else {}
    resource |= {"encoding": facts.encoding} if facts.encoding else {}
    dialect: dict[str, Any] = {"delimiter": facts.delimiter} if facts.delimiter else {}
    dialect |= {"sheet": facts.sheet} if facts.sheet and not facts.delimiter else {}
    dialect |= {"header": False} if facts.header_line == 0 else {}
    resource |= {"dialect": dialect} if dialect else {}
    resource |= {"schema": schema, "onrecord": {"statement": statement, "ignore": []}}
    return {"name": resource["name"], "resources": [resource]}


def _texts(rows: Sequence[TableRow], column: str) -> list[str]:
    found = (cell_text(row.cells.get(column, ""))[:_LOOKED_AT].strip() for row in rows)
    return [text for text in found if text and text not in _MISSING]


def _field(column: str, look: ColumnLook) -> dict[str, str]:
    field = {"name": column, "type": "string"}
    if look.is_number:
        field |= {"decimalChar": look.decimal or "."} if look.decimal != "." else {}
        field |= {"groupChar": look.group} if look.group else {}
    return field
