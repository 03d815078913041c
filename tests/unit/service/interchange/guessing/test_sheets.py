"""First mappings for sheets with the columns of public datasets, of newsrooms in several languages
and of ministries, as `sheets.json` has them with what a person would make of their columns."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, Final

import pytest

from service.interchange.guessing.first_mapping import first_mapping
from service.interchange.mappings.checking import faults_of_row
from service.interchange.mappings.composer import Composer
from service.interchange.mappings.constants import places_at
from service.interchange.mappings.mapping import mapping_of
from service.interchange.mappings.place import MappedPlace
from service.interchange.tables.dialect import Dialect
from service.interchange.tables.table import open_table

_SHEETS: Final[list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("sheets.json").read_text(encoding="utf-8")
)
_TO_CHANGE: Final = {
    "corrections-log": 1,
    "em-dat": 1,
    "promises": 1,
    "timelinejs-variant": 1,
    "wikipedia-battles": 1,
}
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
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([sheet["columns"], *sheet["rows"]])
    with open_table(path, Dialect()) as table:
        rows = list(table.rows)
    descriptor = first_mapping(path.name, table.facts, rows)
    composed = [Composer(mapping_of(descriptor)).compose(row) for row in rows]
    assert [
        fault for c in composed for fault in (*c.faults, *faults_of_row(c.statement, c.trail))
    ] == []
    resource = descriptor["resources"][0]
    found = _columns(resource["onrecord"]["statement"])
    found["key"] = {*resource["schema"].get("primaryKey", [])}
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


def _columns(statement: dict[str, Any]) -> dict[str, set[str]]:
    """The columns that each field is made of."""
    found: dict[str, set[str]] = {}
    for _, names, place in places_at(statement, ""):
        read = MappedPlace(**{n: place[n] for n in ("column", "template") if n in place})
        found.setdefault(_SAID.get("/".join(names), names[0]), set()).update(read.columns)
    return found


@pytest.mark.parametrize("sheet", _SHEETS, ids=lambda sheet: sheet["name"])
def test_a_sheet_needs_little_change_or_none(sheet: dict[str, Any], tmp_path: Path) -> None:
    """Every row becomes a statement, and no more fields are to be changed than are known."""
    assert len(_changes(sheet, tmp_path)) <= _TO_CHANGE.get(sheet["name"], 0)


def test_half_of_the_sheets_need_no_change() -> None:
    """What is still to be changed is less than a field in every other sheet."""
    assert 2 * len(_TO_CHANGE) < len(_SHEETS)
    assert 2 * sum(_TO_CHANGE.values()) < len(_SHEETS)
