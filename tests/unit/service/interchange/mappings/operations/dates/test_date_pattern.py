"""Dates by the patterns of a mapping."""

from __future__ import annotations

import time
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from events.edtf import dates
from service.interchange.mappings.operations.dates.date_pattern import (
    PATTERNS,
    date_by_patterns,
)
from service.interchange.mappings.operations.dates.months import month_named
from service.interchange.mappings.operations.dates.read_date import ReadDate
from service.interchange.mappings.operations.dates.unread_date import examples_of
from tests.rows import each_row

days = st.dates(date(1000, 1, 1), date(9999, 12, 31))


@given(st.text(max_size=40), st.lists(st.sampled_from(PATTERNS), min_size=1))
def test_what_is_read_is_a_date_and_the_rest_is_none(text: str, patterns: list[str]) -> None:
    """Whatever stands in a cell, the answer is EDTF or nothing, and never an error."""
    found = date_by_patterns(text, patterns)
    assert found is None or dates.parse(found.text).text == found.text


def test_each_example_is_a_date_by_its_pattern() -> None:
    """What a refusal names as an example would have been read; several end with "or"."""
    assert all(date_by_patterns(examples_of([pattern]), [pattern]) for pattern in PATTERNS)
    assert examples_of(["iso", "dmy", "bc"]) == "2024-10-13, 13.10.2024 or 44 BC"
    assert examples_of(["mdy-1930"]) == "10/13/24"


@given(days, st.sampled_from("./- "))
def test_each_order_reads_the_day_that_was_written_in_it(day: date, sign: str) -> None:
    """Day, month and year come out as they went in, for every day and separator, and dates that
    could be another one in the other order are marked."""
    d, m, y = f"{day.day}", f"{day.month:02}", f"{day.year}"
    for pattern, parts in {"dmy": (d, m, y), "mdy": (m, d, y), "ymd": (y, m, d)}.items():
        found = date_by_patterns(sign.join(parts), [pattern])
        if pattern == "ymd" and sign == " ":
            continue
        assert found is not None
        assert found.text == day.isoformat()
        other = pattern != "ymd" and day.day <= 12 and day.day != day.month
        assert found.swappable is other


