"""Writing, over HTTP alone: statuses, bodies and headers of every call that writes."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import httpx
import pytest

from tests.serving import Timeline, said

KEYS = {"id", "event_id", "revision", "duplicate"}
SUPPORTS = {"relation": "supports", "target": "a"}
ACTOR = {"name": "Kim Jong Un", "type": "person"}


async def post(timeline: Timeline, path: str, body: Any, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await timeline.client.post(f"{timeline.path}{path}", json=body, headers=named)


async def put(timeline: Timeline, path: str, body: Any = None) -> httpx.Response:
    return await timeline.client.put(f"{timeline.path}{path}", json=body)


async def delete(timeline: Timeline, path: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await timeline.client.delete(f"{timeline.path}{path}", headers=named)


def recorded(answer: httpx.Response, id: str, revision: int) -> dict[str, Any]:  # noqa: A002 - the field's own name
    """The body of an answer that something was recorded now, at this revision."""
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    assert body.keys() == KEYS
    assert (body["id"], body["revision"], body["duplicate"]) == (id, revision, False)
    assert answer.headers["Onrecord-Revision"] == str(revision)
    assert answer.headers["Content-Type"] == "application/json"
    return body


def refused(answer: httpx.Response, slug: str, status: int) -> dict[str, Any]:
    """The body of an answer that says no."""
    body: dict[str, Any] = answer.json()
    assert (body["type"], body["status"]) == (f"/problems/{slug}", status), body
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    return body


def paths(body: dict[str, Any]) -> list[str]:
    return [fault["path"] for fault in body["errors"]]


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
    await put(timeline, "/actors/kim", ACTOR)
    answer = await put(timeline, "/actors/un", {"name": "kim jong un", "type": "other"})
    assert refused(answer, "spelling-taken", 409)["id"] == "kim"


@pytest.mark.parametrize(
    ("method", "path", "body", "slug", "id_"),
    [
        ("POST", "/statements/z/corrections", {"changes": {}, "reason": "r"}, "statement", "z"),
        ("POST", "/statements/z/retractions", {"reason": "r"}, "statement", "z"),
        ("POST", "/statements/-z/grades", {"credibility": 1}, "statement", "-z"),
        (
            "POST",
            "/statements/z/relations",
            {"relation": "supports", "target": "a"},
            "statement",
            "z",
        ),
        ("DELETE", "/statements/z/relations/supports/a?reason=r", None, "statement", "z"),
        ("DELETE", "/statements/a/relations/supports/z?reason=r", None, "relation", "supports/z"),
        ("DELETE", "/statements/a/relations/hates/a?reason=r", None, "relation", "hates/a"),
        ("POST", "/sources/z/grades", {"reliability": "A"}, "source", "z"),
        ("PUT", "/actors/z/aliases/y", None, "actor", "z"),
        ("DELETE", "/actors/z/aliases/y", None, "actor", "z"),
    ],
)
async def test_what_is_not_there(
    timeline: Timeline, method: str, path: str, body: Any, slug: str, id_: str
) -> None:
    """404 names what the path named; on a timeline that is not open, the timeline."""
    await timeline.record(said("a"))
    answer = await timeline.client.request(method, f"{timeline.path}{path}", json=body)
    assert refused(answer, f"{slug}-not-found", 404)["id"] == id_
    for name in ("nowhere", "No-Where", "a%20b"):
        answer = await timeline.client.request(method, f"/v1/timelines/{name}{path}", json=body)
        refused(answer, "timeline-not-found", 404)


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("/statements", "x", ""),
        ("/statements", [], ""),
        ("/statements", {"kind": "claim"}, "/text"),
        ("/statements", [said("a"), {**said("b"), "mood": "grim"}], "/1/mood"),
        ("/statements", [said("a"), said("b", on="2024-13")], "/1/said/on"),
        ("/statements", said("a", tags=["ok", "Not Ok"]), "/tags/1"),
        ("/statements", said("a b"), "/id"),
        ("/statements", said("a", text="nul \0"), "/text"),
        ("/statements/a/corrections", {"changes": [], "reason": "r"}, "/changes"),
        ("/statements/a/corrections", {"changes": {}}, "/reason"),
        ("/statements/a/retractions", {"reason": "r", "by": " x"}, "/by"),
        ("/statements/a/retractions", {"reason": "\0"}, "/reason"),
        ("/statements/a/relations", {"relation": "hates", "target": "b"}, "/relation"),
        ("/statements/a/relations", {"relation": "supports", "target": "?"}, "/target"),
        ("/statements/a/grades", {"credibility": 7}, "/credibility"),
        ("/statements/a/grades?when=now", {"credibility": 1}, "?when"),
        ("/statements?wait=forever", said("a"), "?wait"),
        ("/sources/s/grades", {"reliability": "G"}, "/reliability"),
    ],
)
async def test_what_is_malformed(timeline: Timeline, path: str, body: Any, where: str) -> None:
    """400 says where, as a JSON Pointer into the body or as the query parameter's name."""
    assert paths(refused(await post(timeline, path, body), "invalid-request", 400)) == [where]


