"""TimelineJS, by the rules of its JSON format."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.interchange.writers.loss import LossCount
from service.interchange.writers.timelinejs import LOSSES, write_timelinejs
from tests.rows import each_row
from tests.searches import examples
from tests.unit.service.interchange.writers.drawn import statements
from tests.unit.service.interchange.writers.made import as_exported, exported, written

_PARTS = ["year", "month", "day", "hour", "minute", "second"]


def _events(file: bytes) -> list[dict[str, Any]]:
    document = json.loads(file)
    assert {*document} == {"title", "events"}
    events: list[dict[str, Any]] = document["events"]
    return events


@examples(1 / 2)
@given(st.lists(statements(), max_size=2))
def test_every_slide_is_valid(shown: list[dict[str, Any]]) -> None:
    """A slide has a date to begin with, of numbers with none missing before a smaller one, ids that
    are unique, and text that is no markup; what has no date is counted as left out."""
    shown = [each | {"id": f"s{n}"} for n, each in enumerate(shown)]
    batch = as_exported(shown)
    events = _events(written(write_timelinejs, batch, []))
    assert len({event["unique_id"] for event in events}) == len(events)
    for event in events:
        for date in (event["start_date"], event.get("end_date", {"year": 1})):
            assert [*date] == _PARTS[: len(date)]
            assert all(isinstance(part, int) for part in date.values())
        text = event["text"]["headline"] + event["text"]["text"]
        assert "<" not in text.replace("<p>", "").replace("</p>", "").replace("<br>", "")
    count = LossCount(LOSSES)
    count.add(batch)
    left_out = [lost.statements for lost in count.lost() if lost.field == "statement"]
    assert sum(left_out) == len(shown) - len(events)


@each_row(
    ("occurred", "dates"),
    [
        ("2024", {"start_date": {"year": 2024}}),
        ("2024-10", {"start_date": {"year": 2024, "month": 10}}),
        ("-0044-03-15", {"start_date": {"year": -44, "month": 3, "day": 15}}),
        (
            "2024-10/2025",
            {"start_date": {"year": 2024, "month": 10}, "end_date": {"year": 2025}},
        ),
        (
            "2024-10-13T09:30:00",
            {"start_date": dict(zip(_PARTS, (2024, 10, 13, 9, 30, 0), strict=True))},
        ),
    ],
)
def test_a_plain_date_is_written_as_it_is(occurred: str, dates: dict[str, Any]) -> None:
    """Nothing is added to a year or to a month, and nothing is lost of it."""
    [event] = _events(written(write_timelinejs, [exported(occurred=occurred)]))
    assert {name: event[name] for name in event if name.endswith("_date")} == dates


def test_a_vague_date_is_shown_as_it_was_written() -> None:
    """A reader sees what was written instead of the outermost days."""
    [event] = _events(written(write_timelinejs, [exported(occurred="2025-04~")]))
    assert event["display_date"] == "2025-04~"
    assert event["end_date"] == {"year": 2025, "month": 4, "day": 30}


def test_a_time_with_an_offset_is_shown_in_utc() -> None:
    """The slide stands at the second in UTC, and shows what was written."""
    [event] = _events(written(write_timelinejs, [exported(occurred="2024-10-14T01:30:00+03:00")]))
    assert event["start_date"] == dict(zip(_PARTS, (2024, 10, 13, 22, 30, 0), strict=True))
    assert event["display_date"] == "2024-10-14T01:30:00+03:00"
    assert "end_date" not in event