@each_row(
    ("text", "pattern", "read"),
    [
        ("1. März 2024", "dmy", "2024-03-01"),
        ("01 January 2024", "dmy", "2024-01-01"),
        ("13 октября 2024 г.", "dmy", "2024-10-13"),
        ("13 de octubre de 2024", "dmy", "2024-10-13"),
        ("5-Jan-2024", "dmy", "2024-01-05"),
        ("October 13th, 2024", "mdy", "2024-10-13"),
        ("Sunday, October 13, 2024", "mdy", "2024-10-13"),
        ("воскресенье, 13 октября 2024 г.", "dmy", "2024-10-13"),
        ("So., 13. Oktober 2024", "dmy", "2024-10-13"),
        ("Mar 5 2024", "mdy", "2024-03-05"),
        ("10/13/2024 12:05 AM", "mdy", "2024-10-13T00:05"),
        ("10/13/2024 12:00 AM", "mdy", "2024-10-13"),
        ("10/13/2024 12:30PM", "mdy", "2024-10-13T12:30"),
        ("October 13, 2024 at 3:45 p.m.", "mdy", "2024-10-13T15:45"),
        ("2024-10-13 15:45:00+00", "iso", "2024-10-13T15:45:00+00:00"),
        ("Sun, 13 Oct 2024 23:19:18 +0200", "dmy", "2024-10-13T23:19:18+02:00"),
        ("Sun Oct 13 23:19:18 +0000 2024", "mdy", "2024-10-13T23:19:18+00:00"),
        ("Oct 2024", "dmy", "2024-10"),
        ("10/2024", "mdy", "2024-10"),
        ("13.10.2024 9:30", "dmy", "2024-10-13T09:30"),
        ("13.10.2024 00:00", "dmy", "2024-10-13"),
        ("1/15/2021 12:56 AM", "mdy", "2021-01-15T00:56"),
        ("1/15/2021 12:56 p.m.", "mdy", "2021-01-15T12:56"),
        ("1/15/2021 9:05:10PM", "mdy", "2021-01-15T21:05:10"),
        ("1/15/2021 12:00:00 AM", "mdy", "2021-01-15"),
        ("1/15/2021 13:05 pm", "mdy", None),
        ("2024年1月5日", "ymd", "2024-01-05"),
        ("2024/1", "ymd", "2024-01"),
        ("2024--", "ymd", "2024"),
        ("-0044-03-15", "iso", "-0044-03-15"),
        ("2017-07-31 00:00:00.000", "iso", "2017-07-31"),
        ("20241013", "iso", "2024-10-13"),
        ("2024-10/2025-04~", "iso", "2024-10/2025-04~"),
        ("c. 1066", "circa", "1066~"),
        ("um 1900", "circa", "1900~"),
        ("ca. October 2024", "circa", None),
        ("yaklaşık 2019", "circa", "2019~"),
        ("ok. 2019", "circa", "2019~"),
        ("14 Kasım 2024", "dmy", "2024-11-14"),
        ("3 MAYIS 2024 Cuma", "dmy", None),
        ("Cuma, 3 MAYIS 2024", "dmy", "2024-05-03"),
        ("5 Μαΐου 2024", "dmy", "2024-05-05"),
        ("Σεπτέμβριος 2023", "dmy", "2023-09"),
        ("Τρίτη 7 Ιουλίου 2020", "dmy", "2020-07-07"),
        ("mid-January 2024", "mdy", "2024-01"),
        ("Mid Oct 2023", "dmy", "2023-10"),
        ("нач. сентября 2023", "dmy", "2023-09"),
        ("Début mai 2024", "dmy", "2024-05"),
        ("mid-3 January 2024", "dmy", None),
        ("mid-2024", "year", None),
        ("55 BC", "bc", "-0054"),
        ("1 BC", "bc", "0000"),
        ("55 v. Chr.", "bc", "-0054"),
        ("spring 2024", "seasons", "2024-21"),
        ("Q3 2024", "seasons", "2024-35"),
        ("1990s", "year", "199X"),
        ("19th century", "year", "18XX"),
        ("476", "year", "0476"),
        ("24", "year", None),
        ("13.10.24", "dmy", None),
        ("31.02.2024", "dmy", None),
        ("13.10.2024", "mdy", None),
        ("10/13/2024 13:30 PM", "mdy", None),
        ("10/13/2024", "dmy", None),
        ("24/10/13", "ymd", None),
        ("1.1.24", "ymd", None),
        ("79-8-24", "ymd", None),
        ("476-9-4", "ymd", "0476-09-04"),
        ("juil. 2024", "dmy", "2024-07"),
        ("jui. 2024", "dmy", None),
    ],
)
def test_what_people_write_is_read_or_refused(text: str, pattern: str, read: str | None) -> None:
    """Each pattern reads what its name says, in several languages, and fills nothing in."""
    found = date_by_patterns(text, [pattern])
    assert (found and found.text) == read


@each_row("part", [" ", "1", "c. ", "1.", "a ", "T1:", "~("])
def test_a_very_long_text_is_no_date_at_once(part: str) -> None:
    """A megabyte in a cell takes no longer than a word, whatever it is made of."""
    began = time.monotonic()
    assert date_by_patterns(part * (1_000_000 // len(part)), PATTERNS) is None
    assert time.monotonic() - began < 5


def test_patterns_are_tried_in_turn() -> None:
    """The first pattern that matches counts, and what stands behind c. is read by the others."""
    assert date_by_patterns("3/4/2024", ["mdy", "dmy"]) == ReadDate("2024-03-04", swappable=True)
    assert date_by_patterns("13/4/2024", ["mdy", "dmy"]) == ReadDate("2024-04-13", settled=True)
    assert date_by_patterns("ca. October 2024", ["dmy", "circa"]) == ReadDate("2024-10~")
    assert date_by_patterns("ok. 21 maja 2024", ["dmy", "circa"]) == ReadDate("2024-05-21~")


def test_a_beginning_that_could_be_two_months_is_no_month() -> None:
    """`jui` is June or July in French; three letters that can be one month only are it."""
    assert month_named("jui") is None
    assert [month_named(word) for word in ("Jan", "févr.", "Mär", "сент")] == [1, 2, 3, 9]
