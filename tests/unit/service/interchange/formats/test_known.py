"""The known formats: recognized by their look, and read by mappings that are files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from events.errors import InvalidInput
from service.interchange.formats.known import FORMATS, known_mapping, look_of, open_mapped
from service.interchange.formats.looks import kind_of_lines
from service.interchange.formats.own_table import OWN_TABLE
from service.interchange.formats.packages import PACKAGE
from service.interchange.mappings.checking import faults_of_row
from service.interchange.mappings.composer import Composer
from service.interchange.mappings.loss import LossAccount
from service.interchange.mappings.mapping import mapping_of
from service.interchange.tables.limits import TableRefused

UCDP = (
    "id,relid,year,type_of_violence,conflict_name,dyad_name,side_a,side_b,source_office,"
    "source_headline,where_prec,where_coordinates,adm_1,latitude,longitude,geom_wkt,"
    "priogrid_gid,country,region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,"
    "deaths_civilians,deaths_unknown,best,high,low\n"
    "244657,IRQ-2017-1-524-322,2017,1,Iraq: Government,Government of Iraq - IS,"
    "Government of Iraq,IS,Reuters,Four die in attack,1,Baghdad city,Baghdad province,33.34,44.39,"
    "POINT (44.39 33.34),178169,Iraq,Middle East,1,1,2017-07-31 00:00:00.000,"
    "2017-07-31 00:00:00.000,0,4,0,2,6,6,5\n"
    "412700,IRQ-2021-1-524-145,2021,3,IS - Civilians,IS - Civilians,IS,Civilians,AFP,,2,Mosul,,"
    "36.3,43.1,,,Iraq,Middle East,2,4,2021-08-01 00:00:00.000,2021-08-31 00:00:00.000,0,0,13,0,13,"
    "141,13\n"
)
ACLED = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,"
    "assoc_actor_1,actor2,country,admin1,location,latitude,longitude,geo_precision,source,notes,"
    "fatalities,timestamp\n"
    'UKR1,"01 January 2024",2024,1,Political violence,Battles,Armed clash,'
    "Military Forces of Ukraine,A; B,Military Forces of Russia,Ukraine,Donetsk,Avdiivka,48.14,"
    '37.74,1,ISW; Kyiv Post,"On 1 January, forces clashed.",10,1704800000\n'
    "UKR2,2024-01-15,2024,3,Demonstrations,Protests,Peaceful protest,Protesters,,,Ukraine,Kyiv,"
    "Kyiv,50.45,30.52,1,Local,In January people protested.,0,1704800001\n"
)
SLIDES = {
    "title": {"text": {"headline": "Title", "text": "<p>x</p>"}},
    "events": [
        {
            "start_date": {"year": "2012", "month": 8, "day": "9"},
            "end_date": {"year": 2012, "month": 8, "day": 11},
            "text": {"headline": "A Life &amp; a Song", "text": "<p>She <b>sang</b>.</p>"},
            "media": {
                "url": "https://a.example/x",
                "caption": "A <i>picture</i>",
                "credit": "AP",
                "thumbnail": "t.jpg",
            },
            "group": "Whitney Houston",
            "unique_id": "a-life",
            "display_date": "Around August",
        },
        {"start_date": {"year": "-44"}, "text": {"headline": "Only a headline"}},
    ],
}
REVIEW = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://checks.example/moon",
    "claimReviewed": "The moon is flat.",
    "datePublished": "2024-03-01",
    "author": {"@type": "Organization", "name": "Checks"},
    "itemReviewed": {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "A. Flat"},
        "datePublished": "2024-02-20",
        "appearance": [{"@type": "CreativeWork", "url": "https://post.example/1"}],
    },
    "reviewRating": {"ratingValue": "1", "bestRating": 5, "alternateName": "False"},
}
CLAIMS = {
    "claims": [
        {
            "text": "The moon is flat.",
            "claimant": "A. Flat",
            "claimDate": "2024-02-20T00:00:00Z",
            "claimReview": [
                {
                    "publisher": {"name": "Checks", "site": "checks.example"},
                    "url": "https://checks.example/moon",
                    "title": "Is the moon flat?",
                    "reviewDate": "2024-03-01T00:00:00Z",
                    "textualRating": "False",
                    "languageCode": "en",
                }
            ],
        }
    ],
    "nextPageToken": "x",
}
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:1@x.example\r\n"
    "DTSTAMP:20240101T000000Z\r\nDTSTART;VALUE=DATE:20240301\r\nDTEND;VALUE=DATE:20240304\r\n"
    "SUMMARY:Talks\\, day one\r\nDESCRIPTION:In Geneva\r\nLOCATION:Geneva\r\n"
    "GEO:46.2;6.1\r\nCATEGORIES:Peace Talks,UN\r\nURL:https://un.example/1\r\n"
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:no\r\nEND:VALARM\r\n"
    "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:2@x.example\r\nDTSTART:20240301T100000Z\r\n"
    "DURATION:PT1H\r\nSUMMARY:A call\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
ATOM = (
    '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
    'xml:lang="de"><title>Nachrichten</title><id>urn:x</id><updated>2024-03-02T00:00:00Z</updated>'
    "<entry><id>urn:x:1</id><title>Titel</title><updated>2024-03-02T10:00:00Z</updated>"
    "<published>2024-03-01T10:00:00Z</published><author><name>Ministerium</name></author>"
    '<link href="https://a.example/1"/><category term="Politik"/>'
    '<content type="html">&lt;p&gt;Ein Text.&lt;/p&gt;</content></entry></feed>'
)
FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "News",
    "items": [
        {
            "id": "1",
            "url": "https://a.example/1",
            "title": "Title",
            "content_html": "<p>A text.</p>",
            "date_published": "2024-03-01T10:00:00Z",
            "authors": [{"name": "Ministry"}, {"name": "Army"}],
            "tags": ["Politics"],
        }
    ],
}
FILES: dict[str, tuple[str, str]] = {
    "ucdp-ged": ("ged.csv", UCDP),
    "acled": ("acled.csv", ACLED),
    "timelinejs": ("t.json", json.dumps(SLIDES)),
    "claimreview": ("c.json", json.dumps({"@graph": [{"@type": "WebPage"}, REVIEW]})),
    "factcheck": ("f.json", json.dumps(CLAIMS)),
    "ics": ("c.ics", ICS),
    "atom": ("a.xml", ATOM),
    "jsonfeed": ("feed.json", json.dumps(FEED)),
    "timelinejs-sheet": (
        "t.csv",
        "Year,Month,Day,Time,End Year,End Month,End Day,Display Date,Headline,Text,Media,Group\n"
        "2024,3,,,2024,4,,,Head,<p>Text</p>,https://a.example/1,G\n",
    ),
}


@contextmanager
def composed(path: Path, name: str) -> Iterator[tuple[list[dict[str, Any]], LossAccount]]:
    with open_mapped(path, name) as (mapping, table):
        account, composer = LossAccount(mapping), Composer(mapping)
        statements = []
        for row in table.rows:
            found = composer.compose(row)
            assert found.faults == []
            assert faults_of_row(found.statement, found.trail) == []
            account.accept(row, found)
            statements.append(found.statement)
        yield statements, account


@pytest.mark.parametrize("name", FILES)
def test_a_format_is_known_by_its_look_and_gives_statements(tmp_path: Path, name: str) -> None:
    """Each file is recognized, every row of it is a statement by the rules, and nothing of it is
    lost unsaid."""
    file, content = FILES[name]
    path = tmp_path / file
    path.write_text(content)
    assert look_of(path) == name
    with composed(path, name) as (statements, account):
        assert statements
        dropped = {column for column, loss in account.columns.items() if loss.dropped}
        assert dropped <= {"media.thumbnail", "display_date", "id", "url"}


def one(tmp_path: Path, name: str, number: int = 0) -> dict[str, Any]:
    file, content = FILES[name]
    path = tmp_path / file
    path.write_text(content)
    with composed(path, name) as (statements, _):
        return statements[number]


def test_ucdp_keeps_its_dates_and_numbers(tmp_path: Path) -> None:
    """An exact day is that day, a month is one of its days, and low, best and high are apart."""
    exact, vague = (one(tmp_path, "ucdp-ged", n) for n in (0, 1))
    assert exact["occurred"] == "2017-07-31"
    assert vague["occurred"] == "[2021-08-01..2021-08-31]"
    assert vague["quantities"][0] == {
        "what": "deaths",
        "low": "13",
        "best": "13",
        "high": "141",
        "unit": "person",
    }
    assert exact["about"][0] == {"actor": "Government of Iraq", "role": "side-a"}
    assert vague["tags"][0] == "one-sided-violence"


def test_acled_keeps_its_precision(tmp_path: Path) -> None:
    """A day is a day, and a month is a month; several sources and allies are several."""
    exact, vague = (one(tmp_path, "acled", n) for n in (0, 1))
    assert (exact["occurred"], vague["occurred"]) == ("2024-01-01", "2024-01")
    assert [source["title"] for source in exact["sources"]] == ["ISW", "Kyiv Post"]
    assert [about["actor"] for about in exact["about"]][1:3] == ["A", "B"]


@pytest.mark.parametrize(
    ("content", "columns", "text"),
    [
        (
            UCDP,
            "id,conflict_name,side_a,side_b,date_start,date_end,best",
            "Iraq: Government, Government of Iraq - IS",
        ),
        (
            UCDP,
            "id,country,side_a,side_b,date_start,date_end,best",
            "Government of Iraq - IS, Iraq",
        ),
        (
            ACLED,
            "event_id_cnty,event_date,event_type,actor1,location,fatalities",
            "Battles, Military Forces of Ukraine, Avdiivka",
        ),
        (ACLED, "event_id_cnty,event_date,country,fatalities", "Ukraine"),
        (ACLED, "event_id_cnty,event_date,country,notes", "On 1 January, forces clashed."),
    ],
)
def test_a_known_table_with_some_of_its_columns_comes_in_with_these(
    tmp_path: Path, content: str, columns: str, text: str
) -> None:
    """A text is made of the columns that there are, without signs where others would stand."""
    path = tmp_path / "few.csv"
    with path.open("w", newline="") as file:
        few = csv.DictWriter(file, columns.split(","), extrasaction="ignore")
        few.writeheader()
        few.writerows(csv.DictReader(io.StringIO(content)))
    name = look_of(path)
    assert name is not None
    with open_mapped(path, name) as (mapping, table):
        found = [Composer(mapping).compose(row) for row in table.rows]
    assert [each.faults + faults_of_row(each.statement, each.trail) for each in found] == [[], []]
    assert found[0].statement["text"] == text


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
    """Their makers may put HTML there: its words are a quotation, and a frame has an address."""
    words = "<blockquote>She sang. <cite>A critic</cite></blockquote>"
    frame = "<iframe width=1 src='//video.example/1?a=1&amp;b=2'></iframe>"
    media = [{"url": words}, {"url": words, "caption": "A review"}, {"url": frame}]
    slides = [{"start_date": {"year": 2024}, "text": {"headline": "A"}, "media": m} for m in media]
    (tmp_path / "t.json").write_text(json.dumps({"events": slides}))
    rows = [["Year", "Headline", "Media", "Media Caption"]]
    rows += [["2024", "A", m["url"], m.get("caption", "")] for m in media]
    with (tmp_path / "t.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    for name in ("t.json", "t.csv"):
        with composed(tmp_path / name, "timelinejs") as (statements, _):
            quoted, named, framed = (statement["sources"][0] for statement in statements)
        assert (quoted["title"], quoted["quote"]) == ("She sang. A critic",) * 2
        assert (named["title"], named["quote"]) == ("A review", "She sang. A critic")
        assert framed["url"] == "https://video.example/1?a=1&b=2"


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


def test_every_known_format_has_a_mapping_that_can_be_read() -> None:
    """Each is a file of the project under the name by which --map takes it."""
    for name in FORMATS:
        if name not in (OWN_TABLE, PACKAGE):
            assert known_mapping(name).name == name


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('{"timeline":"t","revision":1,"type":"x","subject":"y","digest":"z"}', "events"),
        ('{"put": {}, "reason": "x"}', "commands"),
        ('{"statement": {}}', "commands"),
        ('{"statement": {}, "other": 1}', None),
        ("[1]", None),
        ("text", None),
    ],
)
def test_our_own_lines_are_known(tmp_path: Path, line: str, kind: str | None) -> None:
    """Events have their header, commands exactly one key."""
    path = tmp_path / "lines.ndjson"
    path.write_text(line + "\n")
    assert kind_of_lines(path.read_bytes().splitlines()) == kind


def test_a_mapping_for_other_columns_is_refused_before_a_row_is_read(tmp_path: Path) -> None:
    """A name that is mistyped, or a column that is gone, would leave a field of every statement
    empty. What is only ignored may be gone, objects may lack any member, and a file of refused rows
    may lack a column of later rows."""
    path = tmp_path / "claims.csv"
    said = {"by": {"column": "Hwo"}, "on": {"column": "When"}}
    statement = {"kind": {"value": "claim"}, "text": {"column": "What"}, "said": said}
    ours = {"statement": statement, "ignore": ["Gone"]}
    resource = {"name": "claims", "path": "claims.csv", "onrecord": ours}
    mapping = mapping_of({"name": "claims", "resources": [resource]})
    path.write_text("Who,What\nA,x\n")
    with pytest.raises(InvalidInput) as caught, open_mapped(path, mapping):
        pass
    at = "/resources/0/onrecord/statement/said"
    assert [fault.path for fault in caught.value.faults] == [f"{at}/by/column", f"{at}/on/column"]
    for content in ("Hwo,When,What\nA,2024,x\n", '{"What": "x"}\n', "What,_line,_reason\nx,2,y\n"):
        path = tmp_path / ("rows.jsonl" if content.startswith("{") else "claims.csv")
        path.write_text(content)
        with open_mapped(path, mapping) as (_, table):
            assert len(list(table.rows)) == 1
