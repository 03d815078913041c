"""The file of refused rows: their cells as they were, and why they were refused."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import IO, Final

import msgspec

from service.interchange.mappings.place_texts import RowFault
from service.interchange.tables.row import Cell, TableRow

__all__ = ["REFUSED_COLUMNS", "RefusedFile"]

REFUSED_COLUMNS: Final = ("_line", "_column", "_reason")


class RefusedFile:
    """A CSV file that is written row by row. Mended, it can be imported by itself: its own columns
    are passed over then. It is made when the first row is refused."""

    def __init__(self, file: IO[str], columns: Sequence[str], delimiter: str = ",") -> None:
        self._writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        self._columns = [name for name in columns if name not in REFUSED_COLUMNS]
        self._begun = False

    def add(self, row: TableRow, faults: Iterable[RowFault]) -> None:
        """Write a row with all that is wrong with it. Cells of columns that the file's first rows
        did not have stand in no column, and are named in the reason."""
        if not self._begun:
            self._writer.writerow([*self._columns, *REFUSED_COLUMNS])
            self._begun = True
        listed = list(faults)
        columns = ", ".join(dict.fromkeys(fault.column for fault in listed if fault.column))
        reasons = " ".join(f"{fault.reason} {fault.advice}" for fault in listed)
        given = row.cells if row.written is None else row.written
        cells = [_written(given.get(name, "")) for name in self._columns]
        self._writer.writerow([*cells, row.line, columns, reasons])


def _written(cell: Cell) -> str:
    """A list is written as JSON, which has no mapping here: it is there to be read."""
    return cell if isinstance(cell, str) else msgspec.json.encode(cell).decode() if cell else ""
