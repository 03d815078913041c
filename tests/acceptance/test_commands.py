"""Many commands of one call, over HTTP alone."""

from __future__ import annotations

import json
import uuid
from typing import Any

import httpx

from tests.acceptance.writes import KEYS, paths, refused
from tests.serving import Timeline, said

EVERY: list[Any] = [
    {"timeline": {"title": "Kursk, 2024"}},
    {"actor": {"id": "kim", "name": "Kim Jong Un", "type": "person"}},
    {"alias": {"actor": "kim", "alias": "Kim"}},
    {"statement": said("a", sources=[{"id": "s", "title": "x"}])},
    {"statement": said("b")},
    {"relation": {"statement": "a", "relation": "disputes", "target": "b", "note": "so"}},
    {"grade": {"source": "s", "reliability": "B"}},
    {"grade": {"statement": "a", "credibility": 2}},
    {"put": said("c")},
    {"put": said("c", text="Other."), "reason": "misheard"},
    {"correction": {"id": "a", "changes": {"text": "Corrected."}, "reason": "misheard"}},
    {"retraction": {"id": "b", "reason": "never said", "by": "KCNA"}},
    {"reinstatement": {"id": "b", "reason": "it was"}},
    {"unrelation": {"id": "a", "relation": "disputes", "target": "b", "reason": "misread"}},
    {"unalias": {"actor": "kim", "alias": "Kim"}},
    {"redaction": {"id": "c", "reason": "a court"}},
]
TYPES = [
    "timeline.described",
    "actor.registered",
    "alias.added",
    *["statement.recorded"] * 2,
    "statement.related",
    "source.graded",
    "statement.graded",
    "statement.recorded",
    *["statement.corrected"] * 2,
    "statement.retracted",
    "statement.reinstated",
    "statement.unrelated",
    "alias.removed",
    "statement.redacted",
]


async def carry_out(
    timeline: Timeline,
    commands: Any,
    query: dict[str, str] | None = None,
    *,
    lines: bool = False,
    key: str | None = None,
) -> httpx.Response:
    headers = {"Content-Type": "application/x-ndjson" if lines else "application/json"}
    if key is not None:
        headers["Idempotency-Key"] = key
    body = "\n".join(map(json.dumps, commands)) if lines else json.dumps(commands)
    return await timeline.client.post(
        f"{timeline.path}/commands", content=body, headers=headers, params=query
    )


def outcomes(answer: httpx.Response) -> list[Any]:
    """Of what was recorded the revision and whether it was before, of a problem its kind."""
    assert answer.status_code == 200, answer.text
    return [
        (item["revision"], item["duplicate"]) if item.keys() == KEYS else item["type"][10:]
        for item in answer.json()["items"]
    ]


async def test_every_kind_of_command_is_carried_out_in_order(timeline: Timeline) -> None:
    """Each sees those before it, sources and relations that nobody could read yet included; as
    JSON Lines it is the same."""
    answer = await carry_out(timeline, EVERY)
    assert outcomes(answer) == [(n, False) for n in range(2, len(EVERY) + 2)]
    body = answer.json()
    assert (body["timeline"], body["revision"]) == (timeline.name, len(EVERY) + 1)
    assert answer.headers["Onrecord-Revision"] == str(len(EVERY) + 1)
    await timeline.get("", min_revision=body["revision"])
    events = (await timeline.get("/events", limit=100)).json()["items"]
    assert [event["type"] for event in events[1:]] == TYPES
    assert [event["id"] for event in events[1:]] == [item["event_id"] for item in body["items"]]
    assert events[-1]["data"]["revisions"] == [10, 11]
    other = Timeline(timeline.client, f"t-{uuid.uuid4().hex[:12]}")
    opened = await carry_out(other, EVERY, lines=True)
    assert outcomes(opened) == [(n, False) for n in range(1, len(EVERY) + 1)]


