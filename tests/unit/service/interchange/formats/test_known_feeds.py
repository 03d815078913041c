"""Known formats that are no tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from service.interchange.formats.known import open_mapped
from service.interchange.tables.limits import TableRefused
from tests.unit.service.interchange.formats.files import (
    composed,
    one,
)


def test_slides_have_their_dates_texts_and_media(tmp_path: Path) -> None:
    """The headline is the first paragraph, HTML becomes text, the parts of a date one date."""
    slide = one(tmp_path, "timelinejs")
    assert slide["id"] == "a-life"
    assert slide["text"] == "A Life & a Song\n\nShe sang."
    assert slide["occurred"] == "2012-08-09/2012-08-11"
    assert slide["said"]["by"] == "Whitney Houston"
    source = slide["sources"][0]
    assert (source["title"], source["publisher"]) == ("A picture", "AP")
    assert one(tmp_path, "timelinejs", 1)["occurred"] == "-0044"
    sheet = one(tmp_path, "timelinejs-sheet")
    assert sheet["occurred"] == "2024-03/2024-04"
    with composed(tmp_path / "t.csv", "timelinejs") as (statements, _):
        assert statements == [sheet]


def test_slides_with_a_quotation_or_a_frame_as_media_are_no_bad_links(tmp_path: Path) -> None:
    """Their makers may put HTML there: its words are a quotation, and a frame has an address. An
    address may leave out `https:`; the path of a picture of the site is none, and counts as
    dropped."""
    words = "<blockquote>She sang. <cite>A critic</cite></blockquote>"
    frame = "<iframe width=1 src='//video.example/1?a=1&amp;b=2'></iframe>"
    media = [{"url": words}, {"url": words, "caption": "A review"}, {"url": frame}]
    media += [{"url": "//farm.example/1.jpg"}, {"url": "/static/2.jpg"}, {"url": "img/3.jpg"}]
    slides = [{"start_date": {"year": 2024}, "text": {"headline": "A"}, "media": m} for m in media]
    (tmp_path / "t.json").write_text(json.dumps({"events": slides}))
    rows = [["Year", "Headline", "Media", "Media Caption"]]
    rows += [["2024", "A", m["url"], m.get("caption", "")] for m in media]
    with (tmp_path / "t.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    for name in ("t.json", "t.csv"):
        with composed(tmp_path / name, "timelinejs") as (statements, account):
            found = [statement.get("sources", [{}])[0] for statement in statements]
        quoted, named, framed, short, *paths = found
        assert (quoted["title"], quoted["quote"]) == ("She sang. A critic",) * 2
        assert (named["title"], named["quote"]) == ("A review", "She sang. A critic")
        assert framed["url"] == "https://video.example/1?a=1&b=2"
        assert (short["url"], paths) == ("https://farm.example/1.jpg", [{}, {}])
        column = "media.url (path)" if name == "t.json" else "Media (path)"
        assert account.columns[column].dropped == 2


def test_reviews_are_claims_with_a_verdict(tmp_path: Path) -> None:
    """Who claimed it speaks; the checker is the source; the verdict is the rating on its scale."""
    review = one(tmp_path, "claimreview")
    assert review["said"] == {"by": "A. Flat", "on": "2024-02-20"}
    assert review["rating"] == {"label": "False", "value": "1", "best": "5"}
    assert [source["url"] for source in review["sources"]] == [
        "https://checks.example/moon",
        "https://post.example/1",
    ]
    claim = one(tmp_path, "factcheck")
    assert claim["rating"] == {"label": "False"}
    assert claim["sources"][0]["publisher"] == "Checks"


def test_calendars_and_feeds_have_days_and_speakers(tmp_path: Path) -> None:
    """The last day of an event is the one before its end; an entry was said by its author when it
    was published."""
    first, second = (one(tmp_path, "ics", n) for n in (0, 1))
    assert first["occurred"] == "2024-03-01/2024-03-03"
    assert first["text"] == "Talks, day one\n\nIn Geneva"
    assert first["tags"] == ["peace-talks", "un"]
    assert second["occurred"] == "2024-03-01T10:00:00Z"
    entry = one(tmp_path, "atom")
    assert entry["said"] == {"by": "Ministerium", "on": "2024-03-01T10:00:00Z"}
    assert (entry["text"], entry["language"]) == ("Titel\n\nEin Text.", "de")
    assert one(tmp_path, "jsonfeed")["said"]["with"] == ["Army"]


def test_a_feed_with_entities_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """Nothing that a feed declares is opened, and no object of a library is shown."""
    path = tmp_path / "a.xml"
    path.write_text(
        '<!DOCTYPE x [<!ENTITY a "b">]><feed xmlns="http://www.w3.org/2005/Atom"><title>&a;</title></feed>'
    )
    with (
        pytest.raises(TableRefused, match=r"declares entities.* without a DOCTYPE\.$"),
        open_mapped(path, "atom") as (_, table),
    ):
        list(table.rows)
