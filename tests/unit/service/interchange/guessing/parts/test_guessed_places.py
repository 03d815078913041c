"""Places and their degrees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.service.interchange.guessing.guessed_sheets import guessed_sheet

_TEXTS = ["A shell hit the house and set it on fire.", "Two windows were broken in the night."]


def _places(path: Path, columns: list[str], *cells: list[str]) -> list[Any]:
    rows = [[text, *row] for text, row in zip(_TEXTS, cells, strict=True)]
    found = guessed_sheet(path / "sheet.csv", ["Description", *columns], rows)
    assert found.faults == []
    return [statement["places"] for statement in found.statements]


@pytest.mark.parametrize(
    ("columns", "cells", "name"),
    [
        (["Lat", "Lon"], (["48.515", "37.707"], ["48.516", "37.708"]), "48.515, 37.707"),
        (["Coordinates"], (["48.515, 37.707"], ["48.516, 37.708"]), "48.515, 37.707"),
    ],
)
def test_degrees_without_a_name_are_a_place(
    tmp_path: Path, columns: list[str], cells: tuple[list[str], list[str]], name: str
) -> None:
    """It is called by them. Three decimals are no thousands."""
    first, _ = _places(tmp_path, columns, *cells)
    assert first == [{"name": name, "latitude": 48.515, "longitude": 37.707}]


def test_where_something_was_said_is_no_place_of_it(tmp_path: Path) -> None:
    """Nor is a question after anything else than where it happened."""
    columns = ["Speaker", "Quote", "Where said", "Where obtained"]
    rows = [["Ann Lee", text, "Press conference", "Market hall"] for text in _TEXTS]
    found = guessed_sheet(tmp_path / "sheet.csv", columns, rows)
    assert found.statements[0].get("places", []) == []
    assert _places(tmp_path, ["Where"], ["Kupiansk"], ["Izium"])[0] == [{"name": "Kupiansk"}]
