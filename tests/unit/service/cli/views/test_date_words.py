"""Dates in words: true ones, or none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.cli.views.date_words import in_words
from tests.rows import each_row


@each_row(
    ("date", "words"),
    [
        ("2024", "2024"),
        ("2024-10", "October 2024"),
        ("2024-10-05", "5 October 2024"),
        ("2025-04~", "about April 2025"),
        ("2025-04?", "perhaps April 2025"),
        ("2025%", "perhaps about 2025"),
        ("2024/2025-04~", "2024 to about April 2025"),
        ("/2025-04~", "until about April 2025, start unknown"),
        ("2025-04~/", "from about April 2025, end unknown"),
        ("../2024", "any time until 2024"),
        ("2025-04~/..", "from about April 2025 on"),
        ("-0043-03-15", "15 March 44 BCE"),
        ("-0100/0000~", "101 BCE to about 1 BCE"),
    ],
)
def test_plain_dates_have_words(date: str, words: str) -> None:
    """Years, months, days and intervals of them are written with every mark that they have."""
    assert in_words(date) == words


@each_row("date", ["202X", "2024-24", "{2024,2025}", "Y-17000", "2024-13", "../..", "/"])
def test_other_dates_have_none(date: str) -> None:
    """What cannot be said in plain words without loss is not said at all."""
    assert in_words(date) is None


@given(st.text(alphabet="0123456789-/.~?%X", max_size=24))
def test_no_text_is_an_error(text: str) -> None:
    """Any text has words or has none; it raises nothing."""
    words = in_words(text)
    assert words is None or words
