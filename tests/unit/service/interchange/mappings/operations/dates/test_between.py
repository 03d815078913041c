"""Some time between two dates, as one cell tells it."""

from __future__ import annotations

from service.interchange.mappings.operations.dates.date_pattern import date_by_patterns
from tests.rows import each_row


@each_row(
    ("text", "pattern", "edtf"),
    [
        ("Between 25 jun 1381 and 26 jun 1381", "dmy", "[1381-06-25..1381-06-26]"),
        ("between 3 and 5 May 2023", "dmy", "[2023-05-03..2023-05-05]"),
        ("Between 500BC and 400BC", "bc", "[-0499..-0399]"),
        ("zwischen 1914 und 1918", "year", "[1914..1918]"),
        ("entre 2019 y 2021", "year", "[2019..2021]"),
        ("entre le 3 et le 5 mai 2023", "dmy", "[2023-05-03..2023-05-05]"),
        ("між 3 та 5 травня 2023", "dmy", "[2023-05-03..2023-05-05]"),
    ],
)
def test_it_is_one_of_the_days_between_them(text: str, pattern: str, edtf: str) -> None:
    """And not all of them, as from one to another would be."""
    found = date_by_patterns(text, [pattern])
    assert found is not None
    assert found.text == edtf


@each_row(
    ("text", "pattern"),
    [
        ("between 47 and 50", "year"),
        ("between May and June", "dmy"),
        ("between 5 May 2023 and 3 May 2023", "dmy"),
        ("between 2019 and later", "year"),
    ],
)
def test_what_is_no_two_dates_is_not_read(text: str, pattern: str) -> None:
    """Nothing is filled in."""
    assert date_by_patterns(text, [pattern]) is None
