"""Finds the row with the names of the columns, and gives each cell of the rows below its name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, islice
from typing import Final, NamedTuple

from service.interchange.tables.delimited import WRONG_ADVICE, RawRow
from service.interchange.tables.limits import (
    MOST_COLUMNS,
    TableRefused,
    check_columns,
    check_row_count,
)
from service.interchange.tables.row import RAW, BrokenRow, Cell, TableRow

__all__ = ["Headed", "headed"]

_QUOTED: Final = 200
_HEADLESS: Final = (
    "No row has names for the columns: the first one looks like the data below it, and counts as "
    'data. If it has the names, write "header": true in the dialect of the mapping.'
)
_LOOKS: Final = (
    re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}.*"),
    re.compile(r"https?://\S+"),
    re.compile(r"[-+]?[0-9][0-9.,]*"),
)
_YEAR: Final = re.compile("[12][0-9]{3}")
_SEARCHED: Final = 40
"""The number of rows in which the column names are searched."""


class Headed(NamedTuple):
    """The names of the columns, their line (0 if there is none), and the rows below. `notes` are
    further findings: rows above, generated names."""

    columns: list[str]
    line: int
    rows: Iterator[TableRow]
    notes: list[str]


def headed(
    rows: Iterator[RawRow],
    wanted: Collection[str] = (),
    *,
    has_header: bool | None = None,
    names: Sequence[str] = (),
) -> Headed:
    """Find the row of names. It is the one that has the most of the `wanted` names, or without
    these the first row that is as wide as those below it. If there is no such row, because
    `has_header` is false or because it looks like the data below it, the names are those given as
    `names`, or numbers. Raises `TableRefused` if there is no row at all."""
    first = list(islice(rows, _SEARCHED))
    filled = [row for row in first if _width(row)]
    if not filled:
        raise TableRefused("The file has no rows.", "See that the right file or sheet was named.")
    if has_header is False:
        return _headless(filled, chain(first, rows), names, [])
    head = _wanted(filled, wanted) if wanted else _widest(filled)
    place = filled.index(head)
    if has_header is None and not wanted and _looks_like_data(head, filled[place + 1 :]):
        return _headless(filled, chain(first, rows), (), [_HEADLESS])
    if head.wrong is not None:
        raise TableRefused(f"The row with the names is {head.wrong}", WRONG_ADVICE, head.line)
    there = _names(head)
    found = _as_wanted(there, wanted)
    begun = first[first.index(head) + 1 :]
    notes = [*_above(filled[:place]), *_numbered(head, there)]
    columns = _columns(found, begun, wanted)
    return Headed(columns, head.line, _table_rows(found, chain(begun, rows)), notes)


def _headless(
    filled: Sequence[RawRow], rows: Iterator[RawRow], names: Sequence[str], notes: list[str]
) -> Headed:
    count = max(*(len(row.cells) for row in filled), len(names))
    found = [*names, *(_by_place(number) for number in range(len(names) + 1, count + 1))]
    check_columns(len(found))
    return Headed(found, 0, _table_rows(found, rows), notes)


def _above(rows: Sequence[RawRow]) -> list[str]:
    """A note about the rows above the names: titles, which may be merged over several columns."""
    if not rows:
        return []
    texts = (cell.strip() for row in rows for cell in row.cells)
    said = "; ".join(filter(None, texts))[:_QUOTED]
    were = "One row above the names of the columns was"
    if len(rows) > 1:
        were = f"{len(rows)} rows above the names of the columns were"
    return [f"{were} passed over: {said}"]


def _numbered(head: RawRow, names: Sequence[str]) -> list[str]:
    """A note about columns with equal names, as below a merged title."""
    given = [*map(_plain, head.cells)]
    twice = [name for name, was in zip(names, given, strict=False) if name != was]
    if not twice:
        return []
    shown = ", ".join(twice)[:_QUOTED]
    return [f"Columns of one name were numbered, from left to right: {shown}."]


def _width(row: RawRow) -> int:
    return sum(1 for cell in row.cells if cell.strip())


def _wanted(rows: Sequence[RawRow], wanted: Collection[str]) -> RawRow:
    names = {*map(_composed, wanted)}
    if names == {RAW}:
        return _widest(rows)  # a mapping with only constants reads no column
    best = max(rows, key=lambda row: len(names & {*map(_composed, row.cells)}))
    if names & {*map(_composed, best.cells)}:
        return best
    there = ", ".join(name for name in map(_plain, _widest(rows).cells) if name)[:500]
    missing = ", ".join(sorted(names - {RAW}))[:500]
    advice = f'It has {there}. If that is data, write "header": false in the dialect.'
    raise TableRefused(f"The file has none of the mapping's columns: {missing}.", advice)


def _widest(rows: Sequence[RawRow]) -> RawRow:
    """The row that most likely has the names: titles above a table fill only a few cells, and names
    are hardly ever numbers."""
    below = Counter(map(_width, rows[1:] or rows))
    usual = max(below, key=lambda width: (below[width], width))
    for row in rows:
        names = [cell for cell in map(_plain, row.cells) if cell]
        if len(names) >= 0.6 * usual and 2 * sum(map(_is_number, names)) < len(names):
            return row
    return rows[0]


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace(",", "").isdecimal()


def _looks_like_data(head: RawRow, below: Sequence[RawRow]) -> bool:
    """Whether the row for the names has dates, links or numbers where the rows below have such too.
    A year may be the name of a column, unless there are years below it."""
    alike = 0
    for place, name in enumerate(head.cells):
        cells = [row.cells[place] for row in below if place < len(row.cells)]
        look = _look_of(cells)
        if look is None or not name.strip():
            continue
        is_name = _YEAR.fullmatch(name.strip()) and not _nearly_all(_YEAR, cells)
        if is_name or not look.fullmatch(name.strip()):
            return False
        alike += 1
    return alike > 0


def _look_of(cells: Sequence[str]) -> re.Pattern[str] | None:
    """The pattern that nearly all filled cells of a column match, if names do not match it."""
    return next((look for look in _LOOKS if _nearly_all(look, cells)), None)


def _nearly_all(look: re.Pattern[str], cells: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and sum(map(bool, map(look.fullmatch, filled))) > 0.8 * len(filled)


def _names(head: RawRow) -> list[str]:
    """The names, each once; empty if there is none."""
    count = max((n for n, cell in enumerate(head.cells, start=1) if cell.strip()), default=0)
    check_columns(count, head.line)
    seen: Counter[str] = Counter()
    names: list[str] = []
    for name in map(_plain, head.cells[:count]):
        seen[name] += 1
        names.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return names


def _as_wanted(names: Sequence[str], wanted: Collection[str]) -> list[str]:
    """The names as the mapping writes them, if they differ only in the composition of a letter: `ö`
    may be one character or two, and looks the same."""
    written = {_composed(name): name for name in wanted if name not in names}
    return [name if name in wanted else written.get(_composed(name), name) for name in names]


def _columns(names: Sequence[str], begun: Sequence[RawRow], wanted: Collection[str]) -> list[str]:
    """The columns from left to right: all that have a name, are `wanted`, or have a cell in one of
    the first rows."""
    filled = {place for row in begun for place, cell in enumerate(row.cells, 1) if cell.strip()}
    found = [*names, *[""] * (MOST_COLUMNS - len(names))]
    return [
        name or _by_place(place)
        for place, name in enumerate(found, start=1)
        if name or place in filled or _by_place(place) in wanted
    ]


def _by_place(place: int) -> str:
    """The name of a column without one; places count from 1."""
    return f"column {place}"


def _plain(name: str) -> str:
    return " ".join(name.replace("\ufeff", "").split())


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", _plain(name))


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
    """The cells by name. Cells without a column name are named by their place, so that they are
    counted instead of silently lost."""
    cells: dict[str, Cell] = {}
    for number, text in enumerate(texts, start=1):
        name = names[number - 1] if number <= len(names) else ""
        if name:
            cells[name] = text
        elif text.strip():
            cells[_by_place(number)] = text
    return cells
