"""A file of each known format, and the statements that are made of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from service.interchange.formats.known import open_mapped
from service.interchange.mappings.checking import faults_of_row
from service.interchange.mappings.composer import Composer
from service.interchange.mappings.loss import LossAccount

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


def one(tmp_path: Path, name: str, number: int = 0) -> dict[str, Any]:
    file, content = FILES[name]
    path = tmp_path / file
    path.write_text(content)
    with composed(path, name) as (statements, _):
        return statements[number]
