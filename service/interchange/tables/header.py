"""Finds the row with the names of the columns, and gives each cell of the rows below its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, islice
from typing import Final, NamedTuple

from service.interchange.tables.delimited import WRONG_ADVICE, RawRow
from service.interchange.tables.limits import TableRefused, check_columns, check_row_count
from service.interchange.tables.row import RAW, BrokenRow, Cell, TableRow

__all__ = ["Headed", "headed"]

_SEARCHED: Final = 40
"""The rows among which the names of the columns are looked for."""


class Headed(NamedTuple):
    """The names of the columns, the line that they stand on, and the rows below. `above` is how
    many rows with something in them stand above."""

    columns: list[str]
    line: int
    above: int
    rows: Iterator[TableRow]


def headed(rows: Iterator[RawRow], wanted: Collection[str] = ()) -> Headed:
    """Find the names: in the row that has the most of the `wanted` ones, or without these in the
    first row that is as wide as those below it. Raises `TableRefused` if there is none."""
    first = list(islice(rows, _SEARCHED))
    filled = [row for row in first if _width(row)]
    if not filled:
        raise TableRefused("The file has no rows.", "See that the right file or sheet was named.")
    head = _wanted(filled, wanted) if wanted else _widest(filled)
    names = _names(head)
    rest = chain(first[first.index(head) + 1 :], rows)
    above = filled.index(head)
    return Headed([name for name in names if name], head.line, above, _table_rows(names, rest))


def _width(row: RawRow) -> int:
    return sum(1 for cell in row.cells if cell.strip())


def _wanted(rows: Sequence[RawRow], wanted: Collection[str]) -> RawRow:
    names = {*map(_plain, wanted)}
    best = max(rows, key=lambda row: len(names & {*map(_plain, row.cells)}))
    if names & {*map(_plain, best.cells)}:
        return best
    there = ", ".join(name for name in map(_plain, _widest(rows).cells) if name)[:500]
    missing = ", ".join(sorted(names - {RAW}))[:500]
    raise TableRefused(
        f"The file has none of the mapping's columns: {missing}.", f"It has {there}."
    )


def _widest(rows: Sequence[RawRow]) -> RawRow:
    """Titles above a table fill one cell, or few; names of columns are hardly ever numbers."""
    below = Counter(map(_width, rows[1:] or rows))
    usual = max(below, key=lambda width: (below[width], width))
    for row in rows:
        names = [cell for cell in map(_plain, row.cells) if cell]
        if len(names) >= 0.6 * usual and 2 * sum(map(_is_number, names)) < len(names):
            return row
    return rows[0]


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace(",", "").isdecimal()


def _names(head: RawRow) -> list[str]:
    """The names, each once; empty where there is none."""
    count = max((n for n, cell in enumerate(head.cells, start=1) if cell.strip()), default=0)
    check_columns(count, head.line)
    seen: Counter[str] = Counter()
    names: list[str] = []
    for name in map(_plain, head.cells[:count]):
        seen[name] += 1
        names.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return names


def _plain(name: str) -> str:
    return " ".join(name.replace("\ufeff", "").split())


def _table_rows(names: Sequence[str], rows: Iterator[RawRow]) -> Iterator[TableRow]:
    count = 0
    for row in rows:
        cells = _cells(names, row.cells)
        if any(isinstance(cell, str) and cell.strip() for cell in cells.values()):
            count += 1
            check_row_count(count)
            yield TableRow(row.line, cells, broken=_broken(row))


def _broken(row: RawRow) -> BrokenRow | None:
    if row.wrong is None:
        return None
    return BrokenRow("; ".join(row.cells)[:200], f"The row is {row.wrong}", WRONG_ADVICE)


def _cells(names: Sequence[str], texts: Sequence[str]) -> dict[str, Cell]:
    """The cells by their names. What stands below no name is named by its place, so that it is
    counted and not lost unseen."""
    cells: dict[str, Cell] = {}
    for number, text in enumerate(texts, start=1):
        name = names[number - 1] if number <= len(names) else ""
        if name:
            cells[name] = text
        elif text.strip():
            cells[f"column {number}"] = text
    return cells
