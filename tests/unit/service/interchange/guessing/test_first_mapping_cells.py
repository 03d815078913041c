"""What cells hold beside a value, as the first mapping reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.service.interchange.guessing.first_mapping import Guessed, guessed


def guessed_of(tmp_path: Path, content: str) -> Guessed:
    path = tmp_path / "sheet.csv"
    path.write_text(content)
    return guessed(path)


def test_words_around_numbers_become_the_qualifier(tmp_path: Path) -> None:
    """The number is read without them, whichever side they stand on; two numbers are the bounds."""
    found = guessed_of(
        tmp_path,
        "Date;Description;Dead;Injured\n2024-01-02;A bridge fell into the river.;ca. 1.250;10-12\n"
        "2024-01-03;Another one fell beside it.;30+;4\n",
    )
    assert found.faults == []
    assert [statement["quantities"] for statement in found.statements] == [
        [
            {"what": "Dead", "best": "1250", "unit": "person", "qualifier": "about"},
            {"what": "Injured", "low": "10", "high": "12", "unit": "person"},
        ],
        [
            {"what": "Dead", "best": "30", "unit": "person", "qualifier": "at-least"},
            {"what": "Injured", "low": "4", "high": "4", "unit": "person"},
        ],
    ]


def test_bounds_are_one_number_only_where_they_are_in_order(tmp_path: Path) -> None:
    """A best estimate below the lowest one is another number, since no statement may have it so."""
    found = guessed_of(
        tmp_path,
        "Date,Text,Assets,Assets (min),Assets (max)\n2024-01-02,The bank froze it at once.,3,5,9\n",
    )
    assert found.faults == []
    bounds = [
        {*quantity} & {"low", "best", "high"} for quantity in found.statements[0]["quantities"]
    ]
    assert bounds == [{"best"}, {"low", "high"}]


def test_words_instead_of_a_date_do_not_refuse_the_row(tmp_path: Path) -> None:
    """What is no date by its words is left out of the date, and kept beside it; what goes on has an
    open end."""
    found = guessed_of(
        tmp_path,
        "Start,End,Description\n2024-01-02,2024-01-05,The works were closed.\n"
        "2024-02-02,ongoing,The other works are closed too.\n2024-03-01,never,And a third.\n"
        "2024-04-02,2024-04-05,And a fourth.\n2024-05-02,2024-05-05,And a fifth.\n",
    )
    assert found.faults == []
    occurred = ["2024-01-02/2024-01-05", "2024-02-02/..", "2024-03-01"]
    assert [s["occurred"] for s in found.statements[:3]] == occurred
    assert [s["extra"]["End"] for s in found.statements[1:3]] == ["ongoing", "never"]


def test_who_keeps_the_table_neither_speaks_nor_is_told(tmp_path: Path) -> None:
    """Notes for the staff, who entered a row and telephones are left out on purpose, and named."""
    found = guessed_of(
        tmp_path,
        "Statement,Said by,Logged by,Internal notes,Phone\n"
        "We will build it in two years.,Ann Smith,JK,ask again,555\n",
    )
    assert found.statements[0]["said"]["by"] == "Ann Smith"
    assert found.descriptor["resources"][0]["onrecord"]["ignore"] == [
        "Logged by",
        "Internal notes",
        "Phone",
    ]


def test_several_links_are_several_sources(tmp_path: Path) -> None:
    """What is said of a source goes with the first, an archived copy with the link before it."""
    found = guessed_of(
        tmp_path,
        "Description,Newspaper,Link 1,Archived,Link 2\nA shop burned down at night.,The Daily,"
        "https://a.example/1,https://archive.example/1,https://b.example/2\n",
    )
    first, second = found.statements[0]["sources"]
    assert (first["publisher"], first["archive_url"]) == ("The Daily", "https://archive.example/1")
    assert (first["url"], second["url"]) == ("https://a.example/1", "https://b.example/2")


def test_a_comma_within_a_name_separates_no_speakers(tmp_path: Path) -> None:
    """It does only where its parts stand elsewhere too."""
    rows = "Speaker;Statement\n{};We agreed on the border today.\n{};It is a good day for all.\n"
    one = guessed_of(tmp_path, rows.format("Smith, Ann", "Jones, Bob"))
    assert one.statements[0]["said"]["by"] == "Smith, Ann"
    several = guessed_of(tmp_path, rows.format("Latvia, Estonia", "Estonia, Latvia, Norway"))
    assert several.statements[0]["said"] == {"by": "Latvia", "with": ["Estonia"], "on": None}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.jsonl", "{0}\n{1}\n{{broken\n"),
        ("rows.jsonl", "{0}\n\n[1, 2]\n{1}\n"),
        ("rows.json", "[{0}, 5, {1}]"),
    ],
)
def test_rows_that_cannot_be_read_do_not_spoil_the_guess(
    tmp_path: Path, name: str, content: str
) -> None:
    """They are refused by themselves, and the mapping fits the others."""
    path = tmp_path / name
    row = '{{"id": {0}, "date": "2024-01-0{0}", "who": "Anna", "claim": "It is so, {0} times"}}'
    path.write_text(content.format(row.format(1), row.format(2)))
    found = guessed(path)
    resource = found.descriptor["resources"][0]
    assert resource["schema"]["primaryKey"] == ["id"]
    assert resource["onrecord"]["statement"]["text"] == {"column": "claim"}
    texts = [statement.get("text") for statement in found.statements]
    assert [*filter(None, texts)] == ["It is so, 1 times", "It is so, 2 times"]
    assert len(found.faults) == 1


def test_a_series_by_days_is_known_by_its_days(tmp_path: Path) -> None:
    """If each row has another day and nothing but numbers about it; else the day is no key."""

    def key(rows: list[str], names: str = "date,tanks,about") -> object:
        found = guessed_of(tmp_path, "\n".join([names, *rows]))
        return found.descriptor["resources"][0]["schema"].get("primaryKey")

    days = [f"2024-03-{day:02}" for day in range(1, 15)]
    assert key([f"{day},{7 * n % 50},about" for n, day in enumerate(days)]) == ["date"]
    assert key([f"{day},{7 * n % 50},about" for n, day in enumerate([*days, days[0]])]) is None
    assert key([f"{day},5,Place {n}" for n, day in enumerate(days)], "date,tanks,town") is None
    assert key([f"{day},{n + 5},about" for n, day in enumerate(days[:3])]) is None
