"""Several names in one cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.service.interchange.guessing.guessed_sheets import guessed_sheet


@pytest.mark.parametrize(
    ("cells", "actors"),
    [
        (["Ann Lee and Bob Ray", "Ann Lee", "Bob Ray"], ["Ann Lee", "Bob Ray"]),
        (["Ann Lee, Bob Ray", "Bob Ray", "Ann Lee and Cy Day"], ["Ann Lee", "Bob Ray"]),
        (["Office of Law and Order", "Ann Lee", "Bob Ray"], ["Office of Law and Order"]),
        (["Lee, Ann", "Ray, Bob", "Day, Cy"], ["Lee, Ann"]),
        (["Lee et al.", "Ray et al.", "Day et al."], ["Lee et al."]),
    ],
)
def test_a_word_between_names_separates_those_that_stand_elsewhere(
    tmp_path: Path, cells: list[str], actors: list[str]
) -> None:
    """A name with `and` or a comma in it stays whole."""
    rows = [[cell, f"A shot was heard in house number {n}."] for n, cell in enumerate(cells)]
    found = guessed_sheet(tmp_path / "shots.csv", ["Accused", "Description"], rows)
    assert found.faults == []
    assert [item["actor"] for item in found.statements[0]["about"]] == actors
