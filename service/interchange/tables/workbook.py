"""XLSX and ODS. The library that reads them holds a whole sheet in memory, so it runs in a separate
process with limited memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import msgspec

from service.interchange.tables.archive import check_archive, check_workbook
from service.interchange.tables.delimited import RawRow
from service.interchange.tables.limits import MOST_OF_ROW, TableRefused, check_columns

__all__ = ["Sheet", "open_workbook"]

_MODULE: Final = "service.interchange.tables.workbook_process"
_ADVICE: Final = "Save the sheet as CSV, and import that."
_PATIENCE: Final = 10.0
_MOST_LINE: Final = 8 * MOST_OF_ROW
"""The most bytes of a row of JSON, which escapes make longer than its text."""


class Sheet(NamedTuple):
    """A sheet: its name, the names of the others, and its rows."""

    name: str
    others: list[str]
    rows: Iterator[RawRow]


@contextmanager
def open_workbook(path: Path, sheet: str | int | None) -> Iterator[Sheet]:
    """A sheet of a workbook: the named or numbered one (from 1), or the first with a table.
    Raises `TableRefused`."""
    check_archive(path)
    check_workbook(path)
    asked = "" if sheet is None else str(sheet)
    kind = "number" if isinstance(sheet, int) else "name"
    program = [sys.executable, "-m", _MODULE, str(path), kind, asked]
    with subprocess.Popen(program, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        try:
            begun = _message(child, child.stdout)
            yield Sheet(begun["sheet"], begun["others"], _rows(child, child.stdout))
        finally:
            child.kill()
            child.wait(_PATIENCE)


def _rows(child: subprocess.Popen[bytes], stream: IO[bytes]) -> Iterator[RawRow]:
    while True:
        message = _message(child, stream)
        if "end" in message:
            return
        cells = message["cells"]
        check_columns(len(cells), message["line"], "row")
        if sum(map(len, cells)) > MOST_OF_ROW:
            reason = f"The row has more than {MOST_OF_ROW:,} characters."
            raise TableRefused(reason, "Shorten its cells.", message["line"], "row")
        yield RawRow(message["line"], cells)


def _message(child: subprocess.Popen[bytes], stream: IO[bytes]) -> dict[str, Any]:
    line = stream.readline(_MOST_LINE)
    if not line:
        child.wait(_PATIENCE)
        reason = "The workbook needs more memory or time than an import may have."
        raise TableRefused(reason, _ADVICE)
    if not line.endswith(b"\n"):
        raise TableRefused(f"A row has more than {MOST_OF_ROW:,} characters.", _ADVICE)
    message: dict[str, Any] = msgspec.json.decode(line)
    if "refused" in message:
        raise TableRefused(message["refused"], message.get("advice", _ADVICE))
    return message
