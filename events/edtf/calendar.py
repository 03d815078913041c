"""The proleptic Gregorian calendar for years of any size: days, months and seasons.

Years are astronomical: 0 is the year before 1, -43 is 44 BC. A day's number counts from
1970-01-01, which is 0. Spans are pairs of whole seconds since 1970 in UTC, both ends included.
`datetime` is not used: it ends at the years 1 and 9999.
"""

from __future__ import annotations

__all__ = [
    "DAY",
    "LONGEST",
    "SEASONS",
    "civil",
    "day_number",
    "days_in_month",
    "is_leap",
    "month_span",
    "year_span",
]

DAY = 86_400

# The most days that a month can have; index 0 is unused.
LONGEST = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# The days from 0000-03-01 to 1970-01-01. Years are counted from March, so the count starts there.
_MARCH_OF_YEAR_ZERO = 719_468
_DAYS_IN_400_YEARS = 146_097

# Code of ISO 8601-2 → first month, how many months; a span may end in the next year.
SEASONS: dict[int, tuple[int, int]] = {
    21: (3, 3),  # spring
    22: (6, 3),
    23: (9, 3),
    24: (12, 3),  # winter, into February of the next year
    25: (3, 3),  # the same in the northern hemisphere
    26: (6, 3),
    27: (9, 3),
    28: (12, 3),
    29: (9, 3),  # the southern hemisphere: spring in September
    30: (12, 3),  # summer, into February of the next year
    31: (3, 3),
    32: (6, 3),
    33: (1, 3),  # quarters
    34: (4, 3),
    35: (7, 3),
    36: (10, 3),
    37: (1, 4),  # thirds
    38: (5, 4),
    39: (9, 4),
    40: (1, 6),  # halves
    41: (7, 6),
}


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """How many days the month (1 to 12) of that year has."""
    return 28 if month == 2 and not is_leap(year) else LONGEST[month]


def day_number(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to that day, negative before it; the day must exist.

    The method is Howard Hinnant's `days_from_civil` ("chrono-Compatible Low-Level Date Algorithms",
    2021): years are counted from March, so that a leap day comes last and the days before a month
    are (153 * months since March + 2) // 5. Python's division rounds down, so Hinnant's eras are
    not needed.
    """
    if month > 2:
        month -= 3
    else:
        month += 9
        year -= 1
    leap_days = year // 4 - year // 100 + year // 400
    return 365 * year + leap_days + (153 * month + 2) // 5 + day - 1 - _MARCH_OF_YEAR_ZERO


def civil(number: int) -> tuple[int, int, int]:
    """Year, month and day of a day's number: the inverse of `day_number`.

    Hinnant's `civil_from_days`, from the same paper.
    """
    era, day_of_era = divmod(number + _MARCH_OF_YEAR_ZERO, _DAYS_IN_400_YEARS)
    leap_days = day_of_era // 1460 - day_of_era // 36_524 + day_of_era // 146_096
    year_of_era = (day_of_era - leap_days) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month + 2) // 5 + 1
    year = year_of_era + 400 * era
    return (year, month + 3, day) if month < 10 else (year + 1, month - 9, day)


def year_span(first: int, last: int) -> tuple[int, int]:
    """The seconds from the beginning of the year `first` to the end of the year `last`."""
    return day_number(first, 1, 1) * DAY, day_number(last + 1, 1, 1) * DAY - 1


def month_span(first: int, last: int, month: int, months: int) -> tuple[int, int]:
    """From the month's beginning in the year `first` to the end of `months` months in `last`."""
    carry, after = divmod(month - 1 + months, 12)
    return (
        day_number(first, month, 1) * DAY,
        day_number(last + carry, after + 1, 1) * DAY - 1,
    )
