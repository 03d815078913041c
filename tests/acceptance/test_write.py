"""Writing, over HTTP alone: statuses, bodies and headers of every call that writes."""

from __future__ import annotations

import uuid

import httpx

from tests.acceptance.writes import (
    ACTOR,
    delete,
    paths,
    post,
    put,
    recorded,
    refused,
)
from tests.serving import Timeline, said


async def test_a_timeline_is_opened_described_and_shown(client: httpx.AsyncClient) -> None:
    """PUT answers the timeline as it is then: 201 once, 200 after that, changed or not."""
    path = f"/v1/timelines/t-{uuid.uuid4().hex[:12]}"
    opened = await client.put(path, json={"title": "Kursk"})
    assert opened.status_code == 201
    assert opened.json() == (await client.get(path)).json()
    changed = await client.put(path, json={"title": "Kursk", "description": "x", "language": "uk"})
    same = await client.put(path, json={"language": "uk", "description": "x", "title": "Kursk"})
    assert (changed.status_code, same.status_code) == (200, 200)
    assert changed.json() == same.json() == (await client.get(path)).json()
    revisions = [answer.headers["Onrecord-Revision"] for answer in (opened, changed, same)]
    assert revisions == ["1", "2", "2"]


async def test_one_statement_is_recorded_and_then_a_duplicate(timeline: Timeline) -> None:
    """201 and then 200 with the same ids and revisions; the default spelled out changes nothing."""
    first = await post(timeline, "/statements", said("a"))
    assert first.status_code == 201
    body = first.json()
    assert (body["timeline"], body["revision"]) == (timeline.name, 2)
    assert body["items"] == [
        {"id": "a", "event_id": body["items"][0]["event_id"], "revision": 2, "duplicate": False}
    ]
    again = await post(timeline, "/statements", said("a", language="en", about=[], occurred=None))
    assert again.status_code == 200
    body["items"][0]["duplicate"] = True
    assert again.json() == body
    assert again.headers["Onrecord-Revision"] == "2"


async def test_an_array_is_recorded_whole(timeline: Timeline) -> None:
    """Items come in their order, with ids made where there are none; 201 if any of them is new."""
    await timeline.record(said("old"))
    unnamed = {name: value for name, value in said("x").items() if name != "id"}
    answer = await post(timeline, "/statements", [said("a"), said("old"), unnamed])
    assert answer.status_code == 201
    items = answer.json()["items"]
    assert [(item["revision"], item["duplicate"]) for item in items] == [
        (3, False),
        (2, True),
        (4, False),
    ]
    assert uuid.UUID(items[2]["id"]).version == 7
    refused(
        await post(timeline, "/statements", [said("b"), said("a", text="Other.")]),
        "statement-exists",
        409,
    )
    assert (await timeline.get("/statements/b")).status_code == 404


async def test_every_command_about_a_statement(timeline: Timeline) -> None:
    """Each answers 201 with its own revision, and what it did is shown."""
    await timeline.record(said("a", sources=[{"id": "s 1", "title": "x"}]), said("b"))
    correction = {"changes": {"text": "Corrected."}, "reason": "misheard"}
    recorded(await post(timeline, "/statements/a/corrections", correction), "a", 4)
    relation = {"relation": "disputes", "target": "b", "note": "on the same day"}
    recorded(await post(timeline, "/statements/a/relations", relation), "a", 5)
    recorded(await post(timeline, "/statements/a/grades", {"credibility": 2}), "a", 6)
    recorded(await post(timeline, "/sources/s%201/grades", {"reliability": "B"}), "s 1", 7)
    recorded(await delete(timeline, "/statements/a/relations/disputes/b?reason=no"), "a", 8)
    recorded(
        await post(timeline, "/statements/a/retractions", {"reason": "x", "by": "KCNA"}), "a", 9
    )
    shown = (await timeline.get("/statements/a", min_revision=9)).json()
    assert (shown["text"], shown["credibility"], shown["standing"]) == (
        "Corrected.",
        2,
        "retracted",
    )
    assert shown["relations"] == []
    recorded(await post(timeline, "/statements/a/reinstatements", {"reason": "x"}), "a", 10)
    shown = (await timeline.get("/statements/a", min_revision=10)).json()
    assert (shown["standing"], shown["because"]) == ("asserted", [])


