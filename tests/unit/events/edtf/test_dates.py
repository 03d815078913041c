"""Dates as a whole: what every text gives, and what plain days and times mean."""

from __future__ import annotations

import calendar
import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.edtf.dates import MOST_CHARACTERS, Bounds, can_parse, parse, rfc3339
from events.errors import DateError
from tests.rows import each_row
from tests.unit.events.edtf_texts import ANY

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)
ORDER = ["approximate", "uncertain", "open-start", "open-end", "unknown-start", "unknown-end"]
ALPHABET = "0123456789-/.,:TZYESX~?%[]{} +\u2212"
TIMES = st.datetimes(
    datetime.datetime(2, 1, 1),  # noqa: DTZ001 - a zone is what the tests add
    datetime.datetime(9998, 1, 1),  # noqa: DTZ001 - as above
)


def check_refusal(error: DateError, text: str) -> None:
    assert 1 <= error.column <= min(len(text), MOST_CHARACTERS) + 1
    assert error.message.endswith(".")
    assert error.message.isprintable()


@given(ANY)
def test_every_valid_date_is_read(text: str) -> None:
    """Whatever the grammar of levels 0 to 2 writes is kept as written, with bounds in order."""
    date = parse(text)
    assert date.text == text
    for bounds in (date.start, date.end, Bounds(date.earliest, date.latest)):
        if bounds.earliest is not None and bounds.latest is not None:
            assert bounds.earliest <= bounds.latest
    assert (date.earliest, date.latest) == (date.start.earliest, date.end.latest)
    assert list(date.qualifiers) == [name for name in ORDER if name in date.qualifiers]
    assert "/" in text or date.start == date.end


@given(st.text(max_size=80) | st.text(ALPHABET, max_size=MOST_CHARACTERS))
@example("[" * 64)
@example("{[" * 32)
@example("-" * 64)
@example("X" * 64)
@example("XXXX-02-30")
@example("[" + ",".join(["XXX1-02-29"] * 5) + "]")
@example("Y1E999999999")
@example("Y" + "9" * 63)
@example("Y1E" + "9" * 61)
@example("Y17000S" + "9" * 57)
@example("2024" * 10_000)
@example("[" + ",".join(["2024"] * 20) + "]")
@example("\ud800")
@example("2024-10-01\n")
@example("2024-10-01T10:30:00Z\n")
def test_any_text_is_a_date_or_a_date_error(text: str) -> None:
    """Nothing but DateError leaves the parser; it says a sentence and a column of the text. Whether
    it would is known without it."""
    try:
        assert parse(text).text == text
        assert can_parse(text)
    except DateError as error:
        check_refusal(error, text)
        assert not can_parse(text)


@given(ANY, st.data())
def test_a_slip_in_a_valid_date_is_a_date_or_a_date_error(text: str, data: st.DataObject) -> None:
    """One character changed, left out or put in cannot bring forth any other error."""
    place = data.draw(st.integers(0, len(text)))
    slip = data.draw(st.sampled_from(["", *ALPHABET]))
    changed = text[:place] + slip + text[place + data.draw(st.integers(0, 1)) :]
    try:
        assert parse(changed).text == changed
    except DateError as error:
        check_refusal(error, changed)


@given(st.dates())
def test_plain_dates_are_those_of_the_interpreter(day: datetime.date) -> None:
    """A day, month and year span what `datetime` and `calendar` say, and contain the day."""
    midnight = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)
    start = (midnight - EPOCH) // SECOND
    assert parse(f"{day}").start == Bounds(start, start + 86_399)
    month = start - (day.day - 1) * 86_400
    days = calendar.monthrange(day.year, day.month)[1]
    assert parse(f"{day}"[:7]).start == Bounds(month, month + days * 86_400 - 1)
    year = start - (day - day.replace(month=1, day=1)).days * 86_400
    days = 366 if calendar.isleap(day.year) else 365
    assert parse(f"{day}"[:4]).start == Bounds(year, year + days * 86_400 - 1)


@given(st.integers(1, 9999), st.integers(0, 14), st.integers(0, 33), st.sampled_from(["", "~"]))
def test_a_day_is_read_if_it_exists(year: int, month: int, day: int, mark: str) -> None:
    """A day is refused exactly where `datetime` refuses it, at the month's or the day's column."""
    text = f"{year:04}-{month:02}-{day:02}{mark}"
    try:
        datetime.date(year, month, day)
    except ValueError:
        with pytest.raises(DateError) as caught:
            parse(text)
        assert caught.value.column == (9 if 1 <= month <= 12 else 6)
    else:
        # With and without a qualifier are two ways through the parser.
        assert parse(text).start == parse(text.removesuffix("~")).start


@given(TIMES, st.integers(-720, 840), st.sampled_from(["seconds", "minutes", "milliseconds"]))
def test_a_time_is_that_of_the_interpreter(
    moment: datetime.datetime, minutes: int, precision: str
) -> None:
    """A date with a time is one whole second: without a zone in UTC, else by its offset."""
    text = moment.isoformat(timespec=precision)
    written = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
    second = (written - EPOCH) // SECOND
    assert parse(text).start == parse(text + "Z").end == Bounds(second, second)
    zone = datetime.timezone(datetime.timedelta(minutes=minutes))
    there = written.replace(tzinfo=zone).isoformat(timespec=precision)
    assert parse(there).earliest == parse(there).latest == second - minutes * 60
    with_minus = there[:-6] + there[-6:].replace("-", "\u2212")
    assert parse(with_minus).start == parse(there).start


