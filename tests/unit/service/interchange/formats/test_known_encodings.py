"""Known formats in whatever they are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.interchange.formats.known import look_of, open_mapped

_FEED = '<?xml version="1.0" encoding="{}"?><feed xmlns="http://www.w3.org/2005/Atom">'
_ENTRY = "<entry><id>e</id><title>Größe</title><updated>2024-01-01T00:00:00Z</updated></entry>"
_REVIEW = {"@type": "ClaimReview", "claimReviewed": "Größe", "url": "http://e.org/"}
_SLIDE = {"start_date": {"year": 2012}, "text": {"headline": "Größe"}}
_CALENDAR = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", "SUMMARY:Größe", "END:VEVENT"]
_SAID_TWICE = [{"content_text": "Größe", "id": str(n)} for n in range(2)]
_WRITTEN = [
    ("timelinejs", json.dumps({"events": [_SLIDE]}, ensure_ascii=False)),
    ("claimreview", json.dumps([_REVIEW], ensure_ascii=False)),
    ("claimreview", f"{json.dumps(_REVIEW, ensure_ascii=False)}\n" * 2),
    ("ics", "\r\n".join([*_CALENDAR, "END:VCALENDAR", ""])),
    (
        "jsonfeed",
        json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", "items": _SAID_TWICE},
            ensure_ascii=False,
        ),
    ),
]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
@pytest.mark.parametrize(("format_", "text"), _WRITTEN)
def test_a_known_format_is_read_in_whatever_it_is_written(
    tmp_path: Path, format_: str, text: str, encoding: str
) -> None:
    """The encoding is found out and said, and no letter becomes another."""
    path = tmp_path / "file.json"
    path.write_bytes(text.encode(encoding))
    assert look_of(path) == format_
    with open_mapped(path, format_) as opened:
        rows = list(opened.table.rows)
        assert opened.table.facts.encoding == encoding.removesuffix("-sig")
        assert opened.table.facts.notes
    assert rows
    assert all("Größe" in json.dumps(row.cells, ensure_ascii=False) for row in rows)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_a_feed_says_itself_what_it_is_written_in(tmp_path: Path, encoding: str) -> None:
    """It is known by its look all the same."""
    path = tmp_path / "a.xml"
    path.write_bytes(f"{_FEED.format(encoding)}{_ENTRY}</feed>".encode(encoding))
    assert look_of(path) == "atom"
    with open_mapped(path, "atom") as opened:
        assert [row.cells["title"] for row in opened.table.rows] == ["Größe"]
