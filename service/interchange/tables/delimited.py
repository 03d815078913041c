"""CSV and TSV: rows of cells with their lines, read piece by piece, and cells that no spreadsheet
runs."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from service.interchange.tables.encoding import FoundEncoding
from service.interchange.tables.limits import MOST_COLUMNS, MOST_OF_ROW, TableRefused, check_columns

__all__ = [
    "DELIMITERS",
    "WRONG_ADVICE",
    "RawRow",
    "as_written",
    "delimited_rows",
    "find_delimiter",
    "harmless",
]

DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLED: Final = 50
_STATED: Final = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)

_SURROGATE: Final = re.compile("[\udc80-\udcff]")
_SURROGATES: Final = 0xDC00
_WRONG: Final = "not {}: it has the byte 0x{:02X}."
WRONG_ADVICE: Final = "If it is text, name its encoding in the mapping, or save it as UTF-8."

_FIRST: Final = frozenset("'=+-@\t\r")
_RISKY: Final = re.compile(r"'*[=+\-@\t\r]")
_MADE_HARMLESS: Final = re.compile(r"'+[=+\-@\t\r]")
_PLAIN: Final = re.compile(
    r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
    r"|-[0-9]{4}(?:-[0-9]{2}){0,2}[~?%]?(?:/-?[0-9]{4}(?:-[0-9]{2}){0,2}[~?%]?|/\.\.|/)?"
)
"""Numbers, and dates before the year 0."""

csv.field_size_limit(MOST_OF_ROW)


class RawRow(NamedTuple):
    """The cells of a row that begins on `line` (from 1); `wrong` if it has bytes that are invalid
    in the file's encoding."""

    line: int
    cells: list[str]
    wrong: str | None = None


class _Lines:
    """The lines of a file for `csv`, counted. The lines of one row are limited, because a quote
    that never ends would make the rest of the file one cell."""

    def __init__(self, file: TextIO, encoding: str, delimiter: str, quote: str) -> None:
        self._file = file
        self._encoding = encoding
        self._delimiter = delimiter
        self._quote = quote
        self.number = 0
        self.row: list[str] = []
        self._weight = 0
        self.wrong: str | None = None

    def begin_row(self) -> None:
        """Note that the next line begins a row."""
        self.row.clear()
        self._weight = 0
        self.wrong = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = self._file.readline(MOST_OF_ROW + 1)
        except UnicodeDecodeError as error:
            reason = _WRONG.format(self._encoding, error.object[error.start])
            raise TableRefused(f"The file is {reason}", WRONG_ADVICE, self.number + 1) from error
        if not line:
            raise StopIteration
        self._weight += len(line)
        begun = self.number - len(self.row) + 1
        if self._weight > MOST_OF_ROW:
            if not self.row and self._quote not in line:
                check_columns(line.count(self._delimiter) + 1, begun)
            reason = f"The row that begins here has more than {MOST_OF_ROW:,} characters."
            raise TableRefused(reason, "Perhaps a quote in it never ends: mend it.", begun)
        self.number += 1
        self.row.append(line)
        if not line.isascii() and (found := _SURROGATE.search(line)):
            self.wrong = self.wrong or _WRONG.format(self._encoding, ord(found[0]) - _SURROGATES)
        return line


def delimited_rows(
    path: Path, encoding: FoundEncoding, delimiter: str, quote: str = '"'
) -> Iterator[RawRow]:
    """The rows of a file. Raises `TableRefused` where it cannot be read."""
    errors = "surrogateescape" if encoding.marks_wrong_bytes else "strict"
    with path.open(encoding=encoding.codec, errors=errors, newline="") as file:
        lines = _Lines(file, encoding.name, delimiter, quote)
        reader = csv.reader(lines, delimiter=delimiter, quotechar=quote)
        while True:
            lines.begin_row()
            begun = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                reason = f"The row cannot be read: {error}."
                raise TableRefused(reason, "Mend it, or save the file again.", begun) from error
            if begun == 1 and _STATED.fullmatch(lines.row[0]):
                continue  # the line in which a spreadsheet program names its delimiter
            if sum(line.count(quote) for line in lines.row) % 2:
                _check_quotes(lines.row, delimiter, quote, begun)
            check_columns(len(_filled(cells)) if len(cells) > MOST_COLUMNS else 0, begun)
            yield RawRow(begun, cells if lines.wrong is None else _shown(cells), lines.wrong)


def _shown(cells: list[str]) -> list[str]:
    """Cells with a sign for each byte that was invalid in the file's encoding."""
    return [_SURROGATE.sub("\ufffd", cell) for cell in cells]


def _filled(cells: list[str]) -> list[str]:
    last = max((n for n, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    return cells[:last]


def _check_quotes(row: list[str], delimiter: str, quote: str, begun: int) -> None:
    """Raise `TableRefused` if the row ends only because the file ends."""
    try:
        list(csv.reader(row, delimiter=delimiter, quotechar=quote, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            reason = "A quote is opened in this row and never closed."
            raise TableRefused(
                reason, "Close it, or double it where it is meant.", begun
            ) from error


def find_delimiter(path: Path, encoding: FoundEncoding, quote: str = '"') -> str:
    """The delimiter: the one that the file names in `sep=`, or the one with which most of the first
    rows have the same number of cells."""
    with path.open(encoding=encoding.codec, newline="", errors="replace") as file:
        lines = [line for line in (file.readline(MOST_OF_ROW) for _ in range(_SAMPLED)) if line]
    if lines and (stated := _STATED.fullmatch(lines[0])):
        return stated[1]
    return max(DELIMITERS, key=lambda sign: _fitness(lines, sign, quote))


def _fitness(lines: list[str], delimiter: str, quote: str) -> tuple[float, int]:
    """How well a delimiter fits: the share of rows with the most frequent number of cells, and that
    number."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter, quotechar=quote) if any(row)]
    except csv.Error:
        return (0.0, 0)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return (0.0, 0)
    width, count = max(widths.items(), key=lambda found: (found[1] * (found[0] - 1), found[0]))
    return (round(count / len(rows), 1), width)


def harmless(cell: str) -> str:
    """The text of a cell, with an apostrophe before it if it could be a formula, as people write it
    by hand. It could be one if it begins with one of `=+-@`, a tab or a carriage return, and is
    neither a number nor a date. A cell with apostrophes before such a character gets one more, so
    that `as_written` is always right."""
    if cell[:1] not in _FIRST or _RISKY.match(cell) is None or _PLAIN.fullmatch(cell) is not None:
        return cell
    return f"'{cell}"


def as_written(cell: str) -> str:
    """The inverse of `harmless`."""
    return cell[1:] if _MADE_HARMLESS.match(cell) else cell
