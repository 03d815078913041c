"""First mappings for tables as public projects keep them: with codes and counters among the
numbers, and names that say little, so that the cells have to tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.service.interchange.guessing.sheets import fields_of, guess_of


def _mapped(path: Path, columns: dict[str, list[str]]) -> dict[str, Any]:
    statement: dict[str, Any] = guess_of(path, columns).resource["onrecord"]["statement"]
    return statement


def _told(number: int) -> list[str]:
    return [f"A slope slid down near the hut number {n} in the night." for n in range(number)]


def test_numbers_that_only_rise_or_are_few_count_nothing(tmp_path: Path) -> None:
    """The number of an order, of a congress, of a topic: they are kept as they are. What is named
    as counted is, and so are numbers in no order."""
    columns = {
        "EONumber": [str(9538 + 7 * n) for n in range(12)],
        "President": ["Ann Lee", "Bob Ray"] * 6,
        "SignedDate": [f"194504{n + 10}" for n in range(12)],
        "Congress": [str(79 + n // 2) for n in range(12)],
        "Divided": ["0", "1"] * 6,
        "Copies filed": [str(n * 5 % 13 + 2) for n in range(12)],
        "Deaths": ["0", "1"] * 6,
        "Description": _told(12),
    }
    found = guess_of(tmp_path, columns)
    statement, fields = found.resource["onrecord"]["statement"], fields_of(found)
    counted = [each["what"]["value"] for each in statement["quantities"]]
    assert counted == ["Copies filed", "Deaths"]
    assert {"Congress", "Divided"} <= statement["extra"].keys()
    assert fields["President"] == {"said.by"}
    assert statement["said"]["on"]["column"] == "SignedDate"


def test_dates_in_parts_are_known_by_short_names_and_compounds(tmp_path: Path) -> None:
    """Where the numbers are such parts."""
    parts = _mapped(
        tmp_path,
        {"YYYY": ["2021", "2022"], "MM": ["5", "2"], "DD": ["29", "18"], "Description": _told(2)},
    )
    assert parts["occurred"] == {"template": "{YYYY}-{MM}-{DD}", "date": ["ymd"]}
    spans = _mapped(
        tmp_path,
        {
            "startday": ["14", "26"],
            "startmonth": ["5", "2"],
            "startyear": ["1990", "1991"],
            "endday": ["14", "28"],
            "endmonth": ["5", "2"],
            "endyear": ["1990", "1991"],
            "notes": _told(2),
        },
    )
    assert spans["occurred"]["start"]["template"] == "{startyear}-{startmonth}-{startday}"
    assert spans["occurred"]["end"]["template"] == "{endyear}-{endmonth}-{endday}"
    rain = _mapped(tmp_path, {"Year": ["2021"], "Rain mm": ["250"], "Description": _told(1)})
    assert rain["occurred"]["column"] == "Year"


def test_a_whole_date_is_taken_before_its_parts(tmp_path: Path) -> None:
    """Which are kept as they are."""
    columns = {
        "date": ["1994-02-04", "1994-08-16"],
        "year": ["1994", "1994"],
        "month": ["02", "08"],
        "day": ["04", "16"],
        "description": _told(2),
    }
    statement = _mapped(tmp_path, columns)
    assert statement["occurred"] == {"column": "date", "date": ["iso"]}
    assert statement["extra"].keys() == {"year", "month", "day"}


def test_a_column_of_years_may_have_something_else(tmp_path: Path) -> None:
    """Years that are none show nothing of the years of two digits beside them."""
    columns = {
        "Year": ["1916", "0", "1915", "1942-45", "1917", "1918"],
        "Date": ["11-Jun-16", "12-Jul-15", "3-May-15", "4-May-16", "5-May-17", "6-May-18"],
        "Summary": _told(6),
    }
    found = guess_of(tmp_path, columns)
    assert found.statements[0]["occurred"] == "1916-06-11"


def test_a_day_whose_year_stands_apart_is_the_date(tmp_path: Path) -> None:
    """Whatever its column is called."""
    columns = {
        "YEAR": ["1999", "2000", "2001"],
        "Episode": ["1/11/1999", "3/17/2000", "6/28/2001"],
        "Summary": _told(3),
    }
    assert _mapped(tmp_path, columns)["occurred"]["column"] == "Episode"


@pytest.mark.parametrize("mark", ["*", " †", " CST"])
def test_what_stands_behind_a_date_is_no_part_of_it(tmp_path: Path, mark: str) -> None:
    """A sign for a footnote, or a zone of time."""
    columns = {
        "date": ["13/10/2023", f"14/10/2023{mark}", f"17/10/2023{mark}"],
        "description": _told(3),
    }
    found = guess_of(tmp_path, columns)
    assert [each["occurred"] for each in found.statements] == [
        "2023-10-13",
        "2023-10-14",
        "2023-10-17",
    ]


def test_markup_is_no_text(tmp_path: Path) -> None:
    """What would be read counts, not how it is marked up."""
    columns = {
        "title": ["Ship leaves the dock", "Power fails on board", "The bridge falls"],
        "video": [f'<video id="v" autoplay muted playsinline src="{n}.mp4">' for n in "abc"],
        "desc": [f"<p>{told}</p>" for told in _told(3)],
    }
    fields = fields_of(guess_of(tmp_path, columns))
    assert (fields["desc"], fields["video"]) == ({"text"}, {"extra.video"})


def test_verdicts_and_sites_are_known_by_their_cells(tmp_path: Path) -> None:
    """Beside a headline, the name of a site is who published it."""
    columns = {
        "story": [f"The mayor said that bridge {n} was sold to a bank." for n in range(6)],
        "site": ["a.example", "b.example", "a.example", "c.example", "a.example", "b.example"],
        "outcome class": ["mostly-true", "false", "half-true", "false", "pants-fire", "false"],
    }
    statement = _mapped(tmp_path, columns)
    assert statement["rating"]["label"]["column"] == "outcome class"
    assert statement["sources"] == [{"publisher": {"column": "site", "clean": True}}]
    assert statement["kind"] == {"value": "claim"}


def test_cells_that_repeat_the_name_answer_it(tmp_path: Path) -> None:
    """They are neither people of the staff nor anybody else."""
    columns = {
        "Volunteer": ["Volunteer", "Not a volunteer", "Volunteer", "Not a volunteer"],
        "Description": _told(4),
    }
    assert fields_of(guess_of(tmp_path, columns))["Volunteer"] == {"extra.Volunteer"}


def test_who_did_it_by_an_unknown_word_does_not_speak(tmp_path: Path) -> None:
    """In a table of what happened it is about them."""
    columns = {
        "start_date": ["2019-02-03", "2019-07-10"],
        "area_name": ["Aville", "Beville"],
        "throttled_by": ["State government", "Ministry of Roads"],
        "description": _told(2),
    }
    statement = _mapped(tmp_path, columns)
    assert "by" not in statement["said"]
    assert [each["actor"]["column"] for each in statement["about"]] == ["throttled_by"]


def test_a_post_is_said_when_it_is_dated(tmp_path: Path) -> None:
    """Its text is called no more than that."""
    columns = {
        "Datetime": ["2023-03-30 23:56:02+00:00", "2023-03-30 22:08:47+00:00"],
        "Text": ["Whatever they hold in their hands is a stone.", "There is nothing to see here."],
        "Username": ["ann_lee", "bob_ray"],
    }
    statement = _mapped(tmp_path, columns)
    assert statement["said"]["on"]["column"] == "Datetime"
    assert statement["said"]["by"]["column"] == "Username"
    assert "occurred" not in statement


def test_a_text_in_which_somebody_speaks_of_themselves_is_said(tmp_path: Path) -> None:
    """A candidate beside it is who says it, and not whom it is about."""
    columns = {
        "candidate": ["lee", "ray", "lee"],
        "date": ["June 24, 2015", "April 12, 2015", "May 3, 2015"],
        "text": [
            "I am the governor of a small state and this is where it begins.",
            "We have come here because our town has been left alone for years.",
            "It is time that we went and built what my people need.",
        ],
    }
    statement = _mapped(tmp_path, columns)
    assert statement["said"]["by"]["column"] == "candidate"
    assert statement["said"]["on"]["column"] == "date"
    assert statement["kind"] == {"value": "claim"}


def test_a_speech_that_is_too_long_does_not_refuse_its_row(tmp_path: Path) -> None:
    """Its headline is the text then, and the speech is kept as far as it can be."""
    columns = {
        "Date": ["March 1, 2021", "January 21, 2021"],
        "Title": ["Address by the minister at the fair", "Statement by the minister on roads"],
        "Speech": ["We are here to say what we have done. " * 300] * 2,
    }
    found = guess_of(tmp_path, columns)
    assert [each["text"] for each in found.statements] == columns["Title"]
    assert fields_of(found)["Speech"] == {"extra.Speech"}


def test_links_that_are_not_whole_are_passed_over(tmp_path: Path) -> None:
    """The others are links all the same, and the cell is kept."""
    columns = {
        "news_url": ["https://a.example/1", "b.example/2", "https://a.example/3"],
        "title": _told(3),
    }
    found = guess_of(tmp_path, columns)
    assert [len(each.get("sources", ())) for each in found.statements] == [1, 0, 1]
    assert found.statements[1]["extra"] == {"news_url": "b.example/2"}
