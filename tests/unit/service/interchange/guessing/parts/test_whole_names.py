"""Names in two columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.service.interchange.guessing.guessed_sheets import guessed_sheet


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("First Name", "Last Name"),
        ("NAME_FIRST", "NAME_LAST"),
        ("Victim first name", "Victim surname"),
        ("Prénom", "Nom"),
        ("Nombre", "Apellidos"),
        ("Имя", "Фамилия"),
    ],
)
def test_the_parts_of_a_name_are_one_actor(tmp_path: Path, given: str, family: str) -> None:
    """Whichever of its columns is taken for an actor."""
    columns = [given, family, "Description"]
    rows = [["Ann", "Lee", "She was hit in the park."], ["Bob", "Ray", "He fell from a roof."]]
    found = guessed_sheet(tmp_path / "names.csv", columns, rows)
    actors = [[each["actor"] for each in statement["about"]] for statement in found.statements]
    assert actors == [["Ann Lee"], ["Bob Ray"]]


def test_names_of_different_people_stay_apart(tmp_path: Path) -> None:
    """The last name of the victim is none of the suspect's."""
    columns = ["Suspect first name", "Victim last name", "Description"]
    rows = [["Ann", "Ray", "She hit him in the park."], ["Bob", "Lee", "He hit her at home."]]
    found = guessed_sheet(tmp_path / "names.csv", columns, rows)
    assert {each["actor"] for each in found.statements[0]["about"]} == {"Ann", "Ray"}


def test_a_column_with_the_whole_name_is_the_actor(tmp_path: Path) -> None:
    """Its given name is not put before it once more."""
    columns = ["prenom", "nom", "nom_de_famille", "texte"]
    rows = [
        ["Élie", "Élie Aboud", "Aboud", "Il a voté contre."],
        ["Ann", "Ann Lee", "Lee", "Pour."],
    ]
    found = guessed_sheet(tmp_path / "names.csv", columns, rows)
    assert found.statements[0]["about"] == [{"actor": "Élie Aboud"}]
