"""Numbers with words around them."""

from __future__ import annotations

from pathlib import Path

from tests.unit.service.interchange.guessing.guessed_sheets import guessed_sheet


def test_a_column_of_ranges_may_have_words_too(tmp_path: Path) -> None:
    """From the one to the other, or one number with what makes it vague."""
    rows = [
        [cell, f"A shot was heard in house number {n}."]
        for n, cell in enumerate(["10-12", ">20", "approx 40", "7"])
    ]
    found = guessed_sheet(tmp_path / "shots.csv", ["Shots fired", "Description"], rows)
    assert found.faults == []
    quantities = [statement["quantities"][0] for statement in found.statements]
    bounds = [(each["low"], each["high"], each.get("qualifier")) for each in quantities]
    assert bounds == [
        ("10", "12", None),
        ("20", "20", "more-than"),
        ("40", "40", "about"),
        ("7", "7", None),
    ]


def test_only_whole_numbers_of_nothing_else_count_people(tmp_path: Path) -> None:
    """Acres are no people, whatever has happened to them, and nobody is half affected."""
    columns = ["acres_affected", "Houses affected", "Affected", "Injured", "Description"]
    rows = [["160", "3", "2.5", "4", "The river rose."], ["1193", "5", "7", "0", "It fell again."]]
    found = guessed_sheet(tmp_path / "floods.csv", columns, rows)
    units = [(each["what"], each["unit"]) for each in found.statements[0]["quantities"]]
    assert units == [
        ("acres affected", "unit"),
        ("Houses affected", "unit"),
        ("Affected", "unit"),
        ("Injured", "person"),
    ]
