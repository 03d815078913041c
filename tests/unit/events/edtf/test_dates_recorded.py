"""Dates as they are recorded and read back."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import example, given, reject

from events.edtf.dates import Date, parse, parse_recorded, rfc3339
from events.errors import DateError
from tests.unit.events.edtf_texts import ANY, SHORT_WITHIN


@given(ANY | SHORT_WITHIN)
@example("2024/25")
@example("199?")
def test_a_recorded_date_keeps_what_it_meant(text: str) -> None:
    """What the grammar of earlier releases read is read from the log as it was then: a century
    or decade within something longer spans its years, and every other date is the same."""
    try:
        recorded = parse_recorded(text)
    except DateError:
        reject()  # an interval that ends before it starts was never recorded
    assert recorded.text == text
    try:
        assert parse(text) == recorded
    except DateError:
        short = re.search(r"(?<![0-9-])[0-9]{2,3}(?![0-9])", text)
        assert short is not None
        assert recorded.latest is None or recorded.latest >= (parse(short[0]).latest or 0)


def test_an_interval_of_an_old_log_ends_in_its_century() -> None:
    """`2024/25` was recorded as ending in 2599, and does so for ever; nobody may write it now."""
    assert rfc3339(parse_recorded("2024/25").latest or 0) == "2599-12-31T23:59:59Z"
    with pytest.raises(DateError, match="Write 2024/2025"):
        parse("2024/25")


@given(ANY)
def test_a_date_survives_its_encoding(text: str) -> None:
    """A date and its bounds are plain data that msgspec takes and gives back."""
    date = parse(text)
    assert msgspec.json.decode(msgspec.json.encode(date), type=Date) == date


def test_a_time_marks_nothing() -> None:
    """A second is a certain one, in a year with a sign too."""
    assert parse("-0044-03-15T10:00:00Z").qualifiers == ()
