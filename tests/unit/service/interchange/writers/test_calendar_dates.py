"""The days of dates: from the text and the bounds alone."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from projections.answers.statement import ShownDate
from service.interchange.writers.calendar_dates import (
    day_range,
    is_exact,
    iso_date,
)
from tests.rows import each_row
from tests.unit.service.interchange.writers.made import exported


def _date(text: str) -> ShownDate | None:
    return exported(occurred=text).decode().bounds.occurred


@given(st.dates())
def test_a_day_stays_that_day(day: date) -> None:
    """Whatever the day, its range begins on it, ends on it, and ends before the next one."""
    found = day_range(_date(day.isoformat()))
    if found is None:
        assert day.isoformat() == "9999-12-31"
    else:
        assert found.first == found.last == day.isoformat() < found.end


@each_row(
    ("text", "first", "last"),
    [
        ("2024-10", "2024-10-01", "2024-10-31"),
        ("2024/2025-04~", "2024-01-01", "2025-04-30"),
        ("202X", "2020-01-01", "2029-12-31"),
        ("2024-10-13T23:30:00+03:00", "2024-10-13", "2024-10-13"),
    ],
)
def test_a_vague_date_has_its_outermost_days(text: str, first: str, last: str) -> None:
    """The range goes from the first to the last day that is meant, in UTC."""
    found = day_range(_date(text))
    assert found is not None
    assert (found.first, found.last) == (first, last)


@each_row("text", ["2024/..", "../2024", "-0044", "Y17000", "2024/Y17000", "0000-05"])
def test_a_date_without_both_ends_has_no_range(text: str) -> None:
    """An open end, and a year that calendars do not have, give no range."""
    assert day_range(_date(text)) is None


def test_what_is_exact_and_what_iso_8601_can_say() -> None:
    """A day, a time and a span of days are exact; a month can be said, but is not exact."""
    assert is_exact("2024-10-13")
    assert is_exact("2024-10-13T09:30:00Z")
    assert is_exact("2024-10-13/2024-10-20")
    assert not any(map(is_exact, ["2024", "2024-10", "2024-10-13~", "2024-10-XX", "2024-10-13/.."]))
    assert [iso_date(text) for text in ("2024", "2024-10", "2024-21", "2024~", None)] == [
        "2024",
        "2024-10",
        None,
        None,
        None,
    ]
