"""The process that reads a workbook: `workbook_process.py PATH name|number SHEET`.

It writes a line of JSON for the sheet, one for each row, and one for the end. Everything becomes
text as people see it: a day in ISO 8601, a whole number without its decimal point. A formula is
shown as the value that the saving program has stored with it, or else as its own text. Errors are
shown as their signs. Nothing is calculated, and no link is followed.
"""

from __future__ import annotations

import datetime
import os
import re
import resource
import sys
import zipfile
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from defusedxml.ElementTree import ParseError, iterparse
from python_calamine import CalamineError, CalamineWorkbook

__all__ = ["main"]

_MEMORY: Final = 2 << 30
_SECONDS: Final = 300
_MOST_ROWS: Final = 1 << 20
_MOST_COLUMNS: Final = 1 << 14
"""The most rows and columns of a sheet in spreadsheet programs."""
_TOO_FAR: Final = (
    f"The workbook has a cell beyond row {_MOST_ROWS:,} or column {_MOST_COLUMNS:,}, the most "
    "of a sheet."
)
_ERROR: Final = "e"
"""The type of a cell with an error."""
_CELL: Final = re.compile("([A-Z]+)([0-9]+)")
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKED: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def main(arguments: Sequence[str]) -> int:
    """Read the sheet and write its rows to stdout."""
    path, kind, asked = arguments
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # hides a panic message of the library
    try:
        _write(path, kind, asked)
    except (CalamineError, OSError, ValueError, KeyError, ParseError) as error:
        _send({"refused": f"The workbook cannot be read: {str(error)[:200]}."})
    return 0


def _write(path: str, kind: str, asked: str) -> None:
    with CalamineWorkbook.from_path(path) as book:
        names = book.sheet_names
        chosen = _chosen(book, names, kind, asked)
        if chosen is None:
            there = ", ".join(map(repr, names[:20]))
            refused = {"refused": f"There is no sheet {asked!r}.", "advice": f"There are {there}."}
            _send(refused)
            return
        _send({"sheet": chosen, "others": [name for name in names if name != chosen]})
        sheet = book.get_sheet_by_name(chosen)
        if sheet.total_height > _MOST_ROWS or sheet.total_width > _MOST_COLUMNS:
            _send({"refused": _TOO_FAR})  # every cell before it would be visited
            return
        unread = _unread_cells(path, names.index(chosen))
        for number, row in enumerate(sheet.iter_rows()):
            texts = {column: _text(value) for column, value in enumerate(row)}
            texts |= {c: text for c, text in unread.get(number, {}).items() if not texts.get(c)}
            cells = [texts.get(column, "") for column in range(max(texts, default=-1) + 1)]
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                _send({"line": number + 1, "cells": cells})
        _send({"end": True})


def _chosen(book: CalamineWorkbook, names: list[str], kind: str, asked: str) -> str | None:
    if not asked:
        return _with_table(book, names) if names else None
    if kind == "number":
        return names[int(asked) - 1] if 0 < int(asked) <= len(names) else None
    return asked if asked in names else None


def _with_table(book: CalamineWorkbook, names: list[str]) -> str:
    """The first sheet with several rows and columns, since explanations often come before the
    table. Without one it is the first that is not empty, or else the first."""
    sheets = {name: book.get_sheet_by_name(name) for name in names}
    for columns, rows in ((3, 3), (2, 2), (1, 1)):
        for name, sheet in sheets.items():
            if sheet.width >= columns and sheet.height >= rows:
                return name
    return names[0]


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime.datetime():
            is_day = value.time() == datetime.time()
            return value.date().isoformat() if is_day else value.isoformat(timespec="seconds")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)


def _unread(cell: Any) -> str | None:
    """What people see in a cell for which the library gives nothing: an error such as `#REF!`, or
    at least a formula without a stored value."""
    formula, value = cell.findtext(f"{_MAIN}f"), cell.findtext(f"{_MAIN}v")
    if cell.get("t") == _ERROR:
        return str(value)
    return f"={formula}" if formula and not value else None


def _unread_cells(path: str, number: int) -> dict[int, dict[int, str]]:
    """The cells of an XLSX sheet for which the library gives nothing, by row and column from 0."""
    found: dict[int, dict[int, str]] = {}
    with zipfile.ZipFile(path) as archive:
        name = _part_of_sheet(archive, number)
        if name is None:
            return found
        with archive.open(name) as part:
            for _, cell in iterparse(part, events=["end"]):
                if cell.tag == f"{_MAIN}c":
                    place, text = _CELL.fullmatch(cell.get("r", "")), _unread(cell)
                    if text and place:
                        found.setdefault(int(place[2]) - 1, {})[_column(place[1])] = text
                if cell.tag == f"{_MAIN}row":
                    cell.clear()
    return found


def _part_of_sheet(archive: zipfile.ZipFile, number: int) -> str | None:
    """The member of the archive with the sheet of that number; None in an ODS file."""
    if "xl/workbook.xml" not in archive.namelist():
        return None
    with archive.open("xl/workbook.xml") as part:
        ids = [e.get(_LINKED) for _, e in iterparse(part) if e.tag == f"{_MAIN}sheet"]
    with archive.open("xl/_rels/workbook.xml.rels") as part:
        targets = {e.get("Id"): e.get("Target", "") for _, e in iterparse(part)}
    target = targets.get(ids[number], "") if number < len(ids) else ""
    name = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return name if name in archive.namelist() else None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _send(message: dict[str, Any]) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(message) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
