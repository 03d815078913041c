"""Makes a first mapping."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from service.interchange.guessing.columns.column_look import ColumnLook
from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.dataset_name import dataset_name
from service.interchange.guessing.statement_guess import StatementGuess
from service.interchange.guessing.tried_mapping import take_back
from service.interchange.tables.limits import TableRefused
from service.interchange.tables.row import TableRow, without_statement
from service.messages.imports import FileFacts

__all__ = ["first_mapping"]


def first_mapping(name: str, facts: FileFacts, rows: Iterable[TableRow]) -> dict[str, Any]:
    """A descriptor with a mapping for a file with that name, from its facts and its first rows.
    What somebody must decide is added to its notes. Raises `TableRefused` if there are no rows."""
    listed = [row for row in rows if without_statement(row) is row]
    if not listed:
        advice = "See that the right one was named, or write a mapping."
        raise TableRefused("The file has no rows to guess by.", advice)
    if not any(row.cells for row in listed):
        broken = listed[0].broken
        advice = broken.advice if broken else "Give each value a name."
        raise TableRefused(
            "None of the first rows can be read.", advice, listed[0].line, facts.counts
        )
    listed = [row for row in listed if row.broken is None] or listed
    table = SeenTable(listed, has_semicolons=facts.delimiter == ";")
    guess = StatementGuess(table)
    schema: dict[str, Any] = {"fields": [_field(c, table.looks[c]) for c in table.names]}
    if table.missing:
        schema["missingValues"] = ["", *table.missing]
    if guess.key is not None:
        schema["primaryKey"] = [guess.key]
    resource: dict[str, Any] = {"name": dataset_name(name), "path": name}
    resource |= {"format": facts.format} if facts.format else {}
    resource |= {"encoding": facts.encoding} if facts.encoding else {}
    dialect: dict[str, Any] = {"delimiter": facts.delimiter} if facts.delimiter else {}
    dialect |= {"sheet": facts.sheet} if facts.sheet and not facts.delimiter else {}
    dialect |= {"header": False} if facts.header_line == 0 else {}
    resource |= {"dialect": dialect} if dialect else {}
    resource |= {
        "schema": schema,
        "onrecord": {"statement": guess.statement, "ignore": guess.ignored},
    }
    descriptor = {"name": resource["name"], "resources": [resource]}
    changed = take_back(descriptor, listed)
    guess.keep([column for column in table.names if column in changed])
    facts.notes.extend(guess.notes)
    return descriptor


def _field(column: str, look: ColumnLook) -> dict[str, str]:
    field = {"name": column, "type": "string"}
    if look.is_number:
        field |= {"decimalChar": look.numbers.decimal or "."} if look.numbers.decimal != "." else {}
        field |= {"groupChar": look.numbers.group} if look.numbers.group else {}
    return field
