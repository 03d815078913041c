"""What the grammar says of a text that is no date: each sentence whole, with its column.

`parse` says more of what people write by habit (test_habits); here the grammar is asked itself.
"""

from __future__ import annotations

import pytest

from events.edtf.dates import parse, parse_recorded
from events.edtf.scanner import Scanner, check_characters
from events.edtf.span import read_span
from events.errors import DateError
from tests.rows import each_row

FOUR = "A year has four digits or X, like 0985 or 201X."
ALONE = "A year has four digits here: two or three mean a century or decade as a whole date."
EXPECTED = "A year was expected here, like 2024, 201X or -0044."
LONGER = "A year has four digits, with - between year, month and day; a longer year begins with Y."
NO_PLACE = (
    " has no place in a date; dates are EDTF, like 2024-10-13, 2024-10, 199X, 1066~ or 2024/2025."
)
COUNTED = "A number from 1 was expected here, without a 0 in front."
FOLLOWS = "The date is complete here; what follows is not part of it."
OPEN = "A set is open before its first member or after its last one only."
NO_TIME = "A time of day is allowed only in a single date, not in an interval or a set."
DASH = "Write -, the hyphen-minus; the two ends of an interval have a / between them."
NEXT = "A comma and another date should follow, or {}, which closes the set."

SENTENCES = [
    ("", 1, EXPECTED),
    ("+2024", 1, "Write a year without +; only earlier ones have a sign."),
    ("20240", 1, LONGER),
    ("2", 1, FOUR),
    ("-2", 1, FOUR),
    ("19X", 1, FOUR),
    ("19XXX", 1, FOUR),
    ("199~", 1, ALONE),
    ("2024/25", 6, ALONE),
    ("-0000", 1, "The year 0000 has no sign."),
    ("199-05", 1, ALONE),
    ("Y17000-05", 7, "Only a plain year of four digits has months."),
    ("1950S2-05", 7, "Only a plain year of four digits has months."),
    ("-1950S2-05", 8, "Only a plain year of four digits has months."),
    ("Y", 2, "After Y comes a year of five digits or more, like Y17000."),
    ("Y-", 3, "After Y comes a year of five digits or more, like Y17000."),
    ("Y01234", 2, "A year after Y does not begin with 0."),
    ("Y2024", 2, "A year after Y has five digits or more; a shorter one has no Y."),
    ("Y10000000001", 2, "A year is at most 10,000,000,000 from 0."),
    ("Y9E10", 2, "A year is at most 10,000,000,000 from 0."),
    ("Y17E", 5, COUNTED),
    ("Y17E0", 5, COUNTED),
    ("1950S", 6, COUNTED),
    ("1950S0", 6, COUNTED),
    ("1950S5", 6, "The year has 4 digits; no more can be significant."),
    ("Y17101S6", 8, "The year has 5 digits; no more can be significant."),
    ("Y17E3S6", 7, "The year has 5 digits; no more can be significant."),
    ("2024-1", 6, "A month or season has two digits or X, like 05 or 1X."),
    ("2024-", 6, "A month or season has two digits or X, like 05 or 1X."),
    ("2024-10-1", 9, "A day has two digits or X, like 05 or 1X."),
    ("2024-10-123", 9, "A day has two digits or X, like 05 or 1X."),
    ("2024-13", 6, "Month 13 does not exist; months are 01 to 12."),
    ("2024-00", 6, "Month 00 does not exist; months are 01 to 12."),
    ("2024-42", 6, "Month 42 does not exist; months are 01 to 12, seasons 21 to 41."),
    ("2024-20", 6, "Month 20 does not exist; months are 01 to 12, seasons 21 to 41."),
    ("2024-2X", 6, "Month 2X does not exist; months are 01 to 12, seasons 21 to 41."),
    ("2024-21-05", 8, "A season has no days; end the date here."),
    ("2024-10-32", 9, "Day 32 does not exist; days are 01 to 31."),
    ("2024-10-00", 9, "Day 00 does not exist; days are 01 to 31."),
    ("2024-09-31", 9, "Day 31 does not exist; month 09 of that year has 30 days."),
    ("2023-02-29", 9, "Day 29 does not exist; month 02 of that year has 28 days."),
    ("1XX1-02-29", 9, "Day 29 does not exist in any month that fits."),
    ("2024-10T10:00:00Z", 8, "Only a whole day without qualifiers or X has a time."),
    ("2024-10-13~T10:00:00Z", 12, "Only a whole day without qualifiers or X has a time."),
    ("2024-10-1XT10:00:00Z", 11, "Only a whole day without qualifiers or X has a time."),
    ("2024~?", 6, "One qualifier is enough; % is both ~ and ?."),
    ("2024]", 5, FOLLOWS),
    ("2024-10-13-", 11, FOLLOWS),
    ("2024~~", 6, "One qualifier is enough; % is both ~ and ?."),
    ("2024]/2025", 5, "A / should follow the start of an interval."),
    ("2024/2025/2026", 10, "The interval should end here; it has one start and one end."),
    ("/", 1, "An interval names its start or its end; give null if neither is known."),
    ("2025/2024", 6, "The interval ends before it starts; the earlier date comes first."),
    ("2024/[2025]", 6, "A set cannot be the end of an interval."),
    ("..-{2025}/2024", 3, "A / should follow the start of an interval."),
    ("2024/{2025}", 6, "A set cannot be the end of an interval."),
    ("[2024]~", 7, "Nothing follows the bracket that closes a set."),
    ("{2024}2", 7, "Nothing follows the bracket that closes a set."),
    ("[2024..2023]", 8, "The range ends before it starts; the earlier date comes first."),
    ("[..1984..1985]", 8, NEXT.format("]")),
    ("[..1984,..1985]", 9, OPEN),
    ("[2024-10", 9, NEXT.format("]")),
    ("{2024]", 6, NEXT.format("}")),
    ("[2024,", 7, EXPECTED),
    ("[2024..", 8, "After an open end comes ], which closes the set."),
    ("[2024..,2025]", 8, "After an open end comes ], which closes the set."),
    ("{2024..,2025}", 8, "After an open end comes }, which closes the set."),
    ("[2024T]", 6, NO_TIME),
    ("2024-10-13T10:00:00Z/2025", 11, NO_TIME),
    ("2024/2025-10-13T10:00:00Z", 16, NO_TIME),
    ("2024\u201310", 5, DASH),
    ("199x", 4, "Write X, not x: the letters of a date are capitals."),
    ("199u", 4, "Write X, not u, for an unspecified digit."),
    ("202\uff14", 4, "The digits of a date are 0 to 9."),
    ("2024!", 5, "!" + NO_PLACE),
    ("2024\u00e9", 5, "U+00E9" + NO_PLACE),
    ("2024\u007f", 5, "U+007F" + NO_PLACE),
]


