"""Evaluating an expression for one row: its texts, after its operations."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final, NamedTuple
from unicodedata import normalize

from msgspec import UNSET

from service.interchange.mappings.expression import Expression
from service.interchange.mappings.operations.cleaning import cleaned_name, slug_of, without_formats
from service.interchange.mappings.operations.dates.date_pattern import date_by_patterns
from service.interchange.mappings.operations.dates.short_year import order_of
from service.interchange.mappings.operations.dates.span import OPEN
from service.interchange.mappings.operations.dates.unread_date import unread_date
from service.interchange.mappings.operations.exact_text import ExactText
from service.interchange.mappings.operations.html_text import text_of_html
from service.interchange.tables.row import Cell, cell_text

__all__ = ["Evaluation", "RowCells", "RowFault", "evaluate"]

_SHOWN: Final = 200
"""The most characters of a cell that a message repeats."""


class RowFault(NamedTuple):
    """Why a row cannot become a statement: the column, its content, the reason, and what to do.
    `column` is None if it is about the whole row."""

    column: str | None
    value: str
    reason: str
    advice: str


class RowCells:
    """The cells of a row for a mapping: without surrounding white space, and empty for missing
    values."""

    def __init__(self, cells: Mapping[str, Cell], missing: Collection[str]) -> None:
        self._cells = cells
        self._missing = missing

    def cell(self, column: str) -> Cell:
        """The column's cell; empty if the file has no such column."""
        found = self._cells.get(column, "")
        if isinstance(found, tuple):
            return tuple(map(self._seen, found))
        return self._seen(found)

    def text(self, column: str) -> str:
        """The cell as one text."""
        found = self.cell(column)
        return found if isinstance(found, str) else cell_text(tuple(filter(None, found)))

    def _seen(self, text: str) -> str:
        if isinstance(text, ExactText):
            return text
        text = text.strip()
        return text if _entry_of(self._missing, text) is None else ""


def _entry_of(texts: Collection[str], text: str) -> str | None:
    """The one of the texts that equals this one, however its letters are composed."""
    if text in texts:
        return text
    if text.isascii():
        return None
    forms = (normalize("NFC", text), normalize("NFD", text))
    return next((form for form in forms if form in texts), None)


class Evaluation(NamedTuple):
    """The texts of one expression. `several` is true if they are a list and not one text.

    `before` is the content of the cells. `rewritten`: an operation has changed more than the
    spelling. `swappable`: day and month of a date could be swapped. `settled`: they could not, and
    the column has only one order of them. `short_year`: its year had two digits. `left` are the
    parts that were not taken. `after` is their form in the statement, once they are there.
    """

    texts: tuple[str, ...]
    several: bool = False
    columns: tuple[str, ...] = ()
    before: str = ""
    rewritten: bool = False
    swappable: bool = False
    short_year: bool = False
    settled: bool = False
    left: tuple[str, ...] = ()
    after: str = ""

    @property
    def text(self) -> str:
        """All of them as one text."""
        return cell_text(tuple(filter(None, self.texts))) if self.several else self.texts[0]


def evaluate(expression: Expression, row: RowCells, troubles: list[RowFault]) -> Evaluation:
    """Read an expression. Adds dates that no pattern matches to `troubles`, each text of a column
    once: several expressions may read it."""
    cell = _cell(expression, row)
    before = cell_text(cell)
    parts, several = _split(expression, cell)
    taken = _taken(expression, parts)
    left = () if expression.take is None else tuple(p for p in parts if p and p not in taken)
    cut = expression.take is not None and len([*filter(None, parts)]) > 1
    work = _Work(expression, troubles, before)
    texts = tuple(work.done(text) for text in taken)
    if expression.empty is not None and not any(texts):
        texts = (expression.empty,)
    several = several and expression.take is None
    return Evaluation(
        texts,
        several,
        expression.columns,
        before,
        rewritten=cut or work.rewritten,
        swappable=work.swappable,
        short_year=work.short_year,
        settled=work.settled,
        left=() if expression.patterns else left,
    )


def _cell(expression: Expression, row: RowCells) -> Cell:
    if expression.value is not UNSET:
        return expression.value
    if expression.column is not UNSET:
        return row.cell(expression.column)
    texts = {column: row.text(column) for column in expression.columns}
    if texts and not any(texts.values()):
        return ""
    return expression.filled(texts).strip()


def _split(expression: Expression, cell: Cell) -> tuple[tuple[str, ...], bool]:
    """The parts of a cell, in their places: an empty part stays, because another column may have a
    part for the same place."""
    given = cell if isinstance(cell, tuple) else (cell,)
    if not expression.separators:
        return given or ("",), isinstance(cell, tuple)
    pattern = "|".join(map(re.escape, sorted(expression.separators, key=len, reverse=True)))
    parts = (part for text in given for part in _parts(text, pattern))
    return tuple(parts) or ("",), True


def _parts(text: str, pattern: str) -> list[str]:
    if isinstance(text, ExactText):
        return [text]
    return [part.strip() for part in re.split(pattern, text)]


def _taken(expression: Expression, parts: tuple[str, ...]) -> tuple[str, ...]:
    if expression.take is None:
        return parts
    if isinstance(expression.take, int):
        return parts[expression.take - 1 : expression.take] or ("",)
    filled = [part for part in parts if part] or [""]
    return (filled[0 if expression.take == "first" else -1],)


class _Work:
    """The operations of an expression on each of its texts, and whether they have changed
    anything."""

    def __init__(self, expression: Expression, troubles: list[RowFault], before: str) -> None:
        self._expression = expression
        self._troubles = troubles
        self._before = before
        self.rewritten = False
        self.swappable = False
        self.short_year = False
        self.settled = False

    def done(self, text: str) -> str:
        """The text after all operations, which always come in this order."""
        expression = self._expression
        if expression.strip_html and not isinstance(text, ExactText):
            text = self._changed(text_of_html, text)
        if expression.clean:
            text = self._changed(cleaned_name, text)
        if expression.lookup is not None:
            text = self._looked_up(expression.lookup, text)
        if expression.slug:
            text = self._changed(slug_of, text)
        if expression.patterns and text and not (text == OPEN and "iso" in expression.patterns):
            text = self._date(text)
        return text

    def _changed(self, operation: Callable[[str], str], text: str) -> str:
        after = operation(text)
        self.rewritten = self.rewritten or after != text
        return after

    def _looked_up(self, table: Mapping[str, str | None], text: str) -> str:
        """The text that the lookup gives. An entry of the lookup says the same in other words. A
        text that only `else` covers loses its meaning, and that is counted."""
        entry = _entry_of(table, text)
        if entry is not None:
            return table[entry] or ""
        if not text or self._expression.else_ is UNSET:
            return text
        self.rewritten = True
        return self._expression.else_ or ""

    def _date(self, text: str) -> str:
        found = date_by_patterns(without_formats(text), self._expression.patterns)
        if found is not None:
            self.swappable = self.swappable or found.swappable
            self.short_year = self.short_year or found.short
            self.settled = self.settled or (found.settled and not self._is_of_both_orders())
            return found.text
        column, value = next(iter(self._expression.columns), None), text[:_SHOWN]
        if all((known.column, known.value) != (column, value) for known in self._troubles):
            unread = unread_date(without_formats(text), self._expression.patterns)
            self._troubles.append(RowFault(column, value, *unread))
        return ""

    def _is_of_both_orders(self) -> bool:
        """Whether the patterns allow the day both before and after the month."""
        return {"dmy", "mdy"} <= {*map(order_of, self._expression.patterns)}
