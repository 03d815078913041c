"""What real records hold goes in, comes back, and is found."""

from __future__ import annotations

from typing import Any

from tests.acceptance.writes import paths, post, refused
from tests.rows import each_row
from tests.serving import Timeline, said

WHOLE: dict[str, Any] = {
    "id": "treaty",
    "kind": "agreement",
    "text": "They signed.",
    "language": "en",
    "said": {"by": "North Korea", "with": ["Russia / РФ"], "on": None, "via": []},
    "occurred": "2024",
    "about": [{"actor": "Ukraine", "role": "target"}, {"actor": "KCNA", "role": None}],
    "places": [],
    "quantities": [],
    "sources": [],
    "rating": {"label": "False", "value": "1", "best": "5", "worst": None},
    "tags": ["договір", "2024"],
    "origin": {"dataset": "claims.csv", "id": "17|a", "url": "https://a.example", "sha256": None},
    "extra": {"Notes": "secretword", "Empty": ""},
}


async def test_a_whole_statement_comes_back_as_it_was_recorded(timeline: Timeline) -> None:
    """Every member as it was sent; written in another way it is the same statement, and what is
    left out is null or empty."""
    await timeline.record(WHOLE, said("b", by=None))
    shown = (await timeline.get("/statements/treaty", min_revision=3)).json()
    assert {name: shown[name] for name in WHOLE} == WHOLE
    other = WHOLE | {"about": [WHOLE["about"][0], "KCNA"], "tags": ["ДОГОВІР", "2024"]}
    again = await post(timeline, "/statements", other)
    assert (again.status_code, again.json()["items"][0]["duplicate"]) == (200, True)
    bare = (await timeline.get("/statements/b")).json()
    assert (bare["said"]["by"], bare["said"]["with"], bare["about"]) == (None, [], [])
    assert [bare[name] for name in ("rating", "origin", "retraction")] == [None] * 3
    assert bare["extra"] == {}
    [event] = (await timeline.get("/events", after=1, limit=1)).json()["items"]
    assert (event["version"], event["data"]) == (2, WHOLE)


@each_row(
    ("asked", "found"),
    [
        ({"by": "russia / рф"}, ["treaty"]),
        ({"by": "North Korea"}, ["treaty"]),
        ({"actor": "Ukraine", "role": "target"}, ["treaty"]),
        ({"actor": "KCNA", "role": "target"}, []),
        ({"role": ["victim", "target"]}, ["treaty"]),
        ({"dataset": "claims.csv", "origin_id": "17|a"}, ["treaty"]),
        ({"origin_id": "17"}, []),
        ({"tag": "ДОГОВІР"}, ["treaty"]),
        ({"q": "russia"}, ["treaty"]),
        ({"q": "secretword"}, []),
    ],
)
async def test_a_record_is_found_by_what_it_holds(
    timeline: Timeline, asked: dict[str, Any], found: list[str]
) -> None:
    """Each speaker, whom it is about as what, where it came from; further columns by nobody."""
    sent = [WHOLE, said("b", by=None)]  # the same in each row, and recorded once
    await timeline.client.post(f"{timeline.path}/statements", json=sent)
    answer = await timeline.get("/statements", min_revision=3, **asked)
    assert [item["id"] for item in answer.json()["items"]] == found


async def test_a_joint_statement_supports_nobody_who_said_it(timeline: Timeline) -> None:
    """Support counts for standing where all are known and none of the one is of the other."""
    await timeline.record(WHOLE, said("b", by="Russia / РФ"), said("c", by=None), said("d", by="X"))
    for place, (source, standing) in enumerate(
        (("b", "asserted"), ("c", "asserted"), ("d", "corroborated")), 6
    ):
        relation = {"relation": "supports", "target": "treaty"}
        await post(timeline, f"/statements/{source}/relations", relation)
        shown = (await timeline.get("/statements/treaty", min_revision=place)).json()
        assert (shown["standing"], shown["supports"]) == (standing, place - 5)


async def test_what_no_record_can_hold_is_reported_at_its_place(timeline: Timeline) -> None:
    """All of it at once."""
    wrong = WHOLE | {
        "said": {"by": None, "with": ["a\u200bb"], "on": None},
        "about": ["a  b", {"actor": "x", "role": "Target"}],
        "rating": {"value": "1"},
        "origin": {"url": "ftp://a"},
        "extra": {"a/b": 7},
    }
    body = refused(await post(timeline, "/statements", wrong), "invalid-request", 400)
    assert {*paths(body)} == {
        "/said/with/0",
        "/about/0",
        "/about/1/role",
        "/rating/label",
        "/origin/url",
        "/extra/a~1b",
    }
    [told] = [e for e in body["errors"] if e["path"] == "/said/with/0"]
    assert told["message"].startswith("U+200B ZERO WIDTH SPACE at character 2")
