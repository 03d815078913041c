"""What sort of statement a row is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.service.interchange.guessing.guessed_sheets import guessed_sheet

_SAID = ["We shall leave by the end of May, and nobody will stay behind.", "No one was ever there."]


def _kinds(path: Path, columns: list[str], rows: list[list[str]]) -> list[str]:
    found = guessed_sheet(path / "sheet.csv", columns, rows)
    assert found.faults == []
    return [statement["kind"] for statement in found.statements]


@pytest.mark.parametrize(
    ("column", "cells", "kinds"),
    [
        ("Kind", ["claim", "denial"], ["claim", "denial"]),
        ("Art der Äußerung", ["Behauptung", "Dementi"], ["claim", "denial"]),
        ("Тип заяви", ["Заява", "Спростування"], ["claim", "denial"]),
        ("Type of source", ["Report", "Analysis"], ["claim", "claim"]),
        ("Place", ["Report", "Analysis"], ["claim", "claim"]),
    ],
)
def test_a_column_of_kinds_is_read_in_other_languages(
    tmp_path: Path, column: str, cells: list[str], kinds: list[str]
) -> None:
    """Kinds of documents are none of statements, and neither are places called like one."""
    rows = [["Ann Lee", cell, said] for cell, said in zip(cells, _SAID, strict=True)]
    assert _kinds(tmp_path, ["Speaker", column, "Quote"], rows) == kinds


@pytest.mark.parametrize(
    ("column", "kind"),
    [("Forecast", "prediction"), ("Treaty", "agreement"), ("Text", "report"), ("Claim", "claim")],
)
def test_the_name_of_the_text_may_say_its_kind(tmp_path: Path, column: str, kind: str) -> None:
    """In every row it is the same then."""
    assert _kinds(tmp_path, [column], [[said] for said in _SAID]) == [kind] * 2


@pytest.mark.parametrize(
    ("column", "cells", "unknown"),
    [
        ("Kind", ["claim", "denial", "claim"], "banana"),
        ("Kind", ["Claim"] * 19, "Banana"),
        ("Art der Äußerung", ["Behauptung", "Dementi", "Dementi"], "Banane"),
    ],
)
def test_a_kind_that_there_is_not_refuses_its_row(
    tmp_path: Path, column: str, cells: list[str], unknown: str
) -> None:
    """The other rows keep theirs."""
    rows = [["Ann Lee", cell, _SAID[n % 2]] for n, cell in enumerate([*cells, unknown])]
    found = guessed_sheet(tmp_path / "sheet.csv", ["Speaker", column, "Quote"], rows)
    (fault,) = found.faults
    assert fault.column == column
    assert fault.value.lower() == unknown.lower()
    assert [s["kind"] for s in found.statements[:2]] != ["report", "report"]


def test_categories_of_which_few_are_kinds_are_tags(tmp_path: Path) -> None:
    """No row is refused for what its file calls its categories."""
    cells = ["claim", "weather", "traffic", "claim"]
    rows = [["Ann Lee", cell, _SAID[n % 2]] for n, cell in enumerate(cells)]
    found = guessed_sheet(tmp_path / "sheet.csv", ["Speaker", "Category", "Quote"], rows)
    assert found.faults == []
    assert found.statements[1]["tags"] == ["weather"]
