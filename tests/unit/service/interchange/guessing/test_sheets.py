"""First mappings for sheets with the columns of public datasets, of newsrooms in several languages
and of ministries, as `sheets.json` has them with what a person would make of their columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.unit.service.interchange.guessing.guessed_sheets import guessed_sheet

_SHEETS: Final[list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("sheets.json").read_text(encoding="utf-8")
)
_TO_CHANGE: Final = {"em-dat": 1, "promises": 1, "timelinejs-variant": 1}
"""The fields that a person still has to change; none in the other sheets."""
_ATTRIBUTED: Final = ("said_by", "said_on", "occurred", "rating", "about")
"""Fields that have to be empty where no column is wanted in them."""
_SAID: Final = {"said/by": "said_by", "said/with": "said_by", "said/on": "said_on"}
_OPEN: Final = ("places", "tags", "sources", "about")
"""Fields that may have more columns than are wanted."""


def _changes(sheet: dict[str, Any], folder: Path) -> list[str]:
    """The fields that do not have the columns that a person would give them. Every row of the sheet
    has to be a statement."""
    path = folder / f"{sheet['name']}.csv"
    guessed = guessed_sheet(path, sheet["columns"], sheet["rows"])
    assert guessed.faults == []
    found: dict[str, set[str]] = {}
    for column, names in guessed.uses():
        found.setdefault(_SAID.get("/".join(names), names[0]), set()).add(column)
    wanted = {name: {*columns} for name, columns in sheet["wanted"].items()}
    return [
        name
        for name in {*wanted, *_ATTRIBUTED}
        if not wanted.get(name, set()) <= found.get(name, set())
        or (
            not (name in _OPEN and name in wanted)
            and not found.get(name, set()) <= wanted.get(name, set())
        )
    ]


@pytest.mark.parametrize("sheet", _SHEETS, ids=lambda sheet: sheet["name"])
def test_a_sheet_needs_little_change_or_none(sheet: dict[str, Any], tmp_path: Path) -> None:
    """Every row becomes a statement, and no more fields are to be changed than are known."""
    assert len(_changes(sheet, tmp_path)) <= _TO_CHANGE.get(sheet["name"], 0)


def test_half_of_the_sheets_need_no_change() -> None:
    """What is still to be changed is less than a field in every other sheet."""
    assert 2 * len(_TO_CHANGE) < len(_SHEETS)
    assert 2 * sum(_TO_CHANGE.values()) < len(_SHEETS)
