"""What is guessed of a sheet."""

from __future__ import annotations

from pathlib import Path

from tests.unit.service.interchange.guessing.guessed_sheets import GuessedSheet, guessed_sheet


def guess_of(path: Path, columns: dict[str, list[str]]) -> GuessedSheet:
    found = guessed_sheet(path / "sheet.csv", [*columns], [*zip(*columns.values(), strict=True)])
    assert found.faults == []
    return found


def fields_of(found: GuessedSheet) -> dict[str, set[str]]:
    """The fields that each column is used for."""
    fields: dict[str, set[str]] = {}
    for column, names in found.uses():
        fields.setdefault(column, set()).add(".".join(names))
    return fields
