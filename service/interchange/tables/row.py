"""One row of a file: its line, and its cells by column name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec

__all__ = [
    "RAW",
    "BrokenRow",
    "Cell",
    "ObjectMembers",
    "TableRow",
    "cell_text",
    "cells_of",
    "name_twice_in",
    "named_twice",
    "object_row",
    "object_rows",
    "without_statement",
]

RAW: Final = "_raw"
"""The column, in a file of refused rows, for text that could not be read as cells."""

Cell: TypeAlias = str | tuple[str, ...]
"""A text, or several if the format has lists of its own, as JSON does."""

_DEEPEST: Final = 8
"""The levels of an object that have columns of their own; deeper ones stay JSON."""

_SHOWN: Final = 60
"""The most characters of a name that a message repeats."""
_MOST_DIGITS: Final = 400
"""A number with more digits is written with its exponent, which may have any size."""


_NAME: Final = re.compile(rb'"\s*:')
"""The end of a name in JSON, or a text that looks like it."""

_SUM_WORDS: Final = (
    "total totals grand_total sub-total subtotal sum σ ∑ summe gesamt gesamtsumme insgesamt"
    " zwischensumme total_général sous-total somme suma suma_total total_general soma"
    " total_geral totale razem ogółem łącznie suma_końcowa итого всего разом усього всього"
    " підсумок toplam genel_toplam totaal المجموع الإجمالي إجمالي مجموع σύνολο"
)
_SUMS: Final = frozenset(word.replace("_", " ") for word in _SUM_WORDS.split())
"""The words of a row whose numbers are sums of those above."""
_NUMBER: Final = re.compile(r"[-+−~≈<>≥≤]?\s*[$€£]?\s*[0-9][0-9.,'’\s]*[%+€$]?")


class BrokenRow(NamedTuple):
    """Why a row cannot be read, what to do, and its text as far as it can be shown. The rows around
    it can be read."""

    text: str
    reason: str
    advice: str


class ObjectMembers(dict[str, Any]):
    """The members of a JSON object while it is built. A repeated name goes to `twice`, because its
    first value would be silently lost."""

    def __init__(self, twice: list[str]) -> None:
        super().__init__()
        self._twice = twice

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self:
            self._twice.append(name)
        super().__setitem__(name, value)


def named_twice(text: str, name: str) -> BrokenRow:
    """An object that has two members of one name."""
    reason = f"The object has {name[:_SHOWN]!r} twice."
    return BrokenRow(text, reason, "Give each value a name of its own.")


def name_twice_in(text: bytes, item: Any) -> str | None:
    """A name that an object within `item` had twice in `text`, the JSON that it was decoded from.
    Most texts have as many names as the item, and need not be read again. Raises RecursionError."""
    if len(_NAME.findall(text)) <= _names_in(item):
        return None
    twice: list[str] = []

    def object_of(pairs: list[tuple[str, Any]]) -> ObjectMembers:
        members = ObjectMembers(twice)
        for name, value in pairs:
            members[name] = value
        return members

    json.loads(text, object_pairs_hook=object_of)
    return twice[0] if twice else None


def _names_in(item: Any) -> int:
    if isinstance(item, dict):
        return len(item) + sum(map(_names_in, item.values()))
    return sum(map(_names_in, item)) if isinstance(item, list) else 0


class TableRow(NamedTuple):
    """The row that begins on `line`, from 1; the number of the item if there are no lines.
    `written` has its cells as the file has them, if they were converted. A `broken` row has no
    cells, or not all, and becomes no statement."""

    line: int
    cells: Mapping[str, Cell]
    written: Mapping[str, Cell] | None = None
    broken: BrokenRow | None = None


def object_rows(
    objects: Iterable[dict[str, Any] | BrokenRow],
    cells: Callable[[Mapping[str, Any]], Mapping[str, Cell]],
) -> Iterator[TableRow]:
    """A row for each object, with the `cells` that are made of it, numbered from 1."""
    for number, item in enumerate(objects, start=1):
        yield object_row(number, item, cells)


def object_row(
    number: int,
    item: dict[str, Any] | BrokenRow,
    cells: Callable[[Mapping[str, Any]], Mapping[str, Cell]],
) -> TableRow:
    """The row for an object, with the `cells` that are made of it."""
    if isinstance(item, BrokenRow):
        return TableRow(number, {}, broken=item)
    return TableRow(number, cells(item))


def without_statement(row: TableRow) -> TableRow:
    """The row as a broken one if it holds sums instead of a record: its only word is one such as
    `Total`, it has numbers, and some cells are empty. Else the row itself."""
    texts = [text.strip() for text in map(cell_text, row.cells.values())]
    words = [text for text in texts if text and not _NUMBER.fullmatch(text)]
    numbers = len([*filter(None, texts)]) - len(words)
    if len(words) != 1 or all(texts) or not numbers:
        return row
    if words[0].strip(" :.").casefold() not in _SUMS:
        return row
    advice = "Leave it out; if it is a statement after all, fill its cells."
    reason = "The row is a sum of others, and no statement of its own."
    return row._replace(broken=BrokenRow(words[0], reason, advice))


def cell_text(cell: Cell) -> str:
    """The cell as one text: the items of a list are joined by a semicolon."""
    return cell if isinstance(cell, str) else "; ".join(cell)


def cells_of(item: Mapping[str, Any]) -> dict[str, Cell]:
    """The cells of an object. A list of texts stays one; a list of objects becomes a list for each
    member, with empty items for objects that lack it."""
    found: dict[str, Cell] = {}
    _flatten(item, "", found, _DEEPEST)
    return found


def _flatten(item: Mapping[str, Any], at: str, found: dict[str, Cell], depth: int) -> None:
    for name, value in item.items():
        column = f"{at}{name}"
        if isinstance(value, dict) and depth:
            _flatten(value, f"{column}.", found, depth - 1)
        elif isinstance(value, list) and depth:
            _flatten_list(value, column, found, depth - 1)
        else:
            found[column] = _text(value)


def _flatten_list(values: list[Any], column: str, found: dict[str, Cell], depth: int) -> None:
    objects = [value for value in values if isinstance(value, dict)]
    if not objects or len(objects) < len(values):
        found[column] = tuple(map(_text, values))
        return
    parts: list[dict[str, Cell]] = []
    for value in objects:
        parts.append({})
        _flatten(value, f"{column}.", parts[-1], depth)
    for name in dict.fromkeys(name for part in parts for name in part):
        cells = (part.get(name, "") for part in parts)
        found[name] = tuple(
            cell if isinstance(cell, str) else msgspec.json.encode(cell).decode() for cell in cells
        )


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            is_short = abs(value.adjusted()) < _MOST_DIGITS
            return format(value, "f") if is_short else str(value)
        case int():
            return str(value)
        case _:
            return msgspec.json.encode(value).decode()
