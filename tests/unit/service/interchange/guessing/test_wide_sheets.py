"""First mappings for sheets of 16 to 34 columns in nine languages, which somebody made who had not
seen the rules: `wide_sheets.json` says of each column what it may become."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.unit.service.interchange.guessing.guessed_sheets import guessed_sheet

_SHEETS: Final[list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("wide_sheets.json").read_text(encoding="utf-8")
)
_BESIDES: Final = frozenset(["extra"])


def _field(names: tuple[str, ...]) -> str:
    """The field as `wide_sheets.json` names it: with its part where parts differ."""
    if names[0] == "said" or (names[0] == "sources" and names[-1] != "sources"):
        return f"{names[0]}.{names[1]}"
    return names[0]


@pytest.mark.parametrize("sheet", _SHEETS, ids=lambda sheet: sheet["name"])
def test_each_column_becomes_what_a_careful_person_would_make_of_it(
    sheet: dict[str, Any], tmp_path: Path
) -> None:
    """A column is of no field that it may not be of, and none is lost; what is used may be kept as
    it is besides. No row is refused."""
    may_be = sheet["may_be"]
    path = tmp_path / f"{sheet['name']}.csv"
    found = guessed_sheet(path, list(may_be), sheet["rows"], sheet["delimiter"])
    fields: dict[str, set[str]] = {}
    for column, names in found.uses():
        fields.setdefault(column, set()).add(_field(names))
    filled = [name for n, name in enumerate(may_be) if any(row[n].strip() for row in sheet["rows"])]
    wrong = []
    for column in filled:
        found_in = fields.get(column, set())
        if not found_in or not (found_in - _BESIDES or found_in) <= {*may_be[column]}:
            wrong.append(column)
    assert sorted(wrong) == []
    assert found.faults == []
