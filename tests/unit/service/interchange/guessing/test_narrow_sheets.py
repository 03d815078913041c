"""First mappings for sheets of 7 to 19 columns as newsrooms, fact-checkers, monitors and public
datasets have them, in twelve languages: `narrow_sheets.json` says of each column which fields it
may become, with their parts, and which kinds its statements may have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.unit.service.interchange.guessing.guessed_sheets import GuessedSheet, guessed_sheet

_SHEETS: Final[list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("narrow_sheets.json").read_text(encoding="utf-8")
)
_WRONG: Final = {
    "ataques-drones": ["fecha y hora"],
    "propos-presse": ["Où ?"],
    "refugees-deaths": ["Deaths at"],
    "border-incidents": ["Authority involved"],
    "corrections-newspaper": ["Section", "What was wrong"],
    "esg-company": ["kind"],
    "political-prisoners-russian": ["Дата приговора"],
    "sanctions-eu": ["kind"],
    "security-council": ["Record"],
    "hostages-json": ["released_or_recovered"],
    "expulsions-spanish": ["De qué país", "Fecha", "kind"],
}
"""What a person still has to change; nothing in the other sheets."""
_BESIDES: Final = frozenset(("extra", "text"))
"""Fields that a column may have besides another one."""


def _fits(field: str, may_be: list[str]) -> bool:
    """Whether it is one of the fields, or a part of one."""
    return any(f"{field}.".startswith(f"{each}.") for each in may_be)


def _wrong(sheet: dict[str, Any], found: GuessedSheet) -> list[str]:
    fields: dict[str, set[str]] = {}
    for column, names in found.uses():
        fields.setdefault(column, set()).add(".".join(names))
    wrong = []
    for number, (column, may_be) in enumerate(sheet["may_be"].items()):
        if not any(row[number] for row in sheet["rows"]):
            continue
        all_of_it = fields.get(column, set())
        main = {each for each in all_of_it if each.split(".")[0] not in _BESIDES} or all_of_it
        if not main or not all(_fits(field, may_be) for field in main):
            wrong.append(column)
    kinds = {statement["kind"] for statement in found.statements}
    return wrong if kinds <= {*sheet["kinds"]} else [*wrong, "kind"]


@pytest.mark.parametrize("sheet", _SHEETS, ids=lambda sheet: sheet["name"])
def test_each_column_becomes_a_field_that_it_may_be(sheet: dict[str, Any], tmp_path: Path) -> None:
    """None is lost, and no row is refused."""
    path = tmp_path / f"{sheet['name']}.csv"
    found = guessed_sheet(path, list(sheet["may_be"]), sheet["rows"], sheet["delimiter"])
    assert sorted(_wrong(sheet, found)) == _WRONG.get(sheet["name"], [])
    assert found.faults == []


def test_most_sheets_need_no_change() -> None:
    """What has to be changed in the others is little."""
    assert 5 * len(_WRONG) < len(_SHEETS)
    columns = sum(len(sheet["may_be"]) for sheet in _SHEETS)
    assert 50 * sum(map(len, _WRONG.values())) < columns
