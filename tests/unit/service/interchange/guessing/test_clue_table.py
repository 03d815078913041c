"""What names tell of that are easily taken for something else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.service.interchange.guessing.guessed_sheets import guessed_sheet


def _mapped(path: Path, columns: dict[str, list[str]]) -> dict[str, Any]:
    """The statement of the mapping for a sheet, from the cells below each name."""
    rows = [*zip(*columns.values(), strict=True)]
    found = guessed_sheet(path / "sheet.csv", [*columns], rows)
    assert found.faults == []
    statement: dict[str, Any] = found.resource["onrecord"]["statement"]
    return statement


@pytest.mark.parametrize("name", ["Accused", "Defendant", "Acusado", "Обвиняемый", "Sanık"])
def test_who_is_accused_is_no_perpetrator(tmp_path: Path, name: str) -> None:
    """Nobody has found yet that they did it."""
    columns = {
        name: ["Ann Lee", "Bob Ray"],
        "Description": ["A man was hit in the park.", "A house was set on fire at night."],
    }
    about = _mapped(tmp_path, columns)["about"]
    assert about == [{"actor": {"column": name, "clean": True}, "role": {"value": "accused"}}]


@pytest.mark.parametrize("name", ["Date detected", "Assessed", "Assessment date", "Updated"])
def test_when_it_was_noticed_is_not_when_it_happened(tmp_path: Path, name: str) -> None:
    """Without another date it is not known when it happened; the date is kept as it is."""
    columns = {
        "Summary": ["A post says that the water is poisoned.", "A page says that the sun is cold."],
        name: ["2024-05-05", "2024-05-06"],
    }
    statement = _mapped(tmp_path, columns)
    assert "occurred" not in statement
    assert statement["said"] == {}
    assert statement["extra"] == {name: {"column": name}}


def test_when_a_check_came_out_is_not_when_it_happened(tmp_path: Path) -> None:
    """Beside when it was said, the day of publication says nothing of an event."""
    columns = {
        "Claim": ["The water of the city is poisoned.", "The sun of the city is cold."],
        "Claimant": ["Ann Lee", "Bob Ray"],
        "Date of claim": ["2024-05-01", "2024-05-02"],
        "Date published": ["2024-05-05", "2024-05-06"],
    }
    statement = _mapped(tmp_path, columns)
    assert statement["said"]["on"]["column"] == "Date of claim"
    assert "occurred" not in statement


def test_short_names_of_logs_are_known(tmp_path: Path) -> None:
    """Where it was fired from is the side that fired."""
    columns = {
        "DTG": ["2024-05-01", "2024-05-02"],
        "Loc": ["Aville", "Beville"],
        "Fired from": ["Northern side", "Southern side"],
        "Summary": ["A rocket hit a house in the town.", "A shell hit a school in the town."],
    }
    statement = _mapped(tmp_path, columns)
    assert statement["occurred"]["column"] == "DTG"
    assert statement["places"] == [{"name": {"column": "Loc", "clean": True}}]
    (about,) = statement["about"]
    assert (about["actor"]["column"], about["role"]["value"]) == ("Fired from", "perpetrator")


def test_a_short_word_may_be_the_whole_name(tmp_path: Path) -> None:
    """In French `Du` and `Au` above dates are from when and until when."""
    columns = {
        "Province": ["Nord", "Sud"],
        "Du": ["01/05/2024", "13/05/2024"],
        "Au": ["02/05/2024", "17/05/2024"],
        "Résumé": ["Un cas de choléra dans la ville.", "Deux cas de choléra dans la ville."],
    }
    occurred = _mapped(tmp_path, columns)["occurred"]
    assert {end: place["column"] for end, place in occurred.items()} == {"start": "Du", "end": "Au"}


def test_cells_belie_a_word_of_their_name(tmp_path: Path) -> None:
    """States, shares, kinds and sentences are neither people nor places nor numbers of people;
    abbreviations of degrees and of pages are what they are in any language."""
    kept = {
        "Victim status": ["in custody", "released", "released", "in custody"],
        "Location precision": ["exact", "exact", "town", "town"],
        "Killed estimate confidence": ["80%", "75%", "90%", "60%"],
        "Interim target": ["50% by 2030", "20% by 2025", "10% in 2030", "30% by 2030"],
        "Employer's reply": ["None given", "Denied it all", "Regrets it", "Not our fault"],
        "Victims' family notes": [f"they say that he was at home {n}" for n in "abcd"],
    }
    columns = {
        "Loc": ["Aville", "Beville", "Aville", "Deville"],
        "Lat.": ["50.1", "50.2", "50.1", "50.4"],
        "Long.": ["36.1", "36.2", "36.1", "36.4"],
        "Summary": [f"A rocket hit the house number {n} in the town." for n in range(4)],
        "Link": [f"https://a.example/{n}" for n in range(4)],
        "p.": ["12", "13-14", "99", "101"],
    }
    statement = _mapped(tmp_path, kept | columns)
    assert {"about", "quantities"}.isdisjoint(statement)
    assert [*statement["places"][0]] == ["name", "latitude", "longitude"]
    assert statement["sources"] == [{"url": {"column": "Link"}, "locator": {"column": "p."}}]
    assert {*kept} <= {*statement["extra"]}
