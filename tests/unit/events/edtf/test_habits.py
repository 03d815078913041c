"""What people write by habit, and the date that they are advised to write instead."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.edtf.dates import parse
from events.edtf.year_readings import is_date
from events.errors import DateError
from tests.rows import each_row

ADVICE = re.compile(r"Write ([-0-9.\[{].*?)(?:, whichever is meant)?: ")
MONTHS = "January February March April May June July August September October November December"
DAYS = st.dates(datetime.date(1000, 1, 1))


def refused(text: str) -> DateError:
    with pytest.raises(DateError) as caught:
        parse(text)
    return caught.value


def advised(text: str) -> list[str]:
    """The dates that the refusal of `text` names, whichever is meant."""
    found = ADVICE.match(refused(text).message)
    return re.split(", (?=[0-9])| or ", found[1]) if found else []


@each_row(
    ("text", "column", "dates"),
    [
        ("13/10/2024", 1, ["2024-10-13"]),
        ("10/13/2024", 1, ["2024-10-13"]),
        ("03/04/2024", 1, ["2024-04-03", "2024-03-04"]),
        ("13.10.2024", 1, ["2024-10-13"]),
        ("2024/10/13", 6, ["2024-10-13"]),
        ("2024/10", 6, ["2024-10"]),
        ("10/2024", 1, ["2024-10"]),
        ("2024-1-5", 6, ["2024-01-05"]),
        ("2024-10-00", 9, ["2024-10"]),
        ("20241013", 1, ["2024-10-13"]),
        ("2024年10月13日", 5, ["2024-10-13"]),
        ("2024/25", 6, ["2024/2025"]),
        ("2009/10", 6, ["2009-10", "2009/2010"]),
        ("1679/80", 6, ["1679/1680"]),
        ("1999/00", 6, ["1999/2000"]),
        ("1914–18", 5, ["1914/1918"]),
        ("2024-10/25", 9, ["2024-10-25", "2024-10/2025"]),
        ("2024-10-01/05", 12, ["2024-10-01/2024-10-05"]),
        ("Oct 2024", 1, ["2024-10"]),
        ("OCTOBER 2024", 1, ["2024-10"]),
        ("Sunday, October 13th, 2024", 1, ["2024-10-13"]),
        ("13-Oct-2024", 4, ["2024-10-13"]),
        ("1990s", 5, ["199X"]),
        ("the 1990's", 1, ["199X"]),
        ("1900s", 5, ["190X", "19XX"]),
        ("199?", 1, ["199X", "199X?"]),
        ("19--", 1, ["19XX"]),
        ("20th century", 3, ["19XX"]),
        ("5th century BC", 2, ["-04XX"]),
        ("c. 1066", 1, ["1066~"]),
        ("circa Oct 2024", 1, ["2024-10~"]),
        ("about the 1990s", 1, ["199X~"]),
        ("probably 1066", 1, ["1066?"]),
        ("55 BC", 4, ["-0054"]),
        ("1 B.C.", 3, ["0000"]),
        ("AD 55", 1, ["0055"]),
        ("spring 2024", 1, ["2024-21", "2024-29"]),
        ("2024 Summer", 6, ["2024-22", "2024-30"]),
        ("winter 2023/24", 1, ["2023-24", "2023-32"]),
        ("Q3 2024", 1, ["2024-35"]),
        ("first half of 2024", 1, ["2024-40"]),
        ("before 2024", 1, ["../2024"]),
        ("since Oct 2024", 1, ["2024-10/.."]),
        ("2024-present", 6, ["2024/.."]),
        ("2020 to 2022", 6, ["2020/2022"]),
        ("13-15 October 2024", 7, ["2024-10-13/2024-10-15"]),
        ("Jan-Mar 2024", 1, ["2024-01/2024-03"]),
        ("2020 or 2022", 6, ["[2020,2022]"]),
        ("2020, 2022", 5, ["{2020,2022}"]),
        ("2024-10-13 10:30", 11, ["2024-10-13T10:30"]),
        (" 2024-10-13 ", 1, ["2024-10-13"]),
    ],
)
def test_a_habit_is_told_what_to_write(text: str, column: int, dates: list[str]) -> None:
    """What is written by habit is refused at the column of what is wrong, and each date that may
    be meant is named as it should be written."""
    assert advised(text) == dates
    assert refused(text).column == column


@each_row(
    "text", ["", " ", "?", "-", "unknown", "Unknown date", "n/a", "N.D.", "null", "0000-00-00"]
)
def test_what_is_not_known_is_null(text: str) -> None:
    """Whoever writes that a date is not known gets advised to write null, at the first column."""
    assert "give null" in refused(text).message
    assert refused(text).column == (6 if text == "0000-00-00" else 1)


@each_row("text", ["today", "TODAY", "yesterday", "last week", "three days ago", "Monday"])
def test_a_word_that_moves_with_the_clock_is_no_date(text: str) -> None:
    """The clock is not asked what `today` is: the day itself is to be written."""
    assert refused(text).message.startswith("Write the day itself, like 2024-10-13:")
    assert refused(text).column == 1


@each_row("text", ["13/10/24", "24-10-13", "'24", "Oct '24"])
def test_no_century_is_guessed(text: str) -> None:
    """A year of two digits at the end of a date may be of any century: none is named."""
    assert refused(text).message.startswith("Write the year in front and with its four digits")


@each_row(
    "text",
    [
        *("31/02/2024", "99/99/2024", "25/2024", "Easter 2024", "octobre 2024"),
        *("13 October 2024 123", "October 2024 12345"),
    ],
)
def test_what_cannot_be_read_is_not_guessed(text: str) -> None:
    """A day that does not exist and words that nobody knows get an example and no date."""
    assert advised(text) == []
    assert "2024-10-13" in refused(text).message


@given(DAYS, st.sampled_from("/.- "))
def test_a_day_in_any_order_is_among_those_named(day: datetime.date, sign: str) -> None:
    """Day, month and year in the order of any country: the day that was meant is named, and no
    more than one other."""
    iso = day.isoformat()
    numbers = (f"{day.day:02}", f"{day.month}", f"{day.year}")
    for order in (numbers, (numbers[1], numbers[0], numbers[2])):
        named = advised(sign.join(order))
        assert iso in named
        assert len(named) <= 2
    if sign != "-" or day.month < 10:
        assert advised(sign.join(reversed(numbers))) == [iso]


@given(DAYS, st.integers(3, 9), st.booleans())
def test_a_month_by_its_name_is_named_in_digits(
    day: datetime.date, letters: int, month_first: bool
) -> None:
    """English names of months, whole or cut short to three letters or more, in either order."""
    name = MONTHS.split()[day.month - 1][:letters]
    text = f"{name} {day.day}, {day.year}" if month_first else f"{day.day} {name} {day.year}"
    assert advised(text) == [day.isoformat()]
    assert advised(f"{name} {day.year}") == [day.isoformat()[:7]]


HABITUAL = st.sampled_from(
    re.split(
        r"\|",
        "c. |before | to |-|/| or |, |spring |Oct |13|10|2024|1990|1|0|s|th century| BC|?|~|unknown"
        "|..|today|'|Q|(|)|24|–|年|月| ",
    )
)


@given(st.lists(HABITUAL, max_size=7).map("".join) | st.text(max_size=64))
@example("2024/25/26")
@example("0 BC")
@example("0th century")
@example("c. c. c. 1066")
def test_only_dates_are_named(text: str) -> None:
    """Whatever is written, what a refusal advises to write is a date that would be taken."""
    try:
        parse(text)
    except DateError as error:
        assert error.message
        assert [date for date in advised(text) if not is_date(date)] == []
        assert [date for date in advised(text) if parse(date).text != date] == []
