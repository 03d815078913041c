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
