"""Times of day behind dates."""

from __future__ import annotations

import pytest

from service.interchange.mappings.operations.dates.read_date import NoSuchDate
from service.interchange.mappings.operations.dates.time_of_day import timed_day
from tests.rows import each_row


@each_row(
    ("text", "time"),
    [
        ("13.10.2024 9:30", "T09:30"),
        ("2024-10-13T09:30:05Z", "T09:30:05Z"),
        ("2024-10-13, 09:30 UTC", "T09:30Z"),
        ("2024-10-13 09:30 +0200", "T09:30+02:00"),
        ("1/15/2021 12:56 AM", "T00:56"),
        ("1/15/2021 12:56 p.m.", "T12:56"),
        ("1/15/2021 9:05:10PM", "T21:05:10"),
        ("1/15/2021 12:00:00 AM", ""),
        ("2024-10-13 00:00", ""),
        ("2024-10-13 00:00 Z", "T00:00Z"),
        ("2024-10-13 15:45:00+00", "T15:45:00+00:00"),
        ("October 13, 2024 at 3:45 pm", "T15:45"),
        ("Oct 13 23:19:18 +0000 2024", "T23:19:18+00:00"),
        ("Oct 13 23:19:18 2024", "T23:19:18"),
        ("3:36 PM · Jan 24, 2020", "T15:36"),
        ("15:36, 24 January 2020", "T15:36"),
        ("14 березня 2019 року - 10:01", "T10:01"),
    ],
)
def test_a_time_is_written_as_in_edtf(text: str, time: str) -> None:
    """With two digits for the hour and the sign of the zone; midnight without a zone is none."""
    found = timed_day(text)
    assert found is not None
    assert found.time == time


@each_row("text", ["13.10.2024", "9:30", "9:30 PM"])
def test_other_texts_have_no_time(text: str) -> None:
    """A day alone, and a time alone."""
    assert timed_day(text) is None


@pytest.mark.parametrize("text", ["1/15/2021 13:05 pm", "1/15/2021 0:05 am"])
def test_hours_that_are_none_before_noon_or_after_it_are_told(text: str) -> None:
    """There are twelve of each."""
    with pytest.raises(NoSuchDate, match="with AM or PM: these have 1 to 12"):
        timed_day(text)


@pytest.mark.parametrize("dash", ["-", "–"])
def test_a_dash_before_a_time_is_no_part_of_the_day(dash: str) -> None:
    """As some ministries write it."""
    found = timed_day(f"14 березня 2019 року {dash} 10:01")
    assert found is not None
    assert found.day == "14 березня 2019 року"
