"""What a first mapping takes back when it is tried on the rows that it was guessed by."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Final

import pytest

from tests.unit.service.interchange.guessing.guessed_sheets import guessed_sheet

_TEXTS: Final = ("A rocket hit a house in the town.", "Two rockets hit the market of the town.")


def test_a_cell_that_cannot_be_read_does_not_refuse_its_row(tmp_path: Path) -> None:
    """No date, number or link is made of such a cell; it is kept as it is."""
    columns = ["Date", "What happened", "Killed", "Source link"]
    read = [
        [f"2024-05-0{n}", _TEXTS[n % 2], str(n), f"https://a.example/{n}"] for n in range(1, 10)
    ]
    found = guessed_sheet(
        tmp_path / "raids.csv",
        columns,
        [*read, ["date withheld", _TEXTS[0], "still counting", "on paper"]],
    )
    assert found.faults == []
    *_, last = found.statements
    assert {"occurred", "quantities", "sources"}.isdisjoint(last)
    assert last["extra"] == {
        "Date": "date withheld",
        "Killed": "still counting",
        "Source link": "on paper",
    }
    assert found.statements[0]["quantities"][0]["best"] == "1"


def test_a_date_that_cannot_be_read_refuses_its_row(tmp_path: Path) -> None:
    """Without it the statement would have no date, and nobody would hear of it."""
    rows = [[f"2024-05-0{n}", _TEXTS[n % 2]] for n in range(1, 10)]
    last = ["before 8 May", _TEXTS[0]]
    found = guessed_sheet(tmp_path / "raids.csv", ["Date", "What happened"], [*rows, last])
    (fault,) = found.faults
    assert (fault.column, fault.value) == ("Date", "before 8 May")


def test_from_one_time_of_day_to_another_become_days(tmp_path: Path) -> None:
    """A start and an end have no time of day; what stood there is kept. An end before its start is
    refused, and so is a row without a text."""
    found = guessed_sheet(
        tmp_path / "alarms.csv",
        ["No.", "Started", "Ended", "Summary"],
        [
            ["A1", "2024-05-01 10:00", "2024-05-01 12:30", _TEXTS[0]],
            ["A2", "2024-05-02 11:00", "2024-05-03 02:30", _TEXTS[1]],
            ["A3", "2024-05-05 11:00", "2024-05-04 02:30", _TEXTS[0]],
            *[[f"B{n}", "2024-06-01 09:00", "2024-06-02 10:00", _TEXTS[0]] for n in range(40)],
            ["A4", "2024-05-06 11:00", "2024-05-07 02:30", ""],
        ],
    )
    one, two, *_ = found.statements
    assert [one["occurred"], two["occurred"]] == ["2024-05-01", "2024-05-02/2024-05-03"]
    assert one["extra"] == {"Started": "2024-05-01 10:00", "Ended": "2024-05-01 12:30"}
    assert [fault.value for fault in found.faults] == ["2024-05-05 / 2024-05-04", ""]


def test_a_column_of_sentences_is_the_text_alone(tmp_path: Path) -> None:
    """Rows of totals have none and are refused; nothing is gathered from other columns for them."""
    rows = [[f"{n}", f"2024-05-0{n}", _TEXTS[n % 2], "3"] for n in range(1, 9)]
    columns = ["No.", "Date", "Summary", "Killed"]
    found = guessed_sheet(tmp_path / "days.csv", columns, [*rows, ["Total", "", "", "24"]])
    assert found.resource["onrecord"]["statement"]["text"] == {"column": "Summary"}
    assert [fault.reason for fault in found.faults] == ["Text is required."]


_TIMES: Final = ("Date", "When", "Happened on", "Event day")
_NO_DATES: Final = ("last week", "2024-05-40", "03/05/2024")


@pytest.mark.parametrize(
    ("column", "cell", "rows"),
    [*product(_TIMES, _NO_DATES, [10, 19]), *product(_TIMES[:1], _NO_DATES, [200])],
)
def test_a_time_that_is_no_date_refuses_its_row_alone(
    tmp_path: Path, column: str, cell: str, rows: int
) -> None:
    """The others keep their date, and nothing beside it."""
    read = [[f"2024-05-{1 + n % 28:02}", _TEXTS[n % 2]] for n in range(rows)]
    found = guessed_sheet(
        tmp_path / "raids.csv", [column, "What happened"], [*read, [cell, _TEXTS[0]]]
    )
    (fault,) = found.faults
    assert (fault.column, fault.value) == (column, cell)
    assert found.statements[0]["occurred"] == "2024-05-01"
    assert not any("extra" in statement for statement in found.statements)
