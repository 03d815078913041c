"""Calendars, read back by `icalendar`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from service.interchange.writers.calendar_dates import day_range
from service.interchange.writers.ics import LOSSES, write_ics
from service.interchange.writers.loss import LossCount
from tests.rows import each_row
from tests.searches import examples
from tests.unit.service.interchange.writers.drawn import statements
from tests.unit.service.interchange.writers.made import as_exported, exported, written


def _events(file: bytes) -> list[Any]:
    return list(Calendar.from_ical(file).walk("VEVENT"))


@examples(1 / 2)
@given(st.lists(statements(), max_size=2))
def test_what_is_written_is_read_back(shown: list[dict[str, Any]]) -> None:
    """Any statement with days is an event whose texts, days and tags another program reads; lines
    are folded at 75 octets; those without days are counted as left out."""
    batch = as_exported(shown)
    file = written(write_ics, batch)
    assert file.endswith(b"\r\n")
    assert max(map(len, file.split(b"\r\n"))) <= 75
    assert b"\n" not in file.replace(b"\r\n", b"")
    there = [each for each in batch if day_range(each.decode().bounds.occurred) is not None]
    events = _events(file)
    assert len(events) == len(there)
    for event, each in zip(events, there, strict=True):
        seen = each.decode().text.replace("\r\n", "\n").replace("\r", "\n").replace("\x07", "")
        assert str(event["DESCRIPTION"]).startswith(seen)
        assert [*map(str, event.categories)] == list(each.decode().tags)
        assert str(event["X-ONRECORD-OCCURRED"]) == each.decode().occurred
    count = LossCount(LOSSES)
    count.add(batch)
    left_out = [lost.statements for lost in count.lost() if lost.field == "statement"]
    assert sum(left_out) == len(batch) - len(events)


@each_row(
    ("occurred", "start", "end"),
    [
        ("2024-10-13", date(2024, 10, 13), date(2024, 10, 14)),
        ("2024-10-13/2024-10-20", date(2024, 10, 13), date(2024, 10, 21)),
        ("2024-10", date(2024, 10, 1), date(2024, 11, 1)),
        ("2024-12-31", date(2024, 12, 31), date(2025, 1, 1)),
    ],
)
def test_days_are_days_whose_end_is_the_next(occurred: str, start: date, end: date) -> None:
    """A date without a time of day is no moment that a time zone could move."""
    [event] = _events(written(write_ics, [exported(occurred=occurred)]))
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (start, end)


def test_a_time_is_a_moment_in_utc() -> None:
    """A time with an offset is written in UTC, and has no end of its own."""
    [event] = _events(written(write_ics, [exported(occurred="2024-10-14T01:30:00+03:00")]))
    assert event.decoded("DTSTART") == datetime(2024, 10, 13, 22, 30, tzinfo=UTC)
    assert "DTEND" not in event


def test_a_retracted_statement_is_cancelled_under_the_same_id() -> None:
    """A calendar that has the event already learns that it is cancelled."""
    before = _events(written(write_ics, [exported(occurred="2024")]))
    after = _events(written(write_ics, [exported(occurred="2024", standing="retracted")]))
    assert before[0]["UID"] == after[0]["UID"]
    assert "STATUS" not in before[0]
    assert after[0]["STATUS"] == "CANCELLED"


def test_a_calendar_without_events_has_a_component() -> None:
    """RFC 5545, 3.4 wants one in every calendar, so it has the time zone of UTC; one with events
    needs none."""
    empty = Calendar.from_ical(written(write_ics, []))
    assert [component.name for component in empty.subcomponents] == ["VTIMEZONE"]
    full = Calendar.from_ical(written(write_ics, [exported(occurred="2024-10-13")]))
    assert [component.name for component in full.subcomponents] == ["VEVENT"]
