"""Dry runs, over HTTP alone: every write is decided and answered, and nothing is recorded."""

from __future__ import annotations

import uuid
from typing import Any

import httpx

from tests.acceptance.writes import ACTOR, paths, post, refused
from tests.serving import Timeline, said

RELATION = {"relation": "disputes", "target": "b"}
CORRECTION = {"changes": {"text": "Other."}, "reason": "misheard"}

STEPS: list[tuple[str, str, Any]] = [
    ("PUT", "", {"title": "Kursk, 2024"}),
    ("POST", "/statements", [said("c"), said("b"), {**said("d"), "id": None}]),
    ("POST", "/statements", said("b")),
    ("POST", "/statements/a/corrections", CORRECTION),
    ("POST", "/statements/a/relations", RELATION),
    ("DELETE", "/statements/a/relations/disputes/b?reason=misread", None),
    ("POST", "/statements/a/retractions", {"reason": "never said"}),
    ("POST", "/statements/a/reinstatements", {"reason": "it was"}),
    ("POST", "/statements/a/grades", {"credibility": 2}),
    ("POST", "/sources/s/grades", {"reliability": "B"}),
    ("PUT", "/actors/kim", ACTOR),
    ("PUT", "/actors/kim", ACTOR),
    ("PUT", "/actors/kim/aliases/Kim", None),
    ("DELETE", "/actors/kim/aliases/Kim", None),
    ("POST", "/statements/a/redactions", {"reason": "a court"}),
]
"""Calls that each change something for the next, or find that they were made before."""

REFUSED: list[tuple[str, str, Any, str]] = [
    ("POST", "/statements", said("a", text="Else."), "statement-exists"),
    ("POST", "/statements/a/corrections", {"changes": {}, "reason": "r"}, "rejected"),
    ("POST", "/statements/z/retractions", {"reason": "r"}, "statement-not-found"),
    ("POST", "/statements/a/reinstatements", {"reason": "r"}, "not-retracted"),
    ("POST", "/sources/z/grades", {"reliability": "B"}, "source-not-found"),
    ("PUT", "/actors/kim/aliases/Kim", None, "actor-not-found"),
    ("POST", "/statements/a/grades", {"credibility": 9}, "invalid-request"),
]


async def call(
    timeline: Timeline, method: str, path: str, body: Any, *, dry_run: bool = False, **headers: str
) -> httpx.Response:
    parameters = {"dry_run": "true"} if dry_run else {}
    address = httpx.URL(f"{timeline.path}{path}").copy_merge_params(parameters)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await timeline.client.request(method, address, json=body, headers=named)


def same_but(body: dict[str, Any], *names: str) -> dict[str, Any]:
    """The body, and its items, without these members."""
    shown = {name: value for name, value in body.items() if name not in names}
    if "items" in shown:
        shown["items"] = [same_but(item, *names) for item in shown["items"]]
    return shown


async def test_every_write_is_answered_as_it_would_be_and_nothing_is_recorded(
    timeline: Timeline,
) -> None:
    """Status and body are those of the call that follows, which finds nothing recorded."""
    await timeline.record(said("a", sources=[{"id": "s", "title": "x"}]), said("b"))
    made = ("dry_run", "event_id", "updated_at")
    for method, path, body in STEPS:
        before = await timeline.head()
        dry = await call(timeline, method, path, body, dry_run=True)
        assert dry.json().get("dry_run") is True, dry.text
        assert dry.headers["Onrecord-Revision"] == str(before)
        real = await call(timeline, method, path, body)
        assert real.headers["Onrecord-Revision"] == str(real.json()["revision"]) or path
        assert dry.status_code == real.status_code, (path, dry.text, real.text)
        tried, done = dry.json(), real.json()
        if isinstance(body, list):  # the last statement has no id, so each call makes one
            assert tried["items"][-1].pop("id") != done["items"][-1].pop("id")
        assert same_but(tried, *made) == same_but(done, *made)
        assert "dry_run" not in done
        await timeline.get("", min_revision=int(real.headers["Onrecord-Revision"]))


