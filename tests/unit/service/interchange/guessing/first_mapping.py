"""The first mapping of a table, and the statements that it makes."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from service.interchange.guessing.first_mapping import first_mapping
from service.interchange.mappings.checking import faults_of_row
from service.interchange.mappings.composer import Composer
from service.interchange.mappings.mapping import mapping_of
from service.interchange.tables.dialect import Dialect
from service.interchange.tables.table import open_table


class Guessed(NamedTuple):
    descriptor: dict[str, Any]
    statements: list[dict[str, Any]]
    faults: list[Any]
    notes: list[str]


def guessed(path: Path) -> Guessed:
    """The mapping for a file, and what it makes of the file."""
    with open_table(path, Dialect()) as table:
        descriptor = first_mapping(path.name, table.facts, islice(table.rows, 500))
        notes = table.facts.notes
    mapping = mapping_of(descriptor)
    statements, faults, composer = [], list[Any](), Composer(mapping)
    with open_table(path, mapping.dialect, mapping.columns) as table:
        for row in table.rows:
            found = composer.compose(row)
            statements.append(found.statement)
            faults += [*found.faults, *faults_of_row(found.statement, found.trail)]
    return Guessed(descriptor, statements, faults, notes)
