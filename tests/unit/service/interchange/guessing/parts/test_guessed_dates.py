"""When it was said, and when it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.service.interchange.guessing.first_mapping import guessed
from tests.unit.service.interchange.guessing.guessed_sheets import guessed_sheet


def _occurred(path: Path, columns: list[str], *cells: list[str]) -> list[Any]:
    texts = (f"A shell hit house number {n} and set it on fire." for n in range(len(cells)))
    rows = [[*row, text] for row, text in zip(cells, texts, strict=True)]
    found = guessed_sheet(path / "sheet.csv", [*columns, "Description"], rows)
    assert found.faults == []
    return [statement.get("occurred") for statement in found.statements]


def test_what_goes_on_has_an_open_end(tmp_path: Path) -> None:
    """An end that is not known has not been said to be open."""
    ends = ["2024-02-01", "ongoing", "en cours", "laufend", "", "unknown"]
    cells = [[f"2024-01-0{n}", end] for n, end in enumerate(ends, start=1)]
    found = _occurred(tmp_path, ["Start", "End"], *cells)
    assert found[:4] == ["2024-01-01/2024-02-01", *(f"2024-01-0{n}/.." for n in (2, 3, 4))]
    assert found[4:] == ["2024-01-05", "2024-01-06"]


def test_a_month_may_have_its_name_in_a_column_of_its_own(tmp_path: Path) -> None:
    """Beside the day and the year; without a day it is the month."""
    columns = ["Day", "Month", "Year"]
    rows = ["3", "May", "2024"], ["4", "juin", "2024"]
    assert _occurred(tmp_path, columns, *rows) == ["2024-05-03", "2024-06-04"]
    assert _occurred(tmp_path, columns[1:], *(row[1:] for row in rows)) == ["2024-05", "2024-06"]


def test_a_column_of_years_says_of_which_hundred_they_are(tmp_path: Path) -> None:
    """Where it contradicts itself, no date of two digits is read."""
    old = ["9/24/06", "1906"], ["12/8/06", "1906"]
    assert _occurred(tmp_path, ["Date", "Year"], *old) == ["1906-09-24", "1906-12-08"]
    assert _occurred(tmp_path, ["Date"], *([row[0]] for row in old)) == ["2006-09-24", "2006-12-08"]
    both = [*old, ["10/31/08", "2008"]]
    assert _occurred(tmp_path, ["Date", "Year"], *both) == ["1906", "1906", "2008"]


def test_an_end_that_stands_alone_is_not_open(tmp_path: Path) -> None:
    """What goes on has no date then; the row is told by its other cells."""
    rows = ["2024-02-01", "The fire is out."], ["Ongoing", "The fire goes on in the wood."]
    assert _occurred(tmp_path, ["End", "Summary"], *rows) == ["2024-02-01", None]


@pytest.mark.parametrize(
    ("column", "text", "on"),
    [
        ("created_at", "text", "2016-08-16T19:22:57"),
        ("created_at", "tweet", "2016-08-16T19:22:57"),
        ("created_at", "description", None),
        ("updated_at", "text", None),
    ],
)
def test_a_post_is_said_when_it_is_made(
    tmp_path: Path, column: str, text: str, on: str | None
) -> None:
    """A note names what looks like dates where no statement has any."""
    path = tmp_path / "posts.csv"
    path.write_text(
        f"id,{column},{text}\n765,8/16/2016 19:22:57,It is a close race in all states.\n"
        "764,7/28/2016 18:32:31,There is a great new poll today.\n"
    )
    found = guessed(path)
    assert found.statements[0]["said"]["on"] == on
    assert any(f"“{column}”" in note for note in found.notes) == (on is None)
