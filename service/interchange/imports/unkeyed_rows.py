"""Rows that only their content identifies, because the mapping has no key."""

from __future__ import annotations

from typing import Final

from service.interchange.imports.prepared_rows import PreparedRow
from service.interchange.mappings.evaluation import RowCells
from service.interchange.mappings.mapping import RowMapping
from service.messages.imports import Remark

__all__ = ["UnkeyedRows"]

_LOOKED_AT: Final = 1_000
"""The most rows by which a column that could be the key is found."""
_LEAST: Final = 10
"""The fewest rows that show that a column differs in each."""
_LONGEST: Final = 64
_REASON: Final = (
    "Rows without a key: each is known by its content, so a row that is changed later becomes "
    "another statement."
)
_ADVICE: Final = "Name a column that differs in each row and stays the same as primaryKey"
_NONE: Final = "of the mapping, or several columns that do so together."


class UnkeyedRows:
    """The accepted rows of an import that have no key, and the columns that could be one. Such a
    column is filled and different in each row, and is neither the text nor a number of the
    statement."""

    def __init__(self, mapping: RowMapping) -> None:
        self._mapping = mapping
        self._rows = 0
        self._line = 0
        self._seen: dict[str, set[str]] | None = None

    def add(self, row: PreparedRow) -> None:
        """Count an accepted row, if it has no key."""
        if self._mapping.key or row.identified:
            return
        self._rows += 1
        self._line = self._line or row.row.line
        if self._rows > _LOOKED_AT:
            return
        cells = RowCells(row.row.cells, self._mapping.missing)
        texts = {name: cells.text(name) for name in row.row.cells}
        if self._seen is None:
            self._seen = {name: set() for name in texts}
        told = _told(row)
        for name in [*self._seen]:
            text = texts.get(name, "")
            if not text or len(text) > _LONGEST or text in self._seen[name] or name in told:
                del self._seen[name]
            else:
                self._seen[name].add(text)

    def remark(self) -> Remark | None:
        """The remark about them; None if there are none."""
        if not self._rows:
            return None
        name = next(iter(self._seen or ()), None) if self._rows >= _LEAST else None
        advice = f"{_ADVICE} {_NONE}" if name is None else f"{_ADVICE}, for example {name!r}."
        return Remark(
            reason=_REASON, rows=self._rows, line=self._line, column=None, value="", advice=advice
        )


def _told(row: PreparedRow) -> set[str]:
    """The columns of numbers, and the one that is the text."""
    trail = row.composed.trail
    told = {name for at, names in trail.items() if at.startswith("/quantities") for name in names}
    text = trail.get("/text", ())
    return told | {*text} if len(text) == 1 else told
