"""A table as a guess sees it: its columns with the meanings of their names and the look of their
cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from events.statement.wording import PROSE
from service.interchange.guessing.columns.column_look import look_of_column
from service.interchange.guessing.columns.column_name import meanings_of_names, words_of_name
from service.interchange.guessing.columns.number_look import qualifier_of
from service.interchange.guessing.columns.numbering import number_nothing
from service.interchange.guessing.columns.units import unit_in_name
from service.interchange.guessing.columns.word_files import words_of_cells, words_that_mean
from service.interchange.mappings.operations.dates.months import folded
from service.interchange.tables.row import TableRow, cell_text

__all__ = ["SeenTable"]

_LONG: Final = 5
"""The least letters of a word whose occurrence in a cell is no accident."""
_ANSWERS: Final = 3
"""The most different answers to a yes-or-no question."""
_FEW: Final = 0.1
_LOOKED_AT: Final = 500
"""The most characters of a cell that are looked at, because patterns take long for very long
texts."""
_DATED: Final = frozenset(("date", "say", "publish", "start", "end", "happen", "record", "year"))
"""Meanings of names by which a column has dates if most of its cells are dates."""

_ENDS: Final = {"du": "start", "au": "end"}
"""French for from and to, as columns of dates are called."""
_DEGREES: Final = {"lat": 90, "lon": 180, "lng": 180, "long": 180}
_ORDINALS: Final = words_that_mean("count") - {"n"}
_DEGREES_MEANT: Final = frozenset(("latitude", "longitude"))
_DEGREE_NAMES: Final = [[name] for name in _DEGREES]
_PAGES: Final = (["p"], ["pp"], ["pg"])
_PAGE: Final = re.compile(
    r"[0-9ivxlc]{1,6}(?:\s*(?:[-–/&+]|,\s|ff?\.?)\s*[0-9ivxlc]{0,6}){0,3}", re.IGNORECASE
)
"""A page, or several."""
_OF_NO_MATTER: Final = frozenset(("other", "filler", "label", "category", "state", "result"))
"""Meanings of names beside which the cells themselves show what they are."""
_OF_NO_SORT: Final = frozenset(("account", "other", "filler", "what"))
"""Meanings of the name of a text that may tell what happened, or what somebody said."""
_GIVEN: Final = re.compile("column [0-9]+")
_NAMELESS: Final = frozenset(("other",))
_ENDS_IN_ID: Final = re.compile(r".*[^\W\d_]I[Dd]")


class SeenTable:
    """The columns in the order of the file, without empty ones. `too_long` are columns in which
    many cells are longer than a statement's text may be."""

    def __init__(self, rows: Sequence[TableRow], *, has_semicolons: bool) -> None:
        names = list(dict.fromkeys(column for row in rows for column in row.cells))
        self.names = names
        self._cells = {name: [_text(row, name) for row in rows] for name in names}
        self.missing = sorted(
            {text for cells in self._cells.values() for text in cells if _is_nothing(text)}
        )
        meanings = meanings_of_names(names) | dict.fromkeys(filter(_is_given, names), _NAMELESS)
        day_first = has_semicolons or any(not name.isascii() for name in names)
        self.looks = {
            name: look_of_column(
                self.filled(name), day_first=day_first, named=_named(name, meanings[name])
            )
            for name in names
        }
        self.meanings = {name: meanings[name] | self._seen(name, meanings[name]) for name in names}
        if any("question" in found for found in self.meanings.values()):
            replies = [name for name in names if "reply" in self.meanings[name]]
            self.meanings |= {name: self.meanings[name] | {"asked"} for name in replies}
        self.columns = [name for name in names if self.looks[name].filled]
        self.too_long = {name for name in self.columns if _are_too_long(name, rows)}
        self.count = len(rows)

    def cells(self, column: str) -> list[str]:
        """The cell of each row; empty if the cell means that there is nothing."""
        return ["" if _is_nothing(text) else text for text in self._cells[column]]

    def filled(self, column: str) -> list[str]:
        """The cells that are not empty."""
        return [text for text in self.cells(column) if text]

    def share(self, column: str) -> float:
        """The share of rows in which the column is not empty."""
        return self.looks[column].filled / self.count

    @staticmethod
    def fits_template(column: str) -> bool:
        """Whether a template can name the column; names with braces cannot be written there."""
        return not {"{", "}"}.intersection(column)

    def expression(
        self, column: str, *, split: bool = False, clean: bool = False, slug: bool = False
    ) -> dict[str, Any]:
        """An expression of a mapping for the column."""
        look = self.looks[column]
        expression: dict[str, Any] = {"column": column}
        if split and look.split:
            expression["split"] = look.split
        if look.is_html:
            expression["strip-html"] = True
        return expression | ({"clean": True} if clean else {}) | ({"slug": True} if slug else {})

    def _seen(self, name: str, meanings: frozenset[str]) -> frozenset[str]:
        """The meanings that the look of the cells adds to those of the name."""
        look = self.looks[name]
        has_unit = bool(unit_in_name(name).unit) and meanings.isdisjoint(_DEGREES_MEANT)
        is_answer = look.is_flag or self._is_echo(name)
        seen = {
            "answer": is_answer,
            "mark": is_answer and len(name) == 1,
            "number": look.is_number and has_unit,
            "share": look.is_number and has_unit,
            "verdict": look.is_verdict and meanings <= _OF_NO_MATTER,
            "publisher": look.is_domain and (look.distinct < 1 or "publisher" in meanings),
            "archive": look.is_archived,
            "statement": look.is_spoken and look.is_telling and meanings <= _OF_NO_SORT,
            "initials": look.is_initials,
            "quote": look.is_quoted and meanings <= {"other", "filler"},
            "qualifier": look.filled and all(map(qualifier_of, self.filled(name))),
        }
        found = {meaning for meaning, is_seen in seen.items() if is_seen}
        return frozenset(found.union(self._short(name), self._coded(name)))

    def _is_echo(self, name: str) -> bool:
        """Whether the cells repeat a word of the name to say yes or no: `Volunteer`."""
        words = [word for word in words_of_name(name) if len(word) >= _LONG]
        texts = [*map(folded, self.filled(name))]
        is_few = 0 < len({*texts}) <= _ANSWERS < len(texts)
        return is_few and any(all(word in text for text in texts) for word in words)

    def _coded(self, name: str) -> Iterator[str]:
        """The meanings of cells that are codes."""
        look, words = self.looks[name], words_of_name(name)
        if len(words) > 1 and words[-1] in _ORDINALS:  # the number of each, and not of how many
            yield "code"
        if look.is_serial and not look.patterns:
            yield "code"
        is_key = look.is_code and look.distinct == 1 and name == self.names[0]
        numbers = [*map(look.numbers.value, self.filled(name))] if look.is_number else []
        if numbers and (_is_given(name) or (not is_key and number_nothing(numbers))):
            yield "code"
        if look.is_code and _ENDS_IN_ID.fullmatch(name):
            yield "key" if look.distinct == 1 else "code"
        if is_key:
            yield "coded"

    def _short(self, name: str) -> set[str]:
        """The meanings of a name that is one short word, which mean less within a longer name."""
        look, words = self.looks[name], words_of_name(name)
        if look.patterns and len(words) == 1 and words[0] in _ENDS:
            return {_ENDS[words[0]]}
        most = _DEGREES.get(words[0]) if len(words) == 1 else None
        if most and look.is_number and -most <= look.numbers.least <= look.numbers.most <= most:
            return {"latitude" if words[0] == "lat" else "longitude"}
        is_page = words in _PAGES and all(map(_PAGE.fullmatch, self.filled(name)))
        return {"locator"} if is_page else set()


def _named(name: str, meanings: frozenset[str]) -> str | None:
    """The type that the column's name suggests for its cells."""
    if meanings & {"latitude", "longitude"} or words_of_name(name)[-1:] in _DEGREE_NAMES:
        return "degrees"
    if meanings & {"link", "source"}:
        return "link"
    return "date" if meanings & _DATED else None


def _is_given(name: str) -> bool:
    """Whether the name was generated for a column without one."""
    return _GIVEN.fullmatch(name) is not None


def _are_too_long(name: str, rows: Sequence[TableRow]) -> bool:
    long = sum(len(cell_text(row.cells.get(name, ""))) > PROSE.longest for row in rows)
    return long > _FEW * len(rows)


def _text(row: TableRow, column: str) -> str:
    return cell_text(row.cells.get(column, ""))[:_LOOKED_AT].strip()


def _is_nothing(text: str) -> bool:
    return folded(text) in words_of_cells("nothing")
