"""One row of a file: its line, and its cells by the names of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias

__all__ = ["RAW", "BrokenRow", "Cell", "TableRow", "cell_text"]

RAW: Final = "_raw"
"""The column of a file of refused rows that has what could not be read as cells."""

Cell: TypeAlias = str | tuple[str, ...]
"""A text, or several of them where the format has lists of its own, as JSON does."""


class BrokenRow(NamedTuple):
    """Why a row cannot be read, what to do, and its text as far as that can be shown. The rows
    around it can be read."""

    text: str
    reason: str
    advice: str


class TableRow(NamedTuple):
    """The row that begins on `line`, from 1; the number of the item where there are no lines.
    `written` are its cells as the file has them, where they were written in another form. A
    `broken` row has no cells, or not all of them, and becomes no statement."""

    line: int
    cells: Mapping[str, Cell]
    written: Mapping[str, Cell] | None = None
    broken: BrokenRow | None = None


def cell_text(cell: Cell) -> str:
    """The cell as one text: the items of a list are joined by a semicolon."""
    return cell if isinstance(cell, str) else "; ".join(cell)
