"""The file of refused rows: their original cells, and why they were refused."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final

import msgspec

from service.interchange.mappings.place_texts import RowFault
from service.interchange.tables.delimited import DELIMITERS
from service.interchange.tables.documents.json_lines import json_line_row
from service.interchange.tables.limits import without_mark
from service.interchange.tables.row import RAW, Cell, TableRow

__all__ = ["REFUSED_COLUMNS", "RefusedFile", "is_refused_row", "mended_row", "refused_lines"]

REFUSED_COLUMNS: Final = ("_line", "_column", "_reason", RAW)
_MARKS: Final = frozenset(REFUSED_COLUMNS)
_HEAD: Final = ",".join((RAW, *REFUSED_COLUMNS[:-1]))
"""The first line of a file whose rows have no cells."""


class RefusedFile:
    """A CSV file that is written row by row. When corrected, it can be imported alone: its own
    columns are ignored then. It is created with the first refused row. With `raw`, text that could
    not be read as cells has a column too."""

    def __init__(
        self, file: IO[str], columns: Sequence[str], delimiter: str = ",", *, raw: bool = False
    ) -> None:
        self._writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        self._columns = [name for name in columns if name not in _MARKS]
        self._raw = raw
        self._begun = False

    def add(self, row: TableRow, faults: Iterable[RowFault]) -> None:
        """Write a row with all its faults. If an object has members that those of the file's first
        rows lacked, the whole object is written as JSON in `_raw`."""
        if not self._begun:
            raw = [RAW] if self._raw else []
            self._writer.writerow([*self._columns, *raw, *REFUSED_COLUMNS[:-1]])
            self._begun = True
        listed = list(faults)
        columns = ", ".join(dict.fromkeys(fault.column for fault in listed if fault.column))
        reasons = " ".join(f"{fault.reason} {fault.advice}" for fault in listed)
        given = row.cells if row.written is None else row.written
        text = row.broken.text if row.broken else ""
        if self._raw and not given.keys() <= {*self._columns}:
            text, given = msgspec.json.encode(given).decode(), {}
        cells = [_written(given.get(name, "")) for name in self._columns]
        raw = [text] if self._raw else []
        self._writer.writerow([*cells, *raw, row.line, columns, reasons])


def _written(cell: Cell) -> str:
    """A list is written as JSON, without a mapping: it is for readers."""
    return cell if isinstance(cell, str) else msgspec.json.encode(cell).decode() if cell else ""


def is_refused_row(row: TableRow) -> bool:
    """Whether the row comes from such a file."""
    return not _MARKS.isdisjoint(row.cells)


def mended_row(row: TableRow) -> TableRow:
    """The row without the columns that the file of refused rows adds; if its text could not be read
    as cells, what can be read of it now."""
    cells = {name: _listed(cell) for name, cell in row.cells.items() if name not in _MARKS}
    raw = row.cells.get(RAW, "")
    if isinstance(raw, str) and raw and not any(cells.values()):
        return json_line_row(row.line, raw.encode())
    return row._replace(cells=cells)


def _listed(cell: Cell) -> Cell:
    """The original cell: a list was written as JSON."""
    if isinstance(cell, str) and cell.startswith('["'):
        try:
            return msgspec.json.decode(cell, type=tuple[str, ...])
        except msgspec.DecodeError:
            return cell
    return cell


def refused_lines(path: Path) -> Iterator[tuple[int, bytes]] | None:
    """The lines in a file of refused ones, numbered by its own rows; None if it is not such a file.
    Spreadsheet programs may have added a byte-order mark or another delimiter."""
    with path.open("rb") as file:
        head = without_mark(file.readline(len(_HEAD) + 8)).strip()
    signs = (sign for sign in DELIMITERS if head == _HEAD.replace(",", sign).encode())
    delimiter = next(signs, None)
    return None if delimiter is None else _lines_in(path, delimiter)


def _lines_in(path: Path, delimiter: str) -> Iterator[tuple[int, bytes]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter=delimiter), start=2):
            yield number, (row[RAW] or "").encode()
