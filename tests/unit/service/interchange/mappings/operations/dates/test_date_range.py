"""Dates from the one to the other in one cell."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.interchange.mappings.operations.dates.date_pattern import PATTERNS, date_by_patterns
from tests.rows import each_row


@each_row(
    ("text", "edtf"),
    [
        ("2019 – present", "2019/.."),
        ("2019-heute", "2019/.."),
        ("3.5.2024 bis heute", "2024-05-03/.."),
        ("с 2019 по настоящее время", "2019/.."),
        ("3 May 2024 - ongoing", "2024-05-03/.."),
        ("2019 – presents", None),
        ("ongoing – 2019", None),
        ("ongoing", None),
    ],
)
def test_what_goes_on_has_an_open_end(text: str, edtf: str | None) -> None:
    """In whatever language; nothing begins so."""
    found = date_by_patterns(text, ["dmy", "year"])
    assert (found and found.text) == edtf


@each_row(
    ("text", "pattern", "edtf"),
    [
        ("3–5 May 2023", "dmy", "2023-05-03/2023-05-05"),
        ("May 3–5, 2023", "mdy", "2023-05-03/2023-05-05"),
        ("13 April – 14 May 2022", "dmy", "2022-04-13/2022-05-14"),
        ("28 Dec 2023 - 3 Jan 2024", "dmy", "2023-12-28/2024-01-03"),
        ("1.–3.2.2023", "dmy", "2023-02-01/2023-02-03"),
        ("vom 3. bis 5. Mai 2023", "dmy", "2023-05-03/2023-05-05"),
        ("с 3 по 5 мая 2023", "dmy", "2023-05-03/2023-05-05"),
        ("Jan to Mar 2024", "dmy", "2024-01/2024-03"),
        ("2023-05-03 - 2023-05-05", "iso", "2023-05-03/2023-05-05"),
        ("2017-2019", "year", "2017/2019"),
        ("du 3 au 5 mai 2023", "dmy", "2023-05-03/2023-05-05"),
        ("le 3 – le 5 mai 2023", "dmy", "2023-05-03/2023-05-05"),
    ],
)
def test_what_two_dates_have_in_common_may_stand_once(text: str, pattern: str, edtf: str) -> None:
    """The month, the year, both or none, with a dash or a word between them."""
    found = date_by_patterns(text, [pattern])
    assert found is not None
    assert found.text == edtf


@each_row(
    ("text", "pattern"),
    [
        ("5–3 May 2023", "dmy"),
        ("2023-24", "year"),
        ("3–5–7 May 2023", "dmy"),
        ("3 May – soon 2023", "dmy"),
        ("13.10.2024 10:00 - 12:00", "dmy"),
        ("May–May 2023", "dmy"),
    ],
)
def test_what_is_not_from_one_date_to_a_later_one_is_none(text: str, pattern: str) -> None:
    """Times of day, a second half of two digits, three dates, and dates in the wrong order."""
    assert date_by_patterns(text, [pattern]) is None


def test_a_text_that_is_one_date_stays_one() -> None:
    """A dash within a date is none between two."""
    found = date_by_patterns("10-12-2023", ["dmy"])
    assert found is not None
    assert (found.text, found.swappable) == ("2023-12-10", True)


def test_days_that_could_be_months_are_noticed_in_both_dates() -> None:
    """If the last one could change places, the dates could."""
    found = date_by_patterns("13.1.2023 – 3.2.2023", ["dmy"])
    assert found is not None
    assert found.swappable


@given(st.text(alphabet="0123456789 -–./,ampMydoto", max_size=60))
def test_any_text_is_a_date_or_none(text: str) -> None:
    """No text makes the reading fail."""
    date_by_patterns(text, PATTERNS)
