"""Live streams as their callers meet them."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.serving import Service, Timeline, said
from tests.streams import StreamFrame, subscribed


async def test_history_then_what_comes(server: Service, timeline: Timeline) -> None:
    """From 0 on every event comes once, in order, as its exact line; `caught-up` stands between
    what was and what comes, and tells the log as the header does."""
    await timeline.record(said("a"))
    await timeline.get("", min_revision=2)
    async with subscribed(server.url, f"{timeline.path}/live?after=0") as stream:
        assert stream.status == 200
        assert stream.headers["content-type"] == "text/event-stream"
        *history, caught_up = await stream.until("caught-up")
        assert [(f.id, f.event) for f in history] == [
            ("1", "timeline.opened"),
            ("2", "statement.recorded"),
        ]
        log = stream.headers["onrecord-log"]
        assert caught_up == StreamFrame("2", "caught-up", {"revision": 2, "log": log})
        await timeline.record(said("b"), said("c"))
        assert await stream.revisions(2) == [3, 4]
    lines = await timeline.client.get(
        f"{timeline.path}/events", headers={"Accept": "application/x-ndjson"}
    )
    assert [f.data for f in history] == [json.loads(line) for line in lines.text.split("\n")[:2]]


async def test_without_a_position_it_begins_at_the_head(
    server: Service, timeline: Timeline
) -> None:
    """`caught-up` comes at once, with the head as its id; what was is not told."""
    await timeline.record(said("a"))
    await timeline.get("", min_revision=2)
    async with subscribed(server.url, f"{timeline.path}/live") as stream:
        frame = await stream.frame()
        assert frame is not None
        assert (frame.id, frame.event) == ("2", "caught-up")
        await timeline.record(said("b"))
        assert await stream.revisions(1) == [3]


async def test_what_was_heard_last_wins(server: Service, timeline: Timeline) -> None:
    """`Last-Event-ID` is where a stream goes on, whatever `after` says; an empty one is none."""
    await timeline.record(said("a"), said("b"))
    await timeline.get("", min_revision=3)
    path = f"{timeline.path}/live?after=0"
    async with subscribed(server.url, path, {"Last-Event-ID": "2"}) as stream:
        assert await stream.revisions(1) == [3]
    async with subscribed(server.url, path, {"Last-Event-ID": ""}) as stream:
        assert await stream.revisions(3) == [1, 2, 3]


async def test_what_is_heard_can_be_asked_for(server: Service, timeline: Timeline) -> None:
    """Who hears of an event finds it in the next answer, without waiting for its revision."""
    async with subscribed(server.url, f"{timeline.path}/live") as stream:
        await stream.until("caught-up")
        for n in range(20):
            await timeline.record(said(f"s{n}"))
            [revision] = await stream.revisions(1)
            answer = await timeline.get("")
            assert int(answer.headers["Onrecord-Revision"]) >= revision == n + 2


async def test_several_timelines_in_one_stream(
    client: httpx.AsyncClient, server: Service, timeline: Timeline
) -> None:
    """The ids tell where each timeline stands, and one that is missing in the position begins at
    its head; going on from any id misses and repeats nothing."""
    other = Timeline(client, f"{timeline.name}-b")
    await client.put(other.path, json={"title": "B"})
    await timeline.record(said("a"))
    await timeline.get("", min_revision=2)
    await other.get("", min_revision=1)
    path = f"/v1/live?timelines={timeline.name},{other.name}"
    async with subscribed(server.url, f"{path}&after={timeline.name}:1") as stream:
        first, caught_up = await stream.until("caught-up")
        assert (first.id, first.data["revision"]) == (f"{timeline.name}:2,{other.name}:1", 2)
        assert caught_up.data["revisions"] == {timeline.name: 2, other.name: 1}
        await other.record(said("b"))
        frame = await stream.frame()
        assert frame is not None
        assert frame.id == f"{timeline.name}:2,{other.name}:2"
    await timeline.record(said("c"))
    await other.record(said("d"))
    async with subscribed(server.url, path, {"Last-Event-ID": frame.id}) as stream:
        heard = [await stream.frame() for _ in range(2)]
    assert {(f.data["timeline"], f.data["revision"]) for f in heard if f} == {
        (timeline.name, 3),
        (other.name, 3),
    }


@pytest.mark.parametrize(
    ("query", "headers", "path"),
    [
        ("after=-1", {}, "?after"),
        ("after=1&after=2", {}, "?after"),
        ("", {"Last-Event-ID": "a:1"}, ""),
        ("type=invented", {}, "?type"),
        ("kind=x", {}, "?kind"),
        ("tag=A", {}, "?tag"),
        ("actor=", {}, "?actor"),
        ("min_revision=1", {}, "?min_revision"),
    ],
)
async def test_a_malformed_question_is_refused(
    timeline: Timeline, query: str, headers: dict[str, str], path: str
) -> None:
    """A position or a filter that is none is 400 and tells where."""
    answer = await timeline.client.get(f"{timeline.path}/live?{query}", headers=headers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == path


@pytest.mark.parametrize(
    "query",
    [
        "",
        "timelines=",
        "timelines=a,a",
        "timelines=A",
        "timelines=" + ",".join(f"t{n}" for n in range(21)),
        "timelines=a&after=3",
        "timelines=a&after=b:3",
        "timelines=a&after=a:1,a:2",
        "timelines=a&after=a:x",
    ],
)
async def test_a_malformed_list_of_timelines_is_refused(
    client: httpx.AsyncClient, query: str
) -> None:
    """1 to 20 names, each once; a position is of some of them."""
    answer = await client.get(f"/v1/live?{query}")
    assert answer.status_code == 400, answer.text


async def test_a_timeline_that_is_not_there(client: httpx.AsyncClient, timeline: Timeline) -> None:
    """It is 404 with its id, alone or among others that are there."""
    for path in ("/v1/timelines/nope/live", f"/v1/live?timelines={timeline.name},nope"):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert answer.json()["type"] == "/problems/timeline-not-found"
        assert answer.json()["id"] == "nope"


async def test_a_head_is_answered_at_once(client: httpx.AsyncClient, timeline: Timeline) -> None:
    """HEAD has the headers of the stream and no stream."""
    answer = await client.head(f"{timeline.path}/live")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Onrecord-Log"]
    assert (await client.head("/v1/timelines/nope/live")).status_code == 404


@pytest.mark.parametrize("query", ["after=3", "log=another", "after=1&log=another"])
async def test_a_position_that_is_worth_nothing(
    server: Service, timeline: Timeline, query: str
) -> None:
    """Beyond the head, or of another log, the stream says `reset` with an empty id and ends."""
    async with subscribed(server.url, f"{timeline.path}/live?{query}") as stream:
        frame = await stream.frame()
        assert frame is not None
        assert (frame.id, frame.event) == ("", "reset")
        assert frame.data["log"] == stream.headers["onrecord-log"]
        assert frame.data["reason"] == ("beyond-head" if query == "after=3" else "log-replaced")
        assert await stream.frame() is None
    same = f"{timeline.path}/live?after=1&log={frame.data['log']}"
    async with subscribed(server.url, same) as stream:
        assert [frame.event for frame in await stream.until("caught-up")] == ["caught-up"]


async def test_streams_are_counted_apart(server: Service, timeline: Timeline) -> None:
    """A stream is a subscriber as long as it is open, and no request whose duration counts."""
    async with subscribed(server.url, f"{timeline.path}/live?after=0") as stream:
        await stream.until("caught-up")
        text = (await timeline.client.get("/metrics")).text
    samples = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")
    assert float(samples["onrecord_live_subscribers"]) >= 1
    assert float(samples["onrecord_live_frames_total"]) >= 1
    route = 'method="GET",route="/v1/timelines/{t}/live",status="200"'
    assert not [name for name in samples if route in name]
