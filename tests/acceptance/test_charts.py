"""Searching and counting, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rows import each_row
from tests.serving import Timeline, said

_SOURCE = {"id": "paper", "title": "Élysée briefing", "quote": "since last October"}


async def _record(timeline: Timeline) -> None:
    await timeline.record(
        said("a", text="Між 11,000 і 12,000 військових ЁЛКА.", by="Syrskyi", occurred="2024-10"),
        said(
            "b",
            text="북한군이 쿠르스크에 있다",
            occurred="2024-12-30/2025-01",
            tags=["storm-corps"],
        ),
        said("c", text="STRASSE, training ground", occurred="../2024", sources=[_SOURCE]),
        said("d", text="Training of the storm corps", places=[{"name": "Kursk region"}]),
    )
    dispute = {"relation": "disputes", "target": "a"}
    answer = await timeline.client.post(f"{timeline.path}/statements/b/relations", json=dispute)
    assert answer.status_code == 201, answer.text
    await timeline.get("", min_revision=6)


@pytest.fixture
async def recorded(timeline: Timeline) -> Timeline:
    """A timeline with these statements, which tests only read."""
    await _record(timeline)
    return timeline


@each_row(
    ("q", "ids"),
    [
        ("військових", "a"),
        ("елка", "a"),
        ("11,000", "a"),
        ("11 12", "a"),
        ('"11 12"', ""),
        ("쿠르스크에", "b"),
        ("쿠르*", "b"),
        ("쿠르스크", "b"),
        ("-쿠르스크", "acd"),
        ("straße", "c"),
        ("elysee", "c"),
        ('"last october"', "c"),
        ('"ground élysée"', ""),
        ("training", "cd"),
        ("training -corps", "c"),
        ('-training -"storm corps"', "a"),
        ("storm", "bd"),
        ("kursk", "d"),
        ("syrskyi", "a"),
        ("", "abcd"),
        ("%% \x00 ^:{}()", ""),
        ('"', "abcd"),
        ("AND OR NOT NEAR(", ""),
        ("x" * 5_000, ""),
        ("-x " * 1_500, "abcd"),
        ("training " * 1_500, "cd"),
    ],
)
async def test_words_are_found_in_any_script(recorded: Timeline, q: str, ids: str) -> None:
    """By word, phrase, prefix and exclusion, with case and accents folded; any input is some
    question."""
    page = await recorded.get("/statements", q=q, order="recorded", count="true")
    assert page.status_code == 200, page.text
    assert [item["id"] for item in page.json()["items"]] == list(ids)
    assert page.json()["total"] == len(ids)


async def test_a_search_goes_with_filters_pages_and_earlier_moments(timeline: Timeline) -> None:
    """Either of two questions; a corrected text is found as of the time when it stood."""
    await _record(timeline)
    change = {"changes": {"text": "Nothing of the sort"}, "reason": "A slip."}
    answer = await timeline.client.post(f"{timeline.path}/statements/d/corrections", json=change)
    assert answer.status_code == 201, answer.text
    await timeline.get("", min_revision=7)

    async def ids(**asked: Any) -> list[str]:
        page = await timeline.get("/statements", order="-recorded", **asked)
        return [item["id"] for item in page.json()["items"]]

    assert await ids(q="training") == ["c"]
    assert await ids(q="training", as_of=6) == ["d", "c"]
    assert await ids(q=["sort", "strasse"]) == ["d", "c"]
    assert await ids(q=["-training", "strasse"], by="KCNA") == ["d", "c", "b"]
    first = (await timeline.get("/statements", q="training", as_of=6, limit=1)).json()
    second = (await timeline.get("/statements", cursor=first["next"])).json()
    assert [p["items"][0]["id"] for p in (first, second)] == ["c", "d"]
    assert second["next"] is None


async def test_buckets_have_no_gap_and_count_once(timeline: Timeline) -> None:
    """Months from the first to the last, the empty one included; open starts and missing dates
    are beside them, and where asked what may begin later; filters and as-of go with it."""
    await _record(timeline)
    answer = await timeline.get("/buckets", every="month")
    assert answer.headers["Onrecord-Revision"] == "6"
    assert answer.json() == {
        "items": [
            {
                "start": f"2024-{month}-01T00:00:00Z",
                "end": end,
                "count": len(standings),
                "by_standing": standings,
            }
            for month, end, standings in (
                ("10", "2024-11-01T00:00:00Z", {"disputed": 1}),
                ("11", "2024-12-01T00:00:00Z", {}),
                ("12", "2025-01-01T00:00:00Z", {"asserted": 1}),
            )
        ],
        "before": {"count": 0, "by_standing": {}},
        "undated": {"count": 2, "by_standing": {"asserted": 2}},
    }
    earlier = (await timeline.get("/buckets", every="week", q="11", as_of=5, vague="true")).json()
    assert earlier["items"] == [
        {
            "start": "2024-09-30T00:00:00Z",
            "end": "2024-10-07T00:00:00Z",
            "count": 1,
            "by_standing": {"asserted": 1},
        }
    ]
    assert earlier["vague"] == [earlier["items"][0] | {"end": "2024-11-04T00:00:00Z"}]
    recorded = (await timeline.get("/buckets", every="day", on="recorded")).json()
    assert sum(bucket["count"] for bucket in recorded["items"]) == 4


async def test_one_vague_start_forbids_no_chart(timeline: Timeline) -> None:
    """A window over one month has the days of that month, whatever reaches into it from before:
    that is counted beside the buckets."""
    await timeline.record(said("a", occurred="2019/.."), said("b", occurred="2024-06-05"))
    asked = {"every": "day", "from": "2024-06", "to": "2024-06", "min_revision": 3}
    answer = await timeline.get("/buckets", **asked)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "items": [
            {
                "start": "2024-06-05T00:00:00Z",
                "end": "2024-06-06T00:00:00Z",
                "count": 1,
                "by_standing": {"asserted": 1},
            }
        ],
        "before": {"count": 1, "by_standing": {"asserted": 1}},
        "undated": {"count": 0, "by_standing": {}},
    }


async def test_facets_count_what_is_there(timeline: Timeline) -> None:
    """Each value once a statement, the most frequent first, under any filter."""
    await _record(timeline)
    everything = (await timeline.get("/facets")).json()
    assert everything["actors"] == [
        {"value": "KCNA", "count": 3},
        {"value": "Syrskyi", "count": 1},
    ]
    assert everything["standings"] == [
        {"value": "asserted", "count": 3},
        {"value": "disputed", "count": 1},
    ]
    some = (await timeline.get("/facets", q="training", unsourced="false")).json()
    assert some == {
        "actors": [{"value": "KCNA", "count": 1}],
        "kinds": [{"value": "claim", "count": 1}],
        "tags": [],
        "places": [],
        "standings": [{"value": "asserted", "count": 1}],
        "sources": [{"value": "paper", "count": 1}],
    }


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({}, "?every"),
        ({"every": "hour"}, "?every"),
        ({"every": "day", "on": "written"}, "?on"),
        ({"every": "day", "order": "said"}, "?order"),
        ({"every": "day", "limit": "5"}, "?limit"),
        ({"every": ["day", "week"]}, "?every"),
    ],
)
async def test_buckets_refuse_what_they_do_not_take(
    timeline: Timeline, asked: dict[str, Any], path: str
) -> None:
    """Missing, unknown and foreign parameters are reported at their names."""
    answer = await timeline.get("/buckets", **asked)
    assert answer.status_code == 400
    assert [error["path"] for error in answer.json()["errors"]] == [path]


async def test_too_many_buckets_are_rejected(timeline: Timeline) -> None:
    """More than a thousand are refused with what to do."""
    await timeline.record(said("a", occurred="2020-01-01"), said("b", occurred="2024"))
    answer = await timeline.get("/buckets", every="day", min_revision=3)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/rejected")
    assert answer.json()["errors"][0]["path"] == "?every"