async def test_what_was_said_of_a_statement_has_its_own_date_and_evidence(
    timeline: Timeline,
) -> None:
    """A relation and a retraction show when they were said and where; the retraction with its
    reason, until it is taken back. What the diff shows is the net of it."""
    await timeline.record(said("a"), said("b"))
    evidence = {"id": "post", "title": "A post", "quote": "We were wrong."}
    told = {"on": "2024-11~", "source": evidence}
    relation = {"relation": "disputes", "target": "a", "note": "n", **told}
    recorded(await post(timeline, "/statements/b/relations", relation), "b", 4)
    retraction = {"reason": "misread", "by": "Desk", **told}
    recorded(await post(timeline, "/statements/a/retractions", retraction), "a", 5)
    correction = {"changes": {"occurred": "2024"}, "reason": "r", **told}
    recorded(await post(timeline, "/statements/b/corrections", correction), "b", 6)
    shown = (await timeline.get("/statements/a", min_revision=6)).json()
    [related] = shown["relations"]
    for one in (related, shown["retraction"]):
        assert one["on"] == "2024-11~"
        assert {k: v for k, v in one["source"].items() if v is not None} == evidence
    assert [shown["retraction"][name] for name in ("reason", "by", "revision")] == [
        "misread",
        "Desk",
        5,
    ]
    history = (await timeline.get("/statements/b/history")).json()["items"]
    assert [event["data"].get("on") for event in history] == [None, "2024-11~", "2024-11~"]
    recorded(await post(timeline, "/statements/a/reinstatements", {"reason": "x"}), "a", 7)
    shown = (await timeline.get("/statements/a", min_revision=7)).json()
    assert (shown["standing"], shown["retraction"]) == ("disputed", None)
    before = (await timeline.get("/statements/a", as_of=6)).json()
    assert (before["standing"], before["retraction"]["reason"]) == ("retracted", "misread")
    diff = (await timeline.get("/diff", **{"from": 5, "to": 7})).json()
    assert (diff["reinstated"], diff["retracted"]) == (["a"], [])


async def test_every_command_about_an_actor(timeline: Timeline) -> None:
    """PUT registers and describes, aliases come and go; what changes nothing is a duplicate."""
    first = recorded(await put(timeline, "/actors/kim", ACTOR), "kim", 2)
    again = await put(timeline, "/actors/KIM", ACTOR)
    assert (again.status_code, again.json()) == (200, {**first, "duplicate": True})
    recorded(await put(timeline, "/actors/kim", {**ACTOR, "type": "other"}), "kim", 3)
    alias = "/actors/kim/aliases/Kim%20Jon%20Un"
    added = recorded(await put(timeline, alias), "kim", 4)
    same = await put(timeline, "/actors/kim/aliases/KIM%20JON%20UN")
    assert (same.status_code, same.json()) == (200, {**added, "duplicate": True})
    assert same.headers["Onrecord-Revision"] == "4"
    recorded(await delete(timeline, alias), "kim", 5)
    assert refused(await delete(timeline, alias), "alias-not-found", 404)["id"] == "Kim Jon Un"


