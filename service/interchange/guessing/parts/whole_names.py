"""Names whose first and last parts have columns of their own."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from service.interchange.guessing.columns.column_name import words_of_name
from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.columns.word_files import words_of_cells

__all__ = ["WholeName", "whole_name_with"]

_PARTS: Final = ("given", "family")
_ENOUGH: Final = 0.9


class WholeName(NamedTuple):
    """The columns of the given name and of the family name; `whole` is the one that has both, if
    there is one."""

    given: str
    family: str
    whole: str | None = None

    def expression(self) -> dict[str, Any]:
        """The expression of the whole name."""
        if self.whole is not None:
            return {"column": self.whole, "clean": True}
        return {"template": f"{{{self.given}}} {{{self.family}}}", "clean": True}


def whole_name_with(table: SeenTable, column: str) -> WholeName | None:
    """The whole name of which a column has a part, if another column has the rest. The names of the
    two columns may differ only in which part they have."""
    parts = {part: _without(column, part) for part in _PARTS}
    for part, other in zip(_PARTS, reversed(_PARTS), strict=True):
        rests = ((c, _without(c, other)) for c in table.columns if c != column)
        match = next((c for c, rest in rests if rest is not None and rest == parts[part]), None)
        if match and all(map(table.fits_template, (column, match))):
            given, family = (column, match) if part == "given" else (match, column)
            return WholeName(given, family, _whole(table, given))
    return None


def _whole(table: SeenTable, given: str) -> str | None:
    """A column of names that begin with the given name and go on, in nearly every row."""
    known = words_of_cells("names", "name")
    for column in table.columns:
        if column == given or not (known & {*words_of_name(column)}):
            continue
        pairs = zip(table.cells(given), table.cells(column), strict=True)
        both = [(first, name) for first, name in pairs if first and name]
        same = sum(name.startswith(f"{first} ") for first, name in both)
        if both and same >= _ENOUGH * len(both):
            return column
    return None


def _without(column: str, part: str) -> frozenset[str] | None:
    """The words of a column's name without those for a name and its part; None if it has none of
    these."""
    words = frozenset(words_of_name(column))
    known = words_of_cells("names", part)
    return words - known - words_of_cells("names", "name") if words & known else None
