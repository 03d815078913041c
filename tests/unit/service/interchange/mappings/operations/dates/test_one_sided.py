"""Dates of which one side is open, and years with their era."""

from __future__ import annotations

from events.edtf import dates
from service.interchange.mappings.operations.dates.date_pattern import date_by_patterns
from tests.rows import each_row


@each_row(
    ("text", "pattern", "edtf"),
    [
        ("Before 400BC", "bc", "[..-0400]"),
        ("before 1900", "year", "[..1899]"),
        ("before the 1990s", "year", "[..1989]"),
        ("vor dem 1. Januar 2023", "dmy", "[..2022-12-31]"),
        ("Avant le 3 mai 2023", "dmy", "[..2023-05-02]"),
        ("before January 2023", "dmy", "[..2022-12]"),
        ("après 2010", "year", "[2011..]"),
        ("after 2023-12-31T10:00", "iso", None),
        ("after 12/31/2023", "mdy", "[2024-01-01..]"),
        ("no later than 1950", "year", "[..1950]"),
        ("since May 2015", "dmy", "2015-05/.."),
        ("Until 2015", "year", "../2015"),
        ("before 31.04.2020", "dmy", None),
        ("before the war", "year", None),
    ],
)
def test_the_known_side_is_read_by_the_pattern(text: str, pattern: str, edtf: str | None) -> None:
    """What is named is not part of the time before or after it; what it is not certain of is not
    read."""
    found = date_by_patterns(text, [pattern])
    assert (None if found is None else found.text) == edtf
    assert edtf is None or dates.parse(edtf).text == edtf


@each_row(
    ("text", "edtf"),
    [
        ("55 BC", "-0054"),
        ("79 AD", "0079"),
        ("A.D. 79", "0079"),
        ("79 n. Chr.", "0079"),
        ("79 н.э.", "0079"),
        ("500–400 BC", "-0499/-0399"),
        ("between 47 and 50 AD", "[0047..0050]"),
        ("0 AD", None),
        ("19999 AD", None),
    ],
)
def test_a_year_with_its_era_may_have_few_digits(text: str, edtf: str | None) -> None:
    """The year before AD 1 is 1 BC, and EDTF calls it 0."""
    found = date_by_patterns(text, ["bc"])
    assert (None if found is None else found.text) == edtf