async def test_an_alias_with_a_slash_is_in_the_body_or_the_query(timeline: Timeline) -> None:
    """It is added by POST and removed by DELETE, finds what was said under it, and is the same
    alias however it is written."""
    await timeline.record(said("a", by="KCNA / \u110c\u1169\u1109\u1165\u11ab"))
    recorded(await put(timeline, "/actors/조선", {"name": "KCNA", "type": "agency"}), "조선", 3)
    alias = {"alias": "kcna / 조선"}
    added = recorded(
        await post(timeline, "/actors/조선/aliases", alias, Idempotency_Key="k"), "조선", 4
    )
    again = await post(timeline, "/actors/조선/aliases", alias, Idempotency_Key="k")
    assert (again.status_code, again.json()) == (200, {**added, "duplicate": True})
    items = (await timeline.get("/statements", by="KCNA", min_revision=4)).json()["items"]
    assert [item["id"] for item in items] == ["a"]
    recorded(await delete(timeline, "/actors/조선/aliases?alias=KCNA+%2F+조선"), "조선", 5)
    answer = await delete(timeline, "/actors/조선/aliases?alias=KCNA+%2F+조선")
    assert refused(answer, "alias-not-found", 404)["id"] == "KCNA / 조선"
    answer = await delete(timeline, "/actors/조선/aliases")
    assert paths(refused(answer, "invalid-request", 400)) == ["?alias"]
    answer = await post(timeline, "/actors/조선/aliases", {"alias": " a"})
    assert paths(refused(answer, "invalid-request", 400)) == ["/alias"]


async def test_if_match_holds_a_command_to_what_was_seen(timeline: Timeline) -> None:
    """The ETag of the statement that was read passes once; the stale one is 412 with the facts."""
    await timeline.record(said("a"), said("b"))
    tag = (await timeline.get("/statements/a", min_revision=3)).headers["ETag"]
    path = "/statements/a/grades"
    for form in ("{}", '"nonsense", {}', "*"):
        done = await post(timeline, path, {"credibility": 1}, If_Match=form.format(tag))
        assert done.status_code == 201
        seen = await timeline.get("/statements/a", min_revision=done.headers["Onrecord-Revision"])
        tag = seen.headers["ETag"]
    for stale in ('"2"', f"W/{tag}", '"x"'):
        body = refused(
            await post(timeline, path, {"credibility": 2}, If_Match=stale), "revision-conflict", 412
        )
        assert body["actual"] == int(tag.strip('"'))
    refused(
        await delete(timeline, "/statements/a/relations/supports/b?reason=r", If_Match='"1"'),
        "revision-conflict",
        412,
    )
    for malformed in ("2", '"2', "2 3"):
        answer = await post(timeline, path, {"credibility": 2}, If_Match=malformed)
        refused(answer, "invalid-request", 400)


async def test_refusals_of_the_rules(timeline: Timeline) -> None:
    """Each rule's refusal has its slug, its status and the id that it is about."""
    await timeline.record(said("a"), said("b"))
    correction = {"changes": {"text": "This is a."}, "reason": "r"}
    body = refused(await post(timeline, "/statements/a/corrections", correction), "rejected", 422)
    assert paths(body) == ["/changes"]
    for target in ("a", "nowhere"):
        relation = {"relation": "supports", "target": target}
        body = refused(await post(timeline, "/statements/a/relations", relation), "rejected", 422)
        assert paths(body) == ["/target"]
    relation = {"relation": "supports", "target": "b"}
    await post(timeline, "/statements/a/relations", relation)
    refused(await post(timeline, "/statements/a/relations", relation), "relation-exists", 409)
    await post(timeline, "/statements/a/retractions", {"reason": "x"})
    answer = await post(timeline, "/statements/a/retractions", {"reason": "x"})
    assert refused(answer, "already-retracted", 409)["id"] == "a"
    answer = await post(timeline, "/statements/b/reinstatements", {"reason": "x"})
    assert refused(answer, "not-retracted", 409)["id"] == "b"
    await put(timeline, "/actors/kim", ACTOR)
    answer = await put(timeline, "/actors/un", {"name": "kim jong un", "type": "other"})
    assert refused(answer, "spelling-taken", 409)["id"] == "kim"


async def test_a_conflict_names_every_id(timeline: Timeline) -> None:
    """Those that are recorded with other content, and those that are given twice."""
    await timeline.record(said("a"), said("b"), said("c"))
    wrong = [said("a", text="Other."), said("b"), said("c", text="Other."), said("n")]
    wrong += [said("n", text="Twice.")]
    body = refused(await post(timeline, "/statements", wrong), "statement-exists", 409)
    assert (body["id"], body["ids"]) == ("a", ["a", "c", "n"])
