"""One row of a file: its line, and its cells by the names of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

__all__ = ["Cell", "TableRow", "cell_text"]

Cell: TypeAlias = str | tuple[str, ...]
"""A text, or several of them where the format has lists of its own, as JSON does."""


class TableRow(NamedTuple):
    """The row that begins on `line`, from 1; the number of the item where there are no lines.
    `written` are its cells as the file has them, where reading has changed more than that."""

    line: int
    cells: Mapping[str, Cell]
    written: Mapping[str, Cell] | None = None


def cell_text(cell: Cell) -> str:
    """The cell as one text: the items of a list are joined by a semicolon."""
    return cell if isinstance(cell, str) else "; ".join(cell)