async def test_one_that_fails_stops_no_other(timeline: Timeline) -> None:
    """In its place is its problem, with paths into the body; malformed ones are among them."""
    commands = [
        {"statement": said("a")},
        {"statement": said("b", on="13/10/2024")},
        {"relation": {"statement": "a", "relation": "hates", "target": "b"}},
        {"correction": {"id": "a", "changes": {"occurred": "2024-13"}, "reason": "r"}},
        {"correction": {"id": "a", "changes": {"occurred": "2024-13"}}},
        {"retraction": {"id": "z", "reason": "r"}},
        {"grade": {"statement": "a"}},
        {"grade": {"source": "s", "reliability": "A"}},
        {"statement": said("a", text="Else.")},
        {"put": {**said("x"), "id": None}},
        {"statement": said("c"), "put": said("c")},
        {"retraction": {"id": "a", "reason": "r"}, "reason": "r"},
        7,
        {"statement": said("a")},
        {"redaction": {"id": "a", "reason": "r"}},
        {"statement": said("a")},
    ]
    answer = await carry_out(timeline, commands)
    assert outcomes(answer) == [
        (2, False),
        *["invalid-request"] * 2,
        "rejected",
        "invalid-request",
        "statement-not-found",
        "invalid-request",
        "source-not-found",
        "statement-exists",
        *["invalid-request"] * 4,
        (2, True),
        (3, False),
        "statement-redacted",
    ]
    items = answer.json()["items"]
    found = {n: paths(item) for n, item in enumerate(items) if "errors" in item}
    assert found == {
        1: ["/1/statement/said/on"],
        2: ["/2/relation/relation"],
        3: ["/3/correction/changes/occurred"],
        4: ["/4/correction/changes/occurred", "/4/correction/reason"],
        6: ["/6/grade"],
        9: ["/9/put/id"],
        10: ["/10"],
        11: ["/11/reason"],
        12: ["/12"],
    }
    gone = items[-1]
    assert (gone["status"], gone["id"], gone["revision"]) == (410, "a", 3)
    assert gone["instance"] == f"{timeline.path}/commands"


async def test_all_or_none_tells_the_faults_of_all(timeline: Timeline) -> None:
    """With `atomic` nothing is recorded where one is refused, and all that is wrong is reported:
    422, or 400 where something is malformed. A dry run answers the same."""
    commands: list[Any] = [
        {"statement": said("a")},
        {"retraction": {"id": "z", "reason": "r"}},
        {"correction": {"id": "a", "changes": {"kind": "rumour"}, "reason": "r"}},
    ]
    places = ["/1/retraction", "/2/correction/changes/kind"]
    for query in ({"atomic": "true"}, {"atomic": "true", "dry_run": "true"}):
        answer = await carry_out(timeline, commands, query)
        assert paths(refused(answer, "rejected", 422)) == places
        answer = await carry_out(timeline, [*commands, {"put": 7}], query)
        assert paths(refused(answer, "invalid-request", 400)) == [*places, "/3/put"]
    assert await timeline.head() == 1
    assert outcomes(await carry_out(timeline, commands[:1], {"atomic": "true"})) == [(2, False)]


async def test_a_dry_run_of_commands_records_nothing(timeline: Timeline) -> None:
    """It answers what they would come to, and the next call comes to it."""
    dry = await carry_out(timeline, EVERY, {"dry_run": "true"})
    assert dry.json()["dry_run"] is True
    assert dry.headers["Onrecord-Revision"] == "1"
    real = await carry_out(timeline, EVERY)
    assert outcomes(dry) == outcomes(real)
    assert "dry_run" not in real.json()


async def test_the_same_array_twice_is_one(timeline: Timeline) -> None:
    """With its key it is answered as it was, and nothing is recorded; another array is refused."""
    first = await carry_out(timeline, EVERY[:9], key="k")
    again = await carry_out(timeline, EVERY[:9], key="k", lines=True)
    assert again.json()["items"] == [{**item, "duplicate": True} for item in first.json()["items"]]
    assert again.headers["Onrecord-Revision"] == first.headers["Onrecord-Revision"]
    refused(await carry_out(timeline, EVERY[:8], key="k"), "idempotency-conflict", 409)


async def test_what_is_no_array_of_commands(timeline: Timeline) -> None:
    """An empty one, a broken one and another type are refused whole, as is one that is too long;
    so is a timeline that no command opens."""
    bodies: list[Any] = [[], {}, "x"]
    for body in bodies:
        assert paths(refused(await carry_out(timeline, body), "invalid-request", 400)) == [""]
    refused(await carry_out(timeline, [{"put": said("a")}] * 1_001), "too-large", 413)
    answer = await timeline.client.post(f"{timeline.path}/commands", content=b"[")
    refused(answer, "unsupported-media-type", 415)
    assert answer.json()["supported"] == ["application/json", "application/x-ndjson"]
    nowhere = Timeline(timeline.client, "nowhere")
    refused(await carry_out(nowhere, [{"put": said("a")}]), "timeline-not-found", 404)
    wrong = Timeline(timeline.client, "No-Name")
    refused(await carry_out(wrong, [{"timeline": {"title": "x"}}]), "invalid-request", 400)
