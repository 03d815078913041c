"""Which column has which role."""

from __future__ import annotations

from typing import Final

from service.interchange.guessing.columns.seen_table import SeenTable
from service.interchange.guessing.tells import tells_of

__all__ = ["Assignment"]

_SEVERAL: Final = (
    *("with", "about", "place", "tags", "link", "archive", "low", "high", "number", "unit"),
    *("qualifier", "date", "undated", "time", "internal", "aside"),
)
"""Roles that more than one column may have."""
_SPARSE: Final = 6
"""The points that a text loses, and a key, by the share of rows in which it has nothing."""
_MOST_AWAY: Final = 2
"""How many columns from the text a speaker stands whose column has no name that says so."""


class Assignment:
    """The roles of the columns: the role with the most points, unless another column with more
    points has it already and only one can."""

    def __init__(self, table: SeenTable) -> None:
        found = [
            (points - self._lack(table, role, column), -place, role, column)
            for place, column in enumerate(table.columns)
            for role, points in tells_of(table.meanings[column], table.looks[column])
        ]
        self._columns: dict[str, list[str]] = {}
        self._role: dict[str, str] = {}
        for points, _, role, column in sorted(found, reverse=True):
            if points > 0 and column not in self._role and self._may_have(role):
                self._columns.setdefault(role, []).append(column)
                self._role[column] = role
        for columns in self._columns.values():
            columns.sort(key=table.columns.index)
        if self.one("speaker") is None:
            self._find_speaker(table)

    def one(self, role: str) -> str | None:
        """The column of that role; the first one if there are several."""
        return next(iter(self._columns.get(role, ())), None)

    def all(self, role: str) -> list[str]:
        """The columns of that role, in the order of the file."""
        return self._columns.get(role, [])

    def role_of(self, column: str) -> str | None:
        """The role of a column."""
        return self._role.get(column)

    def _may_have(self, role: str) -> bool:
        return role in _SEVERAL or role not in self._columns

    def _lack(self, table: SeenTable, role: str, column: str) -> float:
        empty = 1 - table.share(column)
        return _SPARSE * empty if role == "text" else 100 * (empty > 0.1) if role == "key" else 0

    def _find_speaker(self, table: SeenTable) -> None:
        """Where nobody is named as the one who said it, it is an office, or else who stands
        beside what was said, in a column of names whose own name says nothing."""
        text = self.one("text")
        if text is None or not table.meanings[text] & {"statement", "say", "quote"}:
            return
        place = table.columns.index(text)
        near = table.columns[max(0, place - _MOST_AWAY) : place + _MOST_AWAY + 1]
        names = [c for c in near if c not in self._role and table.looks[c].is_name]
        offices = [c for c in self.all("about") if "authority" in table.meanings[c]]
        for column in [*offices, *names][:1]:
            if column in self._role:
                self._columns[self._role[column]].remove(column)
            self._columns["speaker"] = [column]
            self._role[column] = "speaker"