async def test_every_fault_of_an_array_is_told_at_once_up_to_a_hundred(timeline: Timeline) -> None:
    """A caller can correct all of an array in one go, and no answer is larger for it."""
    wrong = said("a", occurred="x", tags=["A", "B"])
    body = refused(await post(timeline, "/statements", [wrong, wrong]), "invalid-request", 400)
    assert len(paths(body)) == 6
    body = refused(await post(timeline, "/statements", [wrong] * 90), "invalid-request", 400)
    assert len(paths(body)) == 100


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/actors/a%0Ab"),
        ("PUT", "/actors/kim/aliases/%20x"),
        ("PUT", "/actors/kim/aliases/" + "x" * 101),
        ("PUT", "/actors/kim?type=person"),
        ("DELETE", "/statements/a/relations/supports/b"),
        ("DELETE", "/statements/a/relations/supports/b?reason="),
        ("DELETE", "/statements/a/relations/supports/b?reason=x&reason=y"),
        ("DELETE", "/statements/a/relations/supports/b?reason=%FF"),
    ],
)
async def test_an_address_that_is_malformed(timeline: Timeline, method: str, path: str) -> None:
    """What the call would make needs a name that can be one, and a reason has to be given."""
    body = ACTOR if "aliases" not in path and method == "PUT" else None
    answer = await timeline.client.request(method, f"{timeline.path}{path}", json=body)
    refused(answer, "invalid-request", 400)


@pytest.mark.parametrize("name", ["Kursk", "-kursk", "k" * 64, "k%20k", "k.k"])
async def test_a_timeline_cannot_be_opened_under_any_name(
    client: httpx.AsyncClient, name: str
) -> None:
    """A PUT under a name that no timeline can have is malformed."""
    answer = await client.put(f"/v1/timelines/{name}", json={"title": "x"})
    refused(answer, "invalid-request", 400)


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/json; charset=latin-1", "application/merge-patch+json", ""],
)
async def test_only_json_in_utf_8_is_taken(timeline: Timeline, content_type: str | None) -> None:
    """Anything else is 415 and says what is taken."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = await timeline.client.post(
        f"{timeline.path}/statements", content=b"{}", headers=headers
    )
    assert refused(answer, "unsupported-media-type", 415)["supported"] == ["application/json"]
    coded = await timeline.client.post(
        f"{timeline.path}/statements",
        content=b"{}",
        headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
    )
    refused(coded, "unsupported-media-type", 415)


@pytest.mark.parametrize("content_type", ["application/json", 'Application/JSON; charset="UTF-8"'])
async def test_a_body_that_is_no_json_is_malformed(timeline: Timeline, content_type: str) -> None:
    """Broken JSON and bytes that are not UTF-8 are 400, however the media type is written."""
    for content in (b"", b"{", b"\xff", b'{"kind": "\xff"}', b"[" * 100_000, b'{"text":"\\ud800"}'):
        answer = await timeline.client.post(
            f"{timeline.path}/statements", content=content, headers={"Content-Type": content_type}
        )
        refused(answer, "invalid-request", 400)


async def test_more_than_a_thousand_statements_are_too_many(timeline: Timeline) -> None:
    """A thousand pass, one more is 413 with the limit."""
    array = [said(f"s{n}") for n in range(1_001)]
    assert refused(await post(timeline, "/statements", array), "too-large", 413)["limit"] == 1_000
    assert (await post(timeline, "/statements", array[:1_000])).status_code == 201


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_that_is_too_long_is_refused_before_it_has_come(
    timeline: Timeline, announced: bool
) -> None:
    """By its announced length at once, in chunks as soon as the limit is passed."""
    limit = 16 * 1024 * 1024
    url = timeline.client.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    length = f"Content-Length: {limit + 1}" if announced else "Transfer-Encoding: chunked"
    lines = [f"POST {timeline.path}/statements HTTP/1.1", "Host: localhost", length]
    writer.write("\r\n".join([*lines, "Content-Type: application/json", "", ""]).encode())
    for _ in range(0 if announced else 17):
        writer.write(b"100000\r\n" + b" " * 0x100000 + b"\r\n")
    assert b" 413 " in await reader.readline()
    writer.close()


async def test_an_idempotency_key_is_one_request(timeline: Timeline) -> None:
    """The same answer comes back as a duplicate; with anything else the key is a conflict."""
    unnamed = {name: value for name, value in said("x").items() if name != "id"}
    first = await post(timeline, "/statements", unnamed, Idempotency_Key="k!~")
    again = await post(timeline, "/statements", unnamed, Idempotency_Key="k!~")
    assert (first.status_code, again.status_code) == (201, 200)
    item = first.json()["items"][0]
    assert again.json()["items"] == [{**item, "duplicate": True}]
    other = await post(timeline, "/statements", said("x"), Idempotency_Key="k!~")
    assert refused(other, "idempotency-conflict", 409)["id"] == "k!~"
    path = f"/statements/{item['id']}/grades"
    grade = recorded(
        await post(timeline, path, {"credibility": 1}, Idempotency_Key="g"), item["id"], 3
    )
    same = await post(timeline, path, {"note": None, "credibility": 1}, Idempotency_Key="g")
    assert (same.status_code, same.json()) == (200, {**grade, "duplicate": True})


@pytest.mark.parametrize("key", ["", "a b", "k" * 129, "ключ"])
async def test_a_malformed_key_is_refused(timeline: Timeline, key: str) -> None:
    """A key is 1 to 128 visible ASCII characters, given once."""
    headers: list[tuple[bytes, bytes]] = [(b"Idempotency-Key", key.encode())]
    for given in (headers, [(b"Idempotency-Key", b"k")] * 2):
        answer = await timeline.client.post(
            f"{timeline.path}/statements", json=said("a"), headers=given
        )
        refused(answer, "invalid-request", 400)


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
