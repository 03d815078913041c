"""The columns of a spreadsheet that are not assigned yet: each becomes one part of a statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from service.interchange.guessing.column_look import ColumnLook
from service.interchange.guessing.column_words import role_of

__all__ = ["DATED", "PROSE", "ColumnsLeft"]

PROSE: Final = 25
"""The length from which on the cells of a column are taken for sentences."""
DATED: Final = frozenset(("date", "said", "start", "end", "year", "recorded"))
"""Roles of columns that are dates if most of their cells are, and that nothing else has."""
_NAMES: Final = frozenset(("speaker", "with", "about", "place", "publisher", "tags", "source"))
"""Roles that a number cannot have."""


class ColumnsLeft:
    """The columns that are left, in the order of the file, without empty ones."""

    def __init__(self, looks: Mapping[str, ColumnLook]) -> None:
        self.looks = looks
        self.names = [column for column, look in looks.items() if look.filled]
        self.roles = {
            column: role_of(column, () if looks[column].patterns else DATED)
            for column in self.names
        }

    def of(self, role: str) -> list[str]:
        """The columns of that role."""
        return [
            column
            for column in self.names
            if self.roles[column] == role and not (role in _NAMES and self.looks[column].is_number)
        ]

    def take(self, role: str, *, prose: bool | None = None) -> str | None:
        """The first column of that role, which is taken. `prose`: only one of sentences, or only
        one of words."""
        for column in self.of(role):
            if prose is None or prose == (self.looks[column].length >= 3 * PROSE):
                self.names.remove(column)
                return column
        return None

    def remove(self, *columns: str | None) -> None:
        """Take these columns."""
        self.names = [column for column in self.names if column not in columns]

    def place(
        self, column: str, *, split: bool = False, clean: bool = False, slug: bool = False
    ) -> dict[str, Any]:
        """A place of a mapping for the column."""
        look = self.looks[column]
        place: dict[str, Any] = {"column": column}
        if split and look.separator:
            place["split"] = look.separator
        if look.is_html:
            place["strip-html"] = True
        if clean:
            place["clean"] = True
        if slug:
            place["slug"] = True
        return place
