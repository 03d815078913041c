"""RFC 3339 both ways, and what is refused."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.edtf.calendar import DAY, day_number
from events.edtf.dates import parse_rfc3339, rfc3339
from events.errors import DateError
from tests.rows import each_row

UTC = datetime.UTC
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = day_number(0, 1, 1) * DAY, day_number(10_000, 1, 1) * DAY - 1
OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59)
MOMENTS = st.datetimes(
    min_value=datetime.datetime(2, 1, 1),  # noqa: DTZ001 - the test adds the zone
    max_value=datetime.datetime(9998, 12, 31),  # noqa: DTZ001 - as above
)


@given(st.integers(FIRST, LAST))
def test_seconds_come_back(seconds: int) -> None:
    """What is written of a second in the years 0000 to 9999 is read as that second."""
    text = rfc3339(seconds)
    assert len(text) == len("2024-10-01T00:00:00Z")
    assert parse_rfc3339(text) == seconds * 1_000_000


@given(st.integers(-(10**18), 10**18))
def test_every_second_can_be_written(seconds: int) -> None:
    """Any other year has a sign and at least five digits, and names the second that it was."""
    found = re.fullmatch(
        r"([+-][0-9]{5,}|[0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z",
        rfc3339(seconds),
    )
    assert found is not None
    year, month, day, hour, minute, second = (int(part) for part in found.groups())
    assert (found[1][0] in "+-") == (not 0 <= year <= 9999)
    assert day_number(year, month, day) * DAY + hour * 3600 + minute * 60 + second == seconds


@given(MOMENTS, OFFSETS, st.booleans())
def test_a_timestamp_is_read_like_datetime_does(
    moment: datetime.datetime, minutes: int, small: bool
) -> None:
    """Microseconds and offsets give what the interpreter's own arithmetic gives."""
    zone = datetime.timezone(datetime.timedelta(minutes=minutes))
    text = moment.replace(tzinfo=zone).isoformat()
    ours = parse_rfc3339(text.lower() if small else text)
    assert ours == (moment.replace(tzinfo=zone) - EPOCH) // datetime.timedelta(microseconds=1)


@given(st.text(max_size=70) | st.text("0123456789-:TtZz.+", max_size=70))
def test_any_other_text_is_a_date_error(text: str) -> None:
    """Nothing but DateError leaves the parser, and its column lies in the text or just after."""
    try:
        parse_rfc3339(text)
    except DateError as error:
        assert 1 <= error.column <= len(text) + 1


@each_row(
    ("text", "column"),
    [
        ("", 1),
        ("2024-10-01", 11),
        ("2024-10-01T10:30Z", 17),
        ("2024-10-01 10:30:00Z", 11),
        ("2024-10-01T10:30:00", 20),
        ("2024-10-01T10:30:00.Z", 20),
        ("2024-10-01T10:30:00+02", 20),
        ("2024-10-01T10:30:00Z ", 21),
        ("2024-13-01T10:30:00Z", 6),
        ("2024-00-01T10:30:00Z", 6),
        ("2023-02-29T10:30:00Z", 9),
        ("2024-10-00T10:30:00Z", 9),
        ("2024-10-01T24:00:00Z", 12),
        ("2024-10-01T10:60:00Z", 15),
        ("2024-10-01T23:59:60Z", 18),
        ("2024-10-01T10:30:00+24:00", 20),
        ("2024-10-01T10:30:00.5-01:60", 22),
        ("2024-10-0١T10:30:00Z", 10),
        ("+2024-10-01T10:30:00Z", 1),
        ("2024-10-01T10:30:00." + "1" * 80 + "Z", 65),
    ],
)
def test_a_refusal_points_at_what_is_wrong(text: str, column: int) -> None:
    """Each kind of error has the column, from 1, of what should change."""
    with pytest.raises(DateError) as caught:
        parse_rfc3339(text)
    assert caught.value.column == column


@each_row(
    ("seconds", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (FIRST, "0000-01-01T00:00:00Z"),
        (FIRST - 1, "-00001-12-31T23:59:59Z"),
        (LAST, "9999-12-31T23:59:59Z"),
        (LAST + 1, "+10000-01-01T00:00:00Z"),
        (-63_549_360_000, "-00044-03-15T00:00:00Z"),
    ],
)
def test_seconds_are_written_so(seconds: int, text: str) -> None:
    """The forms at the borders of RFC 3339's years."""
    assert rfc3339(seconds) == text


def test_digits_beyond_microseconds_are_dropped() -> None:
    """A finer fraction is cut, not rounded, also before 1970."""
    assert parse_rfc3339("1970-01-01T00:00:00.1234569Z") == 123_456
    assert parse_rfc3339("1969-12-31T23:59:59.9999999Z") == -1
