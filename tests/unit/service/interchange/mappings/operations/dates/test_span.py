"""A start, an end and a precision as one date."""

from __future__ import annotations

import pytest

from events.edtf import dates
from events.errors import DateError
from service.interchange.mappings.operations.dates.span import span_of
from tests.rows import each_row


@each_row(
    ("start", "end", "precision", "date"),
    [
        ("2024-01-05", "2024-02-03", "exact", "2024-01-05/2024-02-03"),
        ("2024-01-05", "2024-01-05", "exact", "2024-01-05"),
        ("2024-01-05", "", "exact", "2024-01-05"),
        ("", "2024-01-05", "exact", "/2024-01-05"),
        ("2024-01-05", "2024-02-03", "one-of", "[2024-01-05..2024-02-03]"),
        ("2024-01-05", "2024-01-05", "one-of", "2024-01-05"),
        ("2024-01-05", "", "month", "2024-01"),
        ("2024-01-05", "2024-01-31", "month", "2024-01"),
        ("2024-01-05", "2024-03-31", "month", "[2024-01..2024-03]"),
        ("", "2024-03-31", "year", "2024"),
        ("2024-01-03", "", "week", "[2024-01-01..2024-01-07]"),
        ("2024-01-05T10:00:00Z", "", "day", "2024-01-05"),
        ("", "", "month", ""),
        ("2024-01-05", "..", "exact", "2024-01-05/.."),
        ("2024-01-05", "..", "one-of", "[2024-01-05..]"),
        ("2024-01-05", "..", "month", "2024-01/.."),
        ("", "..", "exact", ""),
    ],
)
def test_a_precision_says_how_two_dates_are_meant(
    start: str, end: str, precision: str, date: str
) -> None:
    """Each precision gives the date that it stands for, and nothing more exact."""
    assert span_of(start, end, precision) == date
    assert not date or dates.parse(date).text == date


@each_row(
    ("start", "end", "precision", "words"),
    [
        ("2024", "2023", "exact", "ends before"),
        ("2024", "", "weekly", "precision"),
        ("../2024", "", "month", "years 1 to 9999"),
        ("-0044", "", "week", "years 1 to 9999"),
    ],
)
def test_what_cannot_be_one_date_is_refused(
    start: str, end: str, precision: str, words: str
) -> None:
    """The reason says what is wrong with the two, or with the precision."""
    with pytest.raises(DateError, match=words):
        span_of(start, end, precision)
