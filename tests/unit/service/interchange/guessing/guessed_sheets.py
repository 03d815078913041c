"""Sheets as files, and what is guessed of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from service.interchange.guessing.first_mapping import first_mapping
from service.interchange.mappings.checking import faults_of_row
from service.interchange.mappings.composer import Composer
from service.interchange.mappings.constants import expressions_at
from service.interchange.mappings.evaluation import RowFault
from service.interchange.mappings.expression import Expression
from service.interchange.mappings.mapping import mapping_of
from service.interchange.tables.dialect import Dialect
from service.interchange.tables.table import open_table


class GuessedSheet(NamedTuple):
    """A mapping's resource, the statements that it makes of the rows, and why some are none."""

    resource: dict[str, Any]
    statements: list[dict[str, Any]]
    faults: list[RowFault]

    def uses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each use of a column: the column, and the names of the field that is made of it."""
        for _, names, given in expressions_at(self.resource["onrecord"]["statement"], ""):
            for column in msgspec.convert(given, Expression).columns:
                yield column, names
        for column in self.resource["schema"].get("primaryKey", ()):
            yield column, ("key",)
        for column in self.resource["onrecord"]["ignore"]:
            yield column, ("ignore",)


def guessed_sheet(
    path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str = ","
) -> GuessedSheet:
    """What is guessed of a sheet, which is written to the path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([columns, *rows])
    with open_table(path, Dialect()) as table:
        read = list(table.rows)
    descriptor = first_mapping(path.name, table.facts, read)
    composed = [Composer(mapping_of(descriptor)).compose(row) for row in read]
    faults = [
        fault for c in composed for fault in (*c.faults, *faults_of_row(c.statement, c.trail))
    ]
    return GuessedSheet(descriptor["resources"][0], [c.statement for c in composed], faults)
