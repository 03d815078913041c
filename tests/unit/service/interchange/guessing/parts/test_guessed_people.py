"""Several names in one cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.interchange.guessing.first_mapping import first_mapping
from service.interchange.tables.dialect import Dialect
from service.interchange.tables.table import open_table
from tests.unit.service.interchange.guessing.guessed_sheets import guessed_sheet


@pytest.mark.parametrize(
    ("cells", "actors"),
    [
        (["Ann Lee and Bob Ray", "Ann Lee", "Bob Ray"], ["Ann Lee", "Bob Ray"]),
        (["Ann Lee, Bob Ray", "Bob Ray", "Ann Lee and Cy Day"], ["Ann Lee", "Bob Ray"]),
        (["Office of Law and Order", "Ann Lee", "Bob Ray"], ["Office of Law and Order"]),
        (["Lee, Ann", "Ray, Bob", "Day, Cy"], ["Lee, Ann"]),
        (["Lee et al.", "Ray et al.", "Day et al."], ["Lee et al."]),
        (
            ["Ann Lee; Office of Roads and Bridges of Ohio, Inc.", *["Bob Ray"] * 20],
            ["Ann Lee", "Office of Roads and Bridges of Ohio, Inc."],
        ),
    ],
)
def test_a_word_between_names_separates_those_that_stand_elsewhere(
    tmp_path: Path, cells: list[str], actors: list[str]
) -> None:
    """A name with `and` or a comma in it stays whole; no name has a semicolon."""
    rows = [[cell, f"A shot was heard in house number {n}."] for n, cell in enumerate(cells)]
    found = guessed_sheet(tmp_path / "shots.csv", ["Accused", "Description"], rows)
    assert found.faults == []
    assert [item["actor"] for item in found.statements[0]["about"]] == actors


def test_every_speaker_of_a_cell_counts_and_a_word_between_two_is_told(tmp_path: Path) -> None:
    """However many stand in the rows that it was guessed by."""
    path = tmp_path / "claims.csv"
    path.write_text(
        "Date,Speaker,What was said\n2024-08-10,Russia; Belarus,The attack was stopped there.\n"
        "2024-08-11,Zelensky and Syrskyi,Ukraine controls many places.\n"
        "2024-08-12,KCNA,Nothing is known of any soldiers.\n"
    )
    with open_table(path, Dialect()) as table:
        resource = first_mapping(path.name, table.facts, table.rows)["resources"][0]
        notes = table.facts.notes
    said = resource["onrecord"]["statement"]["said"]
    every = {"column": "Speaker", "split": ";", "clean": True}
    assert (said["by"], said["with"]) == (every | {"take": "first"}, [every])
    assert any("“Zelensky and Syrskyi”" in note for note in notes)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("ArtistBio", ["American, 1902–1981", "French, 1901–1968"]),
        ("Denuncias previas", ["Sí - por otra mujer", "No"]),
        ("Alert", ["Orange", "Red"]),
        ("Designed by", ["Ann Lee", "Bob Ray"]),
    ],
)
def test_nobody_speaks_in_a_table_in_which_nothing_is_said(
    tmp_path: Path, column: str, cells: list[str]
) -> None:
    """Nor do years, answers and colours, whatever their column is called; and a second beginning is
    no date on which anything was said."""
    columns = ["Name", "PositionBeginYear", "LifeBeginDate", "VIAFID", column]
    rows = [
        ["Alfred Barr", "1929", "1902", "109252853"],
        ["Bates Lowry", "1968", "1924", "71883331"],
    ]
    sheet = [[*row, cell] for row, cell in zip(rows, cells, strict=True)]
    found = guessed_sheet(tmp_path / "heads.csv", columns, sheet)
    assert found.statements[0]["said"] == {"by": None, "on": None}
    assert found.statements[0]["occurred"] == "1929"
    assert "quantities" not in found.statements[0]