@each_row(
    ("text", "start", "end"),
    [
        ("2024-10", "2024-10-01T00:00:00Z 2024-10-31T23:59:59Z", ""),
        (
            "2024-06/2025-04~",
            "2024-06-01T00:00:00Z 2024-06-30T23:59:59Z",
            "2025-04-01T00:00:00Z 2025-04-30T23:59:59Z",
        ),
        ("2024-10/..", "2024-10-01T00:00:00Z 2024-10-31T23:59:59Z", "- -"),
        ("../2024", "- -", "2024-01-01T00:00:00Z 2024-12-31T23:59:59Z"),
        ("202X", "2020-01-01T00:00:00Z 2029-12-31T23:59:59Z", ""),
        ("{2024-10,2025-04}", "2024-10-01T00:00:00Z 2025-04-30T23:59:59Z", ""),
        ("2024-24", "2024-12-01T00:00:00Z 2025-02-28T23:59:59Z", ""),
        ("-0044-03-15", "-00044-03-15T00:00:00Z -00044-03-15T23:59:59Z", ""),
        ("2024-10-01T24:00:00Z", "2024-10-02T00:00:00Z 2024-10-02T00:00:00Z", ""),
        ("2023-0X-31", "2023-01-31T00:00:00Z 2023-08-31T23:59:59Z", ""),
        ("2024-10-01T24:00+02", "2024-10-01T22:00:00Z 2024-10-01T22:00:00Z", ""),
        ("-0044-03-15T12:00:00-01:00", "-00044-03-15T13:00:00Z -00044-03-15T13:00:00Z", ""),
    ],
)
def test_a_date_has_these_bounds(text: str, start: str, end: str) -> None:
    """The dates that the design names, and the midnight that ends a day."""

    def shown(bounds: Bounds) -> str:
        pair = (bounds.earliest, bounds.latest)
        return " ".join("-" if second is None else rfc3339(second) for second in pair)

    date = parse(text)
    assert (shown(date.start), shown(date.end)) == (start, end or start)


@each_row(
    ("text", "column", "advice"),
    [
        ("", 1, "give null"),
        ("2" * 65, 65, "at most 64 characters"),
        ("a", 1, "^Write the date in digits, like 2024-10-13"),
        ("xx", 1, "^Write the date in digits, like 2024-10-13"),
        ("st", 1, "^Write the date in digits, like 2024-10-13"),
        ("199u", 4, "^Write 199X: the letters of a date are capitals, and an X replaces each"),
        ("199x", 4, "^Write 199X: the letters of a date are capitals, and an X replaces each"),
        ("2024-10-01t10:30Z", 11, "^Write 2024-10-01T10:30Z: the letters of a date are capitals.$"),
        ("20xx-05", 3, "^Write 20XX-05: the letters of a date are capitals, and an X"),
        ("2024x", 5, "^Write X, not x"),
        ("..", 1, "where it is not known, give null"),
        ("\u0662\u0660\u0662\u0664", 1, "0 to 9"),
        ("202\uff14", 4, "0 to 9"),
        ("2024\u201310\u201313", 5, "^Write 2024-10-13: - is the hyphen-minus.$"),
        ("\u22120044", 1, "hyphen-minus"),
        ("2024-10-01T10:00\u221202:00\u2212", 23, "hyphen-minus"),
        ("2024\ud800", 5, "U+D800 has no place"),
        ("2024]", 5, "complete here"),
        ("2024-10-01T", 12, "hh:mm:ss"),
        ("2024-10-01T10", 12, "hh:mm:ss"),
        ("2024-10-01T25:00:00Z", 12, "Hour 25 does not exist"),
        ("2024-10-01T24:00:01Z", 12, "Hour 24 does not exist"),
        ("2024-10-01T10:60", 15, "Minute 60 does not exist"),
        ("2024-10-01T10:00:60Z", 18, "Second 60 does not exist"),
        ("2024-10-01T10:00:00ZZ", 21, "ends with Z"),
        ("2024-10-01T10:00:00+14:01", 20, "-12:00 to +14:00"),
        ("2024-10-01T10:00:00-12:01", 20, "-12:00 to +14:00"),
        ("2024-10-01T10:00:00+02:60", 20, "-12:00 to +14:00"),
        ("2024-10-01T10:00:00-00:00", 20, "written Z"),
        ("2024-10T10:00:00", 8, "Only a whole day"),
        ("2024-10-0XT10:00:00", 11, "Only a whole day"),
        ("2024-10-01~T10:00:00", 12, "Only a whole day"),
    ],
)
def test_a_refusal_says_where_and_what_to_do(text: str, column: int, advice: str) -> None:
    """Each refusal of a text as a whole or of a time has its column and its advice."""
    with pytest.raises(DateError, match=advice.replace("+", r"\+")) as caught:
        parse(text)
    assert caught.value.column == column


def test_64_characters_are_allowed() -> None:
    """The longest date has 64 characters; one more is refused at the column after them."""
    text = "{" + ",".join(["2024-10-01"] * 5 + ["2024-10"]) + "}"
    assert len(text) == MOST_CHARACTERS == 64
    assert parse(text).text == text


def test_a_refusal_is_new_each_time() -> None:
    """A refusal is not kept: the next one carries nothing of the first one's traceback."""
    errors = []
    for _ in range(2):
        with pytest.raises(DateError) as caught:
            parse("2024-13")
        errors.append(caught.value)
    assert errors[0] is not errors[1]
