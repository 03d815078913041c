"""Writes the file of refused rows: their original cells, and why they were refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import IO

import msgspec

from service.interchange.mappings.evaluation import RowFault
from service.interchange.tables.delimited import DELIMITERS, harmless
from service.interchange.tables.refused_table import REFUSED_COLUMNS
from service.interchange.tables.row import RAW, Cell, TableRow
from service.messages.imports import FileFacts

__all__ = ["REFUSED_ENCODING", "RefusedFile"]

REFUSED_ENCODING = "utf-8-sig"
"""Every cell and reason can be written in UTF-8; spreadsheet programs know it by the byte-order
mark."""


class RefusedFile:
    """A CSV file that is written row by row. When corrected, it can be imported alone: its own
    columns are ignored then. No spreadsheet runs a cell of it, and an import reads the cells as
    they were. It is created with the first refused row. Text that could not be read as cells has a
    column too."""

    def __init__(self, file: IO[str], facts: FileFacts, most: int | None = None) -> None:
        """`file` is open for text in `REFUSED_ENCODING`, with `newline=""`. It gets the first rows
        that have up to `most` bytes together, or all of them."""
        self._file = file
        self._most = most
        self._size = 0
        self._buffer = io.StringIO(newline="")
        delimiter = facts.delimiter if facts.delimiter in DELIMITERS else ","
        self._writer = csv.writer(self._buffer, delimiter=delimiter, lineterminator="\r\n")
        self._columns = [name for name in facts.columns if name not in (*REFUSED_COLUMNS, RAW)]
        self._raw = facts.header_line is None or RAW in facts.columns
        self._is_full = False
        self.rows = 0
        """How many rows the file has."""

    def add(self, row: TableRow, faults: Iterable[RowFault]) -> None:
        """Write a row with all its faults, unless the file is full. If an object has members that
        those of the file's first rows lacked, the whole object is written as JSON in `_raw`."""
        if self._is_full:
            return
        if not self.rows:
            self._write([*self._columns, *([RAW] if self._raw else []), *REFUSED_COLUMNS])
        listed = list(faults)
        columns = ", ".join(dict.fromkeys(fault.column for fault in listed if fault.column))
        reasons = " ".join(f"{fault.reason} {fault.advice}" for fault in listed)
        given = row.cells if row.written is None else row.written
        text = row.broken.text if row.broken else ""
        if self._raw and not given.keys() <= {*self._columns}:
            text, given = msgspec.json.encode(given).decode(), {}
        cells = [_written(given.get(name, "")) for name in self._columns]
        self._write([*cells, *([text] if self._raw else []), str(row.line), columns, reasons])
        text = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        self._size += len(text.encode())
        self._is_full = self._most is not None and self._size > self._most
        if not self._is_full:
            self._file.write(text)
            self.rows += 1

    def _write(self, cells: list[str]) -> None:
        self._writer.writerow(map(harmless, cells))


def _written(cell: Cell) -> str:
    """A list is written as JSON, without a mapping: it is for readers."""
    return cell if isinstance(cell, str) else msgspec.json.encode(cell).decode() if cell else ""
