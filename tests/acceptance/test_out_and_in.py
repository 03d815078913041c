"""Out and in again: what an export says comes back as the same statements."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Service, running

OWN = {"revision", "changed", "recorded_at", "corrected_at", "because", "relations", "standing"}
OWN |= {"supports", "disputes", "retraction", "credibility"}
"""What follows from other events than those of the statement itself."""

WHOLE: dict[str, Any] = {
    "id": "whole",
    "kind": "claim",
    "text": '=1+1 is "text", with a line\nbreak; and a comma.',
    "language": "de",
    "said": {
        "by": "Ministry / Army",
        "with": ["A; B", "C", "D ¦ E", "C"],
        "on": "2024-10~",
        "via": [
            {"actor": "X", "role": "agency", "on": "2024-10-13"},
            {"actor": "Y", "role": "publisher"},
        ],
    },
    "occurred": "[2024-10-01..2024-10-13]",
    "about": [{"actor": "Z", "role": "target"}, {"actor": "Q"}],
    "places": [
        {"name": "Kursk", "latitude": 51.73, "longitude": -36.19},
        {"name": "Sudzha"},
    ],
    "quantities": [
        {"what": "dead", "low": "10", "high": "12", "unit": "person"},
        {"what": "hurt", "best": "3.50", "unit": "person", "qualifier": "about"},
    ],
    "sources": [
        {
            "id": "s1",
            "title": "-Title",
            "url": "https://a.example/1",
            "quote": " @quote ¦ and more\n",
            "published": "2024",
        },
        {"id": "s2", "title": "Second"},
    ],
    "rating": {"label": "False", "value": "1", "best": "5", "worst": "1"},
    "tags": ["tag", "тег"],
    "origin": {"dataset": "other", "id": "7", "url": "https://o.example"},
    "extra": {"Column, one": " x", "=two": "'=y", "empty": "", " odd  name": "z"},
}
BARE = {"id": "bare", "kind": "report", "text": "Only this.", "said": {"by": None, "on": None}}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("round")) as service:
        yield service


class Round:
    """Timelines of one service, and what goes between them."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.service = service
        self.folder = folder

    def opened(self, *statements: dict[str, Any]) -> str:
        name = f"t-{uuid.uuid4().hex[:12]}"
        at = f"/v1/timelines/{name}"
        assert self.service.ask("PUT", at, json={"title": name}).status_code == 201
        if statements:
            answer = self.service.ask("POST", f"{at}/statements", json=list(statements))
            assert answer.status_code == 201, answer.text
            folded = {"min_revision": answer.headers["Onrecord-Revision"]}
            assert self.service.ask("GET", at, params=folded).status_code == 200
        return name

    def out(self, timeline: str, form: str, ending: str) -> Path:
        answer = self.service.ask("GET", f"/v1/timelines/{timeline}/export?format={form}")
        assert answer.status_code == 200, answer.text
        path = self.folder / f"{timeline}.{ending}"
        path.write_bytes(answer.content)
        return path

    def taken(self, path: Path, *options: str) -> str:
        name = f"t-{uuid.uuid4().hex[:12]}"
        done = self.service.program.run("import", name, str(path), "--yes", *options)
        assert done.code == 0, done.out + done.err
        return name

    def statements(self, timeline: str) -> dict[str, Any]:
        answer = self.service.ask("GET", f"/v1/timelines/{timeline}/statements?limit=500")
        return {
            item["id"]: {name: value for name, value in item.items() if name not in OWN}
            for item in answer.json()["items"]
        }


@pytest.fixture
def rounds(service: Service, tmp_path: Path) -> Round:
    return Round(service, tmp_path)


@pytest.mark.parametrize(("form", "ending"), [("csv", "csv"), ("csv-zip", "zip")])
def test_csv_out_and_in_is_the_same(rounds: Round, form: str, ending: str) -> None:
    """Every field of every statement comes back, formulas, lists and further columns included."""
    timeline = rounds.opened(WHOLE, BARE)
    copy = rounds.taken(rounds.out(timeline, form, ending))
    assert rounds.statements(copy) == rounds.statements(timeline)


def test_the_seed_comes_back_by_csv(rounds: Round) -> None:
    """A timeline of real statements is the same in another one."""
    timeline = f"t-{uuid.uuid4().hex[:12]}"
    assert rounds.service.program.run("seed", "--timeline", timeline).code == 0
    copy = rounds.taken(rounds.out(timeline, "csv", "csv"))
    assert rounds.statements(copy) == rounds.statements(timeline)


def test_timelinejs_in_out_and_in_again_is_the_same(rounds: Round) -> None:
    """Slides with and without ids, dates of every precision, media and groups."""
    slides = {
        "title": {"text": {"headline": "Title"}},
        "events": [
            {
                "start_date": {"year": "2012", "month": 8, "day": "9"},
                "end_date": {"year": 2012, "month": 8, "day": 11},
                "text": {
                    "headline": "A Life &amp; a Song",
                    "text": "<p>She <b>sang</b>.</p><p>Twice.</p>",
                },
                "media": {
                    "url": "https://a.example/x",
                    "caption": "A <i>picture</i>",
                    "credit": "AP",
                },
                "group": "Whitney Houston",
                "unique_id": "a-life",
            },
            {"start_date": {"year": "-44", "month": "3"}, "text": {"headline": "Only a headline"}},
            {
                "start_date": {"year": 2020, "month": 1, "day": 2, "hour": 3, "minute": 4},
                "text": {"text": "Only a text, a < b."},
                "media": {"url": "https://a.example/y"},
            },
        ],
    }
    path = rounds.folder / "slides.json"
    path.write_text(json.dumps(slides))
    first = rounds.taken(path)
    second = rounds.taken(rounds.out(first, "timelinejs", "json"))
    assert len(rounds.statements(first)) == 3
    assert rounds.statements(second) == rounds.statements(first)


def test_claimreview_in_out_and_in_again_is_the_same(rounds: Round) -> None:
    """But for its origin, which the loss report of the export names."""
    review = {
        "@type": "ClaimReview",
        "url": "https://checks.example/moon",
        "claimReviewed": "The moon is flat.",
        "datePublished": "2024-03-01",
        "author": {"@type": "Organization", "name": "Checks"},
        "itemReviewed": {
            "@type": "Claim",
            "author": [{"name": "A. Flat"}, {"name": "B. Flat"}],
            "datePublished": "2024-02-20",
            "appearance": [{"url": "https://post.example/1"}],
        },
        "reviewRating": {"ratingValue": "1", "bestRating": 5, "alternateName": "False"},
    }
    path = rounds.folder / "reviews.json"
    path.write_text(json.dumps([review]))
    first = rounds.taken(path)
    second = rounds.taken(rounds.out(first, "claimreview", "json"))
    (one,), (two,) = (rounds.statements(t).values() for t in (first, second))
    assert one | {"origin": None} == two | {"origin": None}
