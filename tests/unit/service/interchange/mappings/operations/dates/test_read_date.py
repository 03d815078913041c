"""Dates that there are not."""

from __future__ import annotations

import pytest

from service.interchange.mappings.operations.dates.read_date import (
    NoSuchDate,
    ReadDate,
    checked_date,
    checked_month,
)
from tests.rows import each_row


@each_row(
    ("text", "reason"),
    [
        ("2024-09-31", "September has no day 31."),
        ("2023-02-29", "February has no day 29 in that year."),
        ("2024-02-30", "February has no day 30."),
        ("2024-01-32", "There is no day 32: a month has 28 to 31."),
        ("2024-10-00", "There is no day 0: a month has 28 to 31."),
        ("Y-13800000000", "A year is at most 10,000,000,000 from 0."),
        ("2024-13-01", "There is no month 13: months are 1 to 12."),
        (
            "2024-10-13T24:60",
            "Hour 24 does not exist; hours are 00 to 23, and 24:00:00 ends a day.",
        ),
        ("2024-10-13T10:60Z", "Minute 60 does not exist; minutes are 00 to 59."),
    ],
)
def test_what_there_is_not_is_named(text: str, reason: str) -> None:
    """The day, the month or the time, and what there is."""
    with pytest.raises(NoSuchDate) as caught:
        checked_date(text)
    assert caught.value.reason == reason


def test_what_has_another_form_is_no_date() -> None:
    """It is left to other patterns, and a date that there is keeps its doubts."""
    assert checked_date("31.09.2024") is None
    assert checked_date("2024-02-29") == ReadDate("2024-02-29")
    assert checked_date("2024-10", ReadDate("", short=True)) == ReadDate("2024-10", short=True)


def test_a_month_is_no_season() -> None:
    """EDTF has spring for 21, and in a column of months that is a mistake."""
    assert checked_month("2024", 12) == ReadDate("2024-12")
    with pytest.raises(NoSuchDate, match="There is no month 21"):
        checked_month("2024", 21)