def read(text: str) -> None:
    check_characters(text)
    read_span(Scanner(text))


@each_row(("text", "column", "sentence"), SENTENCES)
def test_each_refusal_is_a_sentence_at_its_column(text: str, column: int, sentence: str) -> None:
    """The sentence says what is wrong there, and is the whole message."""
    with pytest.raises(DateError) as refusal:
        read(text)
    assert (refusal.value.column, refusal.value.message) == (column, sentence)


@each_row(
    ("text", "column"),
    [("Oct 2024", 1), ("(Oct 2024", 1), (".. Oct 2024", 1), ("13 Oct 2024", 4), ("2024/Oct", 6)],
)
def test_a_word_is_pointed_at_where_it_begins(text: str, column: int) -> None:
    """Signs in front of the first word are part of what is wrong there; digits are not."""
    with pytest.raises(DateError) as refusal:
        parse(text)
    assert refusal.value.column == column


@pytest.mark.parametrize(("text", "column"), [("199-05", 4), ("19-05", 3)])
def test_what_was_recorded_of_a_century_or_decade_has_no_months(text: str, column: int) -> None:
    """Short years are read within longer dates of the log, but not before a month."""
    with pytest.raises(DateError) as refusal:
        parse_recorded(text)
    sentence = "Only a plain year of four digits has months."
    assert (refusal.value.column, refusal.value.message) == (column, sentence)
