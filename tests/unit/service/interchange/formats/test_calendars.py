"""iCalendar: what is cut off is refused, and what breaks the rules is a row of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service.interchange.formats.calendars import event_rows
from service.interchange.formats.known import open_mapped
from service.interchange.mappings.composer import Composer
from service.interchange.tables.limits import TableRefused

_EVENT = "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:A\r\nEND:VEVENT\r\n"


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (f"BEGIN:VCALENDAR\r\n{_EVENT}BEGIN:VEVENT\r\nUID:2\r\n", 6, "no END:VEVENT"),
        (f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:2\r\n{_EVENT}", 2, "no END:VEVENT"),
        (f"BEGIN:VCALENDAR\r\n{_EVENT}", None, "before its END:VCALENDAR"),
    ],
)
def test_a_calendar_that_is_cut_off_is_refused(
    tmp_path: Path, content: str, line: int | None, words: str
) -> None:
    """An event that never ends, or a calendar that does not, is not passed over in silence."""
    path = tmp_path / "c.ics"
    path.write_text(content)
    with pytest.raises(TableRefused, match=words) as refused:
        list(event_rows(path))
    assert refused.value.line == line


def test_an_event_that_breaks_the_rules_is_a_broken_row(tmp_path: Path) -> None:
    """Two beginnings, a duration behind no time, half a day, a day that there is not or a time zone
    whose name never ends, stop no other event; the reason has words of calendars, not of ours."""
    wrong = (
        "DTSTART:20240301\r\nDTSTART:20240302",
        "DTSTART:x\r\nDURATION:PT1H",
        "DTSTART:2024023",
        "DTSTART:99999999T999999Z",
        "DTSTART:20240301\r\nDURATION:P9X",
        f"DTSTART;TZID={'A/' * 100_000}:20240301T000000",
    )
    events = [f"BEGIN:VEVENT\r\nUID:{n}\r\n{text}\r\nEND:VEVENT" for n, text in enumerate(wrong)]
    good = "BEGIN:VEVENT\r\nUID:g\r\nDTSTART;VALUE=DATE:20240301\r\nSUMMARY:x\r\nEND:VEVENT"
    path = tmp_path / "a.ics"
    path.write_text("\r\n".join(["BEGIN:VCALENDAR", *events, good, "END:VCALENDAR\r\n"]))
    rows = list(event_rows(path))
    assert [row.broken is None for row in rows] == [False] * len(wrong) + [True]
    assert rows[-1].cells["when"] == "2024-03-01"
    assert not any("object" in row.broken.reason for row in rows if row.broken)


def test_a_character_may_be_cut_by_a_fold_and_must_be_whole_otherwise(tmp_path: Path) -> None:
    """A byte of another encoding in one of many events breaks that event, and is not recorded as
    U+FFFD."""
    text = "Größe".encode()
    cut = text[:3] + b"\r\n " + text[3:]
    events = [
        b"BEGIN:VEVENT\r\nUID:%d\r\nDTSTART:20240301\r\nSUMMARY:%b\r\nEND:VEVENT" % (n, summary)
        for n, summary in enumerate([text, cut, "Größe".encode("latin-1")])
    ]
    path = tmp_path / "a.ics"
    path.write_bytes(b"\r\n".join([b"BEGIN:VCALENDAR", *events, b"END:VCALENDAR", b""]))
    rows = list(event_rows(path))
    assert [row.cells.get("SUMMARY") for row in rows] == ["Größe", "Größe", None]
    assert rows[2].broken is not None


def test_an_organizer_keeps_name_and_address(tmp_path: Path) -> None:
    """The name stands in a parameter of the address, and both are kept."""
    path = tmp_path / "a.ics"
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", "SUMMARY:x"]
    lines += ['ORGANIZER;CN="Doe, Jane":mailto:j@a.example', "END:VEVENT", "END:VCALENDAR", ""]
    path.write_bytes("\r\n".join(lines).encode())
    (row,) = event_rows(path)
    assert row.cells["ORGANIZER"] == "Doe, Jane (mailto:j@a.example)"


@pytest.mark.parametrize(
    ("lines", "occurred", "extra"),
    [
        (
            "DTSTART:20240305T100000Z\nDTEND:20240305T120000Z",
            "2024-03-05T10:00:00Z",
            {"ends": "2024-03-05T12:00:00Z"},
        ),
        (
            "DTSTART:20240305T100000Z\nDURATION:PT90M",
            "2024-03-05T10:00:00Z",
            {"ends": "2024-03-05T11:30:00Z"},
        ),
        (
            "DTSTART:20240305T090000Z\nDTEND:20240307T170000Z",
            "2024-03-05/2024-03-07",
            {"begins": "2024-03-05T09:00:00Z", "ends": "2024-03-07T17:00:00Z"},
        ),
        ("DTSTART;VALUE=DATE:20240305\nDTEND;VALUE=DATE:20240308", "2024-03-05/2024-03-07", {}),
        ("DTSTART:20240305T100000Z", "2024-03-05T10:00:00Z", {}),
    ],
)
def test_times_of_day_that_a_date_has_no_room_for_are_kept(
    tmp_path: Path, lines: str, occurred: str, extra: dict[str, str]
) -> None:
    """An interval has days only; when the event begins and ends is not lost."""
    statement = _only_statement(tmp_path, lines)
    assert statement["occurred"] == occurred
    assert statement.get("extra", {}) == extra


def test_a_position_without_a_name_is_kept(tmp_path: Path) -> None:
    """A place has a name: without LOCATION, GEO is a further field; with one, it is the place's."""
    assert _only_statement(tmp_path, "GEO:46.2;6.1")["extra"] == {"position": "46.2;6.1"}
    named = _only_statement(tmp_path, "GEO:46.2;6.1\nLOCATION:Geneva")
    assert [(one["name"], one["latitude"]) for one in named["places"]] == [("Geneva", 46.2)]
    assert "extra" not in named


def _only_statement(folder: Path, lines: str) -> dict[str, Any]:
    path = folder / "a.ics"
    event = f"BEGIN:VEVENT\nUID:1\nSUMMARY:x\n{lines}\nEND:VEVENT"
    path.write_text(f"BEGIN:VCALENDAR\n{event}\nEND:VCALENDAR\n")
    with open_mapped(path, "ics") as (mapping, table):
        (row,) = table.rows
        return Composer(mapping).compose(row).statement
