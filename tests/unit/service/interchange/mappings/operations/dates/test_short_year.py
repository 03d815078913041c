"""Years of two digits."""

from __future__ import annotations

from service.interchange.mappings.operations.dates.date_pattern import (
    PATTERNS,
    date_by_patterns,
    is_pattern,
)
from service.interchange.mappings.operations.dates.short_year import order_of, with_whole_year
from tests.rows import each_row


@each_row(
    ("text", "pattern", "read"),
    [
        ("03.02.20", "dmy-1930", "2020-02-03"),
        ("9/24/06", "mdy-1900", "1906-09-24"),
        ("9/24/06", "mdy-1930", "2006-09-24"),
        ("31.12.29", "dmy-1930", "2029-12-31"),
        ("1.1.30", "dmy-1930", "1930-01-01"),
        ("26-Dec-14", "dmy-2000", "2014-12-26"),
        ("24 février '22", "dmy-1930", "2022-02-24"),
        ("3/6/20 2:05 PM", "mdy-1930", "2020-03-06T14:05"),
        ("24-03-15", "ymd-2000", "2024-03-15"),
        ("03.02.2020", "dmy-1930", None),
        ("29.2.23", "dmy-1930", None),
        ("2.20", "dmy-1930", None),
        ("13.13.20", "dmy-1930", None),
        ("24", "dmy-1930", None),
    ],
)
def test_a_year_is_one_of_the_hundred_that_the_pattern_names(
    text: str, pattern: str, read: str | None
) -> None:
    """From the named one to that ninety-nine years later; a year of four digits is left to the
    other patterns, and a day that does not exist is none."""
    found = date_by_patterns(text, [pattern])
    assert (found and found.text) == read
    assert found is None or found.short


def test_no_other_pattern_reads_two_digits() -> None:
    """Nobody hears of a century that was guessed."""
    assert date_by_patterns("03.02.20", PATTERNS) is None
    assert date_by_patterns("9/24/06", PATTERNS) is None


def test_the_name_of_a_pattern_has_an_order_and_four_digits() -> None:
    """What reads ISO 8601 or a season has no such form."""
    assert [is_pattern(name) for name in ("dmy-1930", "ymd-2000", "mdy-1900")] == [True] * 3
    assert [is_pattern(name) for name in ("dmy-30", "iso-1930", "dmy-", "1930")] == [False] * 4
    assert order_of("dmy-1930") == "dmy"
    assert with_whole_year("1.2.03", "dmy-1930") == "1.2.2003"