async def test_a_timeline_is_not_opened_by_a_dry_run(client: httpx.AsyncClient) -> None:
    """The answer shows the timeline that it would be; afterwards there is none."""
    timeline = Timeline(client, f"t-{uuid.uuid4().hex[:12]}")
    dry = await call(timeline, "PUT", "", {"title": "Kursk"}, dry_run=True)
    assert (dry.status_code, dry.headers["Onrecord-Revision"]) == (201, "0")
    refused(await timeline.get(""), "timeline-not-found", 404)
    real = await call(timeline, "PUT", "", {"title": "Kursk"})
    made = ("dry_run", "opened_at", "updated_at")
    assert same_but(dry.json(), *made) == same_but(real.json(), *made)


async def test_a_dry_run_is_refused_as_the_call_would_be(timeline: Timeline) -> None:
    """Every refusal is the same problem, If-Match included."""
    await timeline.record(said("a"))
    for method, path, body, slug in REFUSED:
        dry = await call(timeline, method, path, body, dry_run=True)
        assert dry.json() == refused(
            await call(timeline, method, path, body), slug, dry.status_code
        )
    dry = await call(
        timeline, "POST", "/statements/a/grades", {"credibility": 1}, dry_run=True, If_Match='"1"'
    )
    refused(dry, "revision-conflict", 412)


async def test_a_dry_run_spends_no_key(timeline: Timeline) -> None:
    """The key is looked up: before it is spent the answer has the ids that it will give, and
    afterwards the duplicate; with other content it is a conflict."""
    await timeline.record(said("a"))
    grade = ("POST", "/statements/a/grades", {"credibility": 2})
    dry = (await call(timeline, *grade, dry_run=True, Idempotency_Key="k")).json()
    real = await call(timeline, *grade, Idempotency_Key="k")
    assert real.status_code == 201
    assert same_but(dry, "dry_run") == real.json()
    again = await call(timeline, *grade, dry_run=True, Idempotency_Key="k")
    assert (again.status_code, again.json()) == (
        200,
        {**real.json(), "duplicate": True, "dry_run": True},
    )
    other = ("POST", "/statements/a/grades", {"credibility": 3})
    refused(
        await call(timeline, *other, dry_run=True, Idempotency_Key="k"), "idempotency-conflict", 409
    )


async def test_a_dry_run_waits_for_no_checkpoint(timeline: Timeline) -> None:
    """What is not recorded is never signed, so the answer does not wait for it."""
    dry = await timeline.client.post(
        f"{timeline.path}/statements",
        params={"dry_run": "true", "wait": "checkpoint"},
        json=said("a"),
    )
    assert dry.headers["Onrecord-Checkpoint"] == "pending"


async def test_an_array_is_told_all_its_faults_at_once(timeline: Timeline) -> None:
    """Malformed items, wrong shapes and broken rules alike, each at its place, up to 100."""
    broken: list[Any] = [
        said("a"),
        said("b", on="13/10/2024"),
        {**said("c"), "kind": "rumour", "occurred": "2024-13"},
        7,
        {"kind": "claim", "text": "", "said": {"by": "A"}},
        said("d", odd=1),
        said("e", quantities=[{"what": "x", "unit": "y", "low": "2", "high": "1"}]),
    ]
    answer = refused(await post(timeline, "/statements", broken), "invalid-request", 400)
    assert paths(answer) == [
        "/1/said/on",
        "/2/kind",
        "/2/occurred",
        "/3",
        "/4/said/on",
        "/4/text",
        "/5/odd",
        "/6/quantities/0/low",
    ]
    many = refused(await post(timeline, "/statements", broken * 20), "invalid-request", 400)
    assert len(many["errors"]) == 100
