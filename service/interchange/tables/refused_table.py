"""Files of refused rows: they come back once somebody has mended them. They are CSV in a form of
their own, whatever the form of the file that the rows are from."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from service.interchange.tables.delimited import DELIMITERS, as_written
from service.interchange.tables.dialect import Dialect
from service.interchange.tables.documents.json_lines import json_line_row
from service.interchange.tables.encoding import find_encoding, seen_beginning
from service.interchange.tables.limits import without_mark
from service.interchange.tables.row import RAW, Cell, TableRow
from service.messages.imports import FileFacts

__all__ = ["REFUSED_COLUMNS", "are_refused", "mended_facts", "mended_row", "refused_dialect"]
__all__ += ["refused_lines"]

REFUSED_COLUMNS: Final = ("_line", "_column", "_reason")
"""The columns that such a file adds to those of the rows, besides `_raw`."""

_MARKS: Final = frozenset(REFUSED_COLUMNS)
_HEAD: Final = ",".join((RAW, *REFUSED_COLUMNS))
"""The first line of a file whose rows have no cells."""
_LOOKED_AT: Final = 1 << 18


def are_refused(columns: Collection[str]) -> bool:
    """Whether these are the columns of a file of refused rows."""
    return not _MARKS.isdisjoint(columns)


def refused_dialect(path: Path, stated: Dialect) -> Dialect | None:
    """The form of a text file of refused rows; None if it is not such a file. What a mapping has
    `stated` is the form of the file that the rows are from. Spreadsheet programs may have added a
    byte-order mark, or chosen another delimiter or encoding. Raises `TableRefused`."""
    begun = seen_beginning(path, _LOOKED_AT)
    if REFUSED_COLUMNS[-1].encode() not in begun:
        return None
    text = begun.decode(errors="replace")
    signs = (sign for sign in DELIMITERS if {*_first_row(text, sign)} >= _MARKS)
    delimiter = next(signs, None)
    if delimiter is None:
        return None
    is_ours = find_encoding(path, None).codec.startswith("utf")
    encoding = None if is_ours else stated.encoding
    return Dialect(format="csv", encoding=encoding, delimiter=delimiter, header=True)


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []


def mended_facts(facts: FileFacts) -> FileFacts:
    """The facts about the file, with the columns of the rows alone."""
    names = [as_written(name) for name in facts.columns if name not in _MARKS]
    return replace(facts, columns=names)


def mended_row(row: TableRow) -> TableRow:
    """The row with its original cells; if its text could not be read as cells, what can be read of
    it now."""
    cells = {as_written(name): _original(cell) for name, cell in row.cells.items()}
    raw = cells.pop(RAW, "")
    for mark in _MARKS:
        cells.pop(mark, None)
    if isinstance(raw, str) and raw and not any(cells.values()):
        return json_line_row(row.line, raw.encode())
    return row._replace(cells=cells)


def _original(cell: Cell) -> Cell:
    """A list was written as JSON, and a possible formula with an apostrophe before it."""
    if not isinstance(cell, str):
        return cell
    if cell.startswith('["'):
        try:
            return msgspec.json.decode(cell, type=tuple[str, ...])
        except msgspec.DecodeError:
            return cell
    return as_written(cell)


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
            yield number, as_written(row[RAW] or "").encode()
