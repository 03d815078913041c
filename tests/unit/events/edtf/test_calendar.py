"""The calendar against the interpreter's own, where that reaches, and against itself beyond."""

from __future__ import annotations

import calendar
import datetime

from hypothesis import given
from hypothesis import strategies as st

from events.edtf.calendar import (
    DAY,
    LONGEST,
    civil,
    day_number,
    days_in_month,
    is_leap,
    month_span,
    year_span,
)

YEARS = st.integers(-20_000_000_000, 20_000_000_000)
EPOCH = datetime.date(1970, 1, 1)


@given(st.dates())
def test_a_day_of_the_years_1_to_9999_has_the_number_of_datetime(day: datetime.date) -> None:
    """Numbers and days are those of `datetime.date`, both ways."""
    number = (day - EPOCH).days
    assert day_number(day.year, day.month, day.day) == number
    assert civil(number) == (day.year, day.month, day.day)


@given(st.integers(-7_500_000_000_000, 7_500_000_000_000))
def test_the_next_number_is_the_next_day(number: int) -> None:
    """Over twenty thousand million years, one more in number is the day after in the calendar."""
    year, month, day = civil(number)
    assert day_number(year, month, day) == number
    if day < days_in_month(year, month):
        after = (year, month, day + 1)
    else:
        after = (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)
    assert civil(number + 1) == after


@given(st.integers(1, 9999), st.integers(1, 12))
def test_months_are_as_long_as_in_the_interpreter(year: int, month: int) -> None:
    """Leap years and the days of each month are those of `calendar`."""
    assert is_leap(year) == calendar.isleap(year)
    assert days_in_month(year, month) == calendar.monthrange(year, month)[1] <= LONGEST[month]


@given(YEARS)
def test_the_calendar_repeats_after_400_years(year: int) -> None:
    """What holds for the years that `datetime` has holds for all: 400 years on it is the same."""
    assert is_leap(year) == is_leap(year % 400)
    assert day_number(year + 400, 2, 28) - day_number(year, 2, 28) == 146_097


@given(YEARS, st.integers(0, 50))
def test_a_span_of_years_is_its_years_one_after_the_other(year: int, more: int) -> None:
    """Neither a gap nor an overlap lies between a year and the next."""
    earliest, latest = year_span(year, year + more)
    assert latest - earliest + 1 == sum(
        (366 if is_leap(each) else 365) * DAY for each in range(year, year + more + 1)
    )
    assert year_span(year + more + 1, year + more + 1)[0] == latest + 1


@given(YEARS, st.integers(1, 12), st.integers(1, 6))
def test_a_span_of_months_is_its_months_one_after_the_other(
    year: int, month: int, months: int
) -> None:
    """Neither a gap nor an overlap lies between a month and the next, over the year's end too."""
    earliest, latest = month_span(year, year, month, months)
    carried = [divmod(month - 1 + each, 12) for each in range(months)]
    assert earliest == day_number(year, month, 1) * DAY
    assert latest - earliest + 1 == sum(
        days_in_month(year + carry, before + 1) * DAY for carry, before in carried
    )
