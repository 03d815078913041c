"""Writes that are refused, over HTTP alone: by the rules, or because they are malformed."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.acceptance.writes import (
    ACTOR,
    paths,
    post,
    put,
    refused,
)
from tests.rows import each_row
from tests.serving import Timeline, said


@each_row(
    ("method", "path", "body", "slug", "id_"),
    [
        ("POST", "/statements/z/corrections", {"changes": {}, "reason": "r"}, "statement", "z"),
        ("POST", "/statements/z/retractions", {"reason": "r"}, "statement", "z"),
        ("POST", "/statements/z/reinstatements", {"reason": "r"}, "statement", "z"),
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
    assert (await post(timeline, "/statements", said("a"))).is_success
    answer = await timeline.client.request(method, f"{timeline.path}{path}", json=body)
    assert refused(answer, f"{slug}-not-found", 404)["id"] == id_
    for name in ("nowhere", "No-Where", "a%20b", ":log"):  # the last names a mark of ours
        answer = await timeline.client.request(method, f"/v1/timelines/{name}{path}", json=body)
        refused(answer, "timeline-not-found", 404)


@each_row(
    ("path", "body", "where"),
    [
        ("/statements", "x", ""),
        ("/statements", [], ""),
        ("/statements", {"kind": "claim", "said": {"by": "A", "on": None}}, "/text"),
        ("/statements", [said("a"), {**said("b"), "mood": "grim"}], "/1/mood"),
        ("/statements", [said("a"), said("b", on="2024-13")], "/1/said/on"),
        ("/statements", said("a", tags=["ok", "Not Ok"]), "/tags/1"),
        ("/statements", said("a b"), "/id"),
        ("/statements", said("a", text="nul \0"), "/text"),
        ("/statements/a/corrections", {"changes": [], "reason": "r"}, "/changes"),
        ("/statements/a/corrections", {"changes": {}}, "/reason"),
        ("/statements/a/retractions", {"reason": "r", "by": " x"}, "/by"),
        ("/statements/a/reinstatements", {"by": "x"}, "/reason"),
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


async def test_every_fault_of_an_array_is_reported_at_once_up_to_a_hundred(
    timeline: Timeline,
) -> None:
    """A caller can correct all of an array in one go, and no answer is larger for it."""
    wrong = said("a", occurred="x", tags=["_", "b b"])
    body = refused(await post(timeline, "/statements", [wrong, wrong]), "invalid-request", 400)
    assert len(paths(body)) == 6
    body = refused(await post(timeline, "/statements", [wrong] * 90), "invalid-request", 400)
    assert len(paths(body)) == 100


@each_row(
    ("method", "path"),
    [
        ("PUT", "/actors/a%0Ab"),
        ("PUT", "/actors/kim/aliases/%20x"),
        ("PUT", "/actors/kim/aliases/" + "x" * 201),
        ("PUT", "/actors/" + "x" * 101),
        ("PUT", "/actors/kim/aliases/Kim%E2%80%8B"),
        ("PUT", "/actors/kim%C2%A0jong"),
        ("DELETE", "/statements/a/relations/supports/b?reason=%E2%80%8B+"),
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


async def test_nobody_corroborates_himself_by_what_is_not_seen(timeline: Timeline) -> None:
    """A name with an invisible character is no second speaker: as speaker, as alias and as actor
    it is refused with the code point and its place, and nothing is recorded."""
    await timeline.record(said("a", by="Mara Vell"))
    second = "Mara\u200b Vell"
    answers = [
        (await post(timeline, "/statements", said("b", by=second)), "/said/by"),
        (await put(timeline, f"/actors/{second}", ACTOR), ""),
        (await put(timeline, "/actors/m", {"name": second, "type": "person"}), "/name"),
        (await put(timeline, f"/actors/m/aliases/{second}"), ""),
    ]
    for answer, path in answers:
        (error,) = refused(answer, "invalid-request", 400)["errors"]
        assert (error["path"], error["column"]) == (path, 5)
        assert "U+200B ZERO WIDTH SPACE at character 5" in error["message"]
    assert await timeline.head() == 2, "the timeline and one statement"


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
    key = f"Authorization: {timeline.client.headers['Authorization']}"
    lines = [f"POST {timeline.path}/statements HTTP/1.1", "Host: localhost", length, key]
    writer.write("\r\n".join([*lines, "Content-Type: application/json", "", ""]).encode())
    for _ in range(0 if announced else 17):
        writer.write(b"100000\r\n" + b" " * 0x100000 + b"\r\n")
    assert b" 413 " in await reader.readline()
    writer.close()


async def test_all_faults_of_an_array_are_reported_at_once(timeline: Timeline) -> None:
    """Names that are too long, wrong dates, a missing field and an unknown one, in one answer,
    in the order of the body, each with its place and what stood there."""
    long = "n" * 301
    wrong = [
        said("a", by=long),
        said("b", about=[long], on="2024-13", text=""),
        {**said("c", occurred="2024-02-30"), "mood": "grim"},
        {"id": "d", "kind": "claim", "said": {"by": "A", "on": None}},
        said("e"),
    ]
    body = refused(await post(timeline, "/statements", wrong), "invalid-request", 400)
    assert paths(body) == [
        "/0/said/by",
        "/1/about/0",
        "/1/said/on",
        "/1/text",
        "/2/mood",
        "/2/occurred",
        "/3/text",
    ]
    said_of = {error["path"]: error["message"] for error in body["errors"]}
    assert "nnn" in said_of["/0/said/by"]
    assert "2024-13" in said_of["/1/said/on"]
    assert said_of["/1/text"].startswith("Text is 1 to 5,000 characters.")
    assert said_of["/3/text"] == "Text is required."
    assert (await timeline.get("/statements/e")).status_code == 404


async def test_of_many_faults_a_hundred_are_reported(timeline: Timeline) -> None:
    """However many statements are wrong, the answer is of a bounded size."""
    wrong = [said(f"s{n}", text="", tags=["NOT OK"]) for n in range(150)]
    body = refused(await post(timeline, "/statements", wrong), "invalid-request", 400)
    assert len(body["errors"]) == 100
