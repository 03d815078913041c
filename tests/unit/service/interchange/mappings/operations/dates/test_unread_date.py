"""What is said of a cell that is not read as a date."""

from __future__ import annotations

from service.interchange.mappings.operations.dates.date_pattern import date_by_patterns
from service.interchange.mappings.operations.dates.unread_date import unread_date
from tests.rows import each_row

_DAY = "September has no day 31."
_LEAP = "February has no day 29 in that year."


@each_row(
    ("text", "patterns", "reason"),
    [
        ("31.09.2024", ["dmy"], _DAY),
        ("31.09.2024 14:05", ["iso", "dmy"], _DAY),
        ("Tuesday, 31 September 2024", ["dmy"], _DAY),
        ("31 вересня 2024", ["dmy"], _DAY),
        ("2024年9月31日", ["ymd"], _DAY),
        ("20240931", ["iso"], _DAY),
        ("31.09.24", ["dmy-1930"], _DAY),
        ("ca. 31.09.2024", ["circa", "dmy"], _DAY),
        ("28.09.2024 – 31.09.2024", ["dmy"], _DAY),
        ("29.02.2023", ["dmy"], _LEAP),
        ("2/29/2023", ["mdy"], _LEAP),
        ("2024-13-01", ["iso"], "There is no month 13: months are 1 to 12."),
        ("13.2024", ["dmy"], "There is no month 13: months are 1 to 12."),
        ("13.10.2024 24:60", ["dmy"], "Hour 24 does not exist; hours are 00 to 23"),
        ("2024-10-13T25:00", ["iso"], "Hour 25 does not exist; hours are 00 to 23"),
        ("13.10.2024 10:75", ["dmy"], "Minute 75 does not exist; minutes are 00 to 59."),
        ("2024-02-30/2024-03-01", ["iso"], "February has no day 30."),
        ("2024-06-05/2024-06-01", ["iso"], "The interval ends before it starts"),
        ("5 May 2023 to 3 May 2023", ["dmy"], "The interval ends before it starts"),
        ("before 31.04.2020", ["dmy"], "April has no day 31."),
        ("10/13/2024 13:30 PM", ["mdy"], "There is no hour 13 with AM or PM: these have 1 to 12."),
    ],
)
def test_what_there_is_not_is_told(text: str, patterns: list[str], reason: str) -> None:
    """And not that a pattern is missing: the cell is wrong."""
    assert date_by_patterns(text, patterns) is None
    found = unread_date(text, patterns)
    assert found.reason.startswith(reason)
    assert found.advice == "Mend the cell."


@each_row(
    ("text", "patterns", "advice"),
    [
        ("12.05.24", ["iso", "dmy"], "name `dmy-1930` in `date` if it is of 1930 to 2029"),
        ("between 47 and 50", ["iso", "year"], "`47 AD` is read by the pattern `bc`"),
        ("47", ["year"], "as in 0047 or 1947"),
    ],
)
def test_a_year_of_two_digits_is_told_with_what_would_read_it(
    text: str, patterns: list[str], advice: str
) -> None:
    """Nobody knows of which hundred years it is but who wrote it."""
    assert date_by_patterns(text, patterns) is None
    found = unread_date(text, patterns)
    assert "two digits" in found.reason
    assert advice in found.advice


def test_the_other_order_is_advised_where_it_makes_a_date() -> None:
    """The day may stand before the month, or behind it."""
    found = unread_date("10/13/2024", ["dmy"])
    assert found.reason == "There is no month 13: months are 1 to 12."
    assert "name `mdy` in `date` if the file has the month before the day" in found.advice
    assert "`dmy-1930`" in unread_date("13/10/24", ["mdy-1930"]).advice


def test_a_number_of_a_spreadsheet_is_told_as_one() -> None:
    """It is no year, in no pattern, and the day that it may be is shown."""
    for text in ("45000", "45000.5"):
        assert date_by_patterns(text, ["iso", "ymd", "year", "dmy", "mdy"]) is None
        found = unread_date(text, ["iso", "year"])
        assert found.reason == "This is a number, as spreadsheets count days."
        assert "2023-03-15" in found.advice
    found_long_ago = date_by_patterns("-12000", ["year"])
    assert found_long_ago is not None
    assert found_long_ago.text == "Y-12000"


def test_another_form_is_told_with_examples() -> None:
    """Of the patterns that were tried."""
    found = unread_date("next week", ["iso", "dmy"])
    assert found.reason.endswith("dates are expected here like 2024-10-13 or 13.10.2024.")
    assert "pattern" in found.advice


def test_a_date_that_there_is_not_by_one_pattern_is_read_by_the_next() -> None:
    """As the order in which patterns are tried has it."""
    found = date_by_patterns("10/13/2024", ["dmy", "mdy"])
    assert found is not None
    assert found.text == "2024-10-13"
