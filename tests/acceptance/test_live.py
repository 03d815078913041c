"""Subscribing, as a client does it over the network."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import httpx
import pytest

from events.log.contract import Identity
from service.client import Client
from tests.looks import looked_again
from tests.serving import Service, Timeline, running, said
from tests.streams import Frame, LiveSocket


async def test_a_subscriber_at_the_head_hears_what_comes(
    server: Service, timeline: Timeline
) -> None:
    """It has caught up at once; then each event is the one that `events` serves, and can be asked
    about when it is heard."""
    await timeline.get("", min_revision=await timeline.record(said("a")))
    async with await LiveSocket.open(server.url, f"{timeline.path}/live") as live:
        assert live.status == 200
        assert live.headers["content-type"] == "text/event-stream"
        [frame] = await live.until("caught-up")
        assert frame.id == "2"
        assert frame.data == {"revision": 2, "log": live.headers["onrecord-log"]}
        await timeline.record(said("b"))
        [frame] = await live.until("statement.recorded")
        shown = await timeline.get("/statements/b")
        assert shown.status_code == 200
        assert frame == Frame("3", "statement.recorded", (await timeline.get("/events/3")).json())


@pytest.mark.parametrize("where", ["after", "Last-Event-ID"])
async def test_a_subscriber_resumes_where_it_was(
    server: Service, timeline: Timeline, where: str
) -> None:
    """By `after` or by `Last-Event-ID`, which wins: what is behind it comes, and then what is
    live."""
    await timeline.record(*[said(f"s{n}") for n in range(4)])
    query, headers = ("?after=3", {}) if where == "after" else ("?after=0", {where: "3"})
    async with await LiveSocket.open(server.url, f"{timeline.path}/live{query}", headers) as live:
        frames = await live.until("caught-up")
        assert [frame.id for frame in frames] == ["4", "5", "5"]


async def test_several_timelines_are_one_stream(
    server: Service, client: httpx.AsyncClient, timeline: Timeline
) -> None:
    """Ids name each timeline; one that the position lacks begins at its head."""
    other = Timeline(client, f"{timeline.name}-b")
    await client.put(other.path, json={"title": "Other"})
    await timeline.record(said("a"))
    a, b = timeline.name, other.name
    path = f"/v1/live?timelines={a},{b}&after={quote(f'{a}:1')}"
    async with await LiveSocket.open(server.url, path) as live:
        frames = await live.until("caught-up")
        assert [frame.id for frame in frames] == [f"{a}:2,{b}:1"] * 2
        assert frames[-1].data["revisions"] == {a: 2, b: 1}
        await other.record(said("b"))
        [frame] = await live.until("statement.recorded")
        assert (frame.id, frame.data["timeline"]) == (f"{a}:2,{b}:2", b)
    async with await LiveSocket.open(server.url, path, {"Last-Event-ID": f"{a}:2,{b}:1"}) as live:
        frames = await live.until("caught-up")
        assert [frame.id for frame in frames] == [f"{a}:2,{b}:2"] * 2


async def test_filters_choose(server: Service, timeline: Timeline) -> None:
    """Type, subject, actor by any spelling, kind and tag: or within one, and among them."""
    await timeline.record(said("a", tags=["x"]), said("b", by="TASS"))
    put = {"name": "TASS", "type": "agency"}
    await timeline.client.put(f"{timeline.path}/actors/tass", json=put)
    await timeline.get("", min_revision=4)
    asked = {
        "type=statement.recorded&type=actor.registered": ["2", "3", "4"],
        "subject=statements/b": ["3"],
        "actor=tass": ["3"],
        "actor=tass&tag=x": [],
        "tag=x&kind=claim": ["2"],
        "kind=denial": [],
    }
    for query, ids in asked.items():
        path = f"{timeline.path}/live?after=0&{query}"
        async with await LiveSocket.open(server.url, path) as live:
            frames = await live.until("caught-up")
            assert [frame.id for frame in frames[:-1]] == ids, query
            assert frames[-1].id == "4"


async def test_a_position_of_another_log_is_reset(server: Service, timeline: Timeline) -> None:
    """Beyond the head, or with another identity: one frame without an id, and the stream ends."""
    log_id = ""
    for query in ("after=2", "after=1&log=another", "log=another"):
        async with await LiveSocket.open(server.url, f"{timeline.path}/live?{query}") as live:
            frames = [frame async for frame in live]
            assert [(frame.id, frame.event) for frame in frames] == [("", "reset")], query
            assert frames[0].data["log"] == live.headers["onrecord-log"]
            assert live.whole
            log_id = live.headers["onrecord-log"]
    path = f"{timeline.path}/live?after=1&log={log_id}"
    async with await LiveSocket.open(server.url, path) as live:
        assert [frame.event for frame in await live.until("caught-up")] == ["caught-up"]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("after=-1", "?after"),
        ("after=x", "?after"),
        ("after=9007199254740992", "?after"),
        ("type=nothing", "?type"),
        ("tag=a+b", "?tag"),
        ("kind=", "?kind"),
        ("limit=5", "?limit"),
        ("timelines=kursk", "?timelines"),
    ],
)
async def test_what_is_malformed_is_reported(timeline: Timeline, query: str, path: str) -> None:
    """400 with what is wrong, and no stream."""
    answer = await timeline.client.get(f"{timeline.path}/live?{query}")
    assert answer.status_code == 400
    assert [fault["path"] for fault in answer.json()["errors"]] == [path]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "timelines=",
        "timelines=a,,b",
        "timelines=a,a",
        "timelines=" + ",".join(f"t{n}" for n in range(21)),
        "timelines=a&after=1",
        "timelines=a&after=a:x",
        "timelines=a&after=a:1,a:2",
        "timelines=a&timelines=b",
    ],
)
async def test_what_is_malformed_of_several_is_reported(
    client: httpx.AsyncClient, query: str
) -> None:
    """400, before anything is looked for."""
    answer = await client.get(f"/v1/live?{query}")
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/invalid-request"


async def test_a_malformed_last_event_id_is_reported(timeline: Timeline) -> None:
    """Of one timeline and of several; an empty one is none."""
    of_one = await timeline.client.get(f"{timeline.path}/live", headers={"Last-Event-ID": "a:1"})
    assert of_one.status_code == 400
    path = f"/v1/live?timelines={timeline.name}"
    several = await timeline.client.get(path, headers={"Last-Event-ID": "1"})
    assert several.status_code == 400
    assert "Last-Event-ID" in several.json()["detail"]


async def test_a_timeline_that_is_not_there(client: httpx.AsyncClient, timeline: Timeline) -> None:
    """404 names it, among several too."""
    answer = await client.get("/v1/timelines/nowhere/live")
    assert (answer.status_code, answer.json()["id"]) == (404, "nowhere")
    answer = await client.get(f"/v1/live?timelines={timeline.name},nowhere")
    assert (answer.status_code, answer.json()["id"]) == (404, "nowhere")


async def test_head_tells_how_a_stream_would_begin(timeline: Timeline) -> None:
    """At once, without one."""
    answer = await timeline.client.head(f"{timeline.path}/live")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert len(answer.headers["Onrecord-Log"]) == len(Identity("0" * 36, 1).id)
    assert "Content-Length" not in answer.headers


async def test_streams_are_counted(server: Service, timeline: Timeline) -> None:
    """While it is open a stream is one subscriber, and none when its client has left; it is in no
    histogram of durations."""
    before = await _metric(timeline.client, "onrecord_live_subscribers")
    left = await _metric(timeline.client, 'onrecord_live_ended_total{cause="left"}')
    async with await LiveSocket.open(server.url, f"{timeline.path}/live") as live:
        await live.until("caught-up")
        assert await _metric(timeline.client, "onrecord_live_subscribers") == before + 1
    async with asyncio.timeout(20):
        while await _metric(timeline.client, 'onrecord_live_ended_total{cause="left"}') == left:
            await looked_again()
    assert await _metric(timeline.client, "onrecord_live_subscribers") == before
    shown = await timeline.client.get("/metrics")
    assert 'method="GET",route="/v1/timelines/{t}/live",status="200"' not in shown.text


async def _metric(client: httpx.AsyncClient, name: str) -> float:
    shown = await client.get("/metrics")
    [line] = [line for line in shown.text.splitlines() if line.startswith(f"{name} ")]
    return float(line.split()[-1])


async def test_a_stop_ends_streams_whole(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The service that is ordered to stop ends every stream with a whole last frame and a last
    chunk, and does not wait for its clients to leave."""
    with running(tmp_path_factory.mktemp("stopped")) as service:
        async with service.async_client() as client:
            timeline = Timeline(client, "kursk")
            await client.put(timeline.path, json={"title": "Kursk"})
            path = f"{timeline.path}/live?type=source.graded"
            async with (
                await LiveSocket.open(service.url, path) as live,
                await LiveSocket.open(service.url, f"{timeline.path}/live") as other,
            ):
                await live.until("caught-up")
                await timeline.record(said("a"))
                await other.until("statement.recorded")
                ended = asyncio.create_task(asyncio.to_thread(service.stop))
                frames = [frame async for frame in live]
                assert [(frame.id, frame.event) for frame in frames] == [("2", "checkpoint")]
                assert live.whole
                assert await ended == 0


async def test_the_client_goes_on_after_a_restart(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What was recorded while its service was away comes once it is back, each event once."""
    folder = tmp_path_factory.mktemp("restarted")
    heard: list[int] = []
    with running(folder) as first:
        async with first.async_client() as http:
            timeline = Timeline(http, "kursk")
            await http.put(timeline.path, json={"title": "Kursk"})
            await timeline.record(said("a"))
        client = Client.create(first.url)
        stream = client.live("kursk", after=0)
        heard += [(await anext(stream)).position["kursk"] for _ in range(3)]
        first.process.kill()
        first.process.wait()
    with running(folder, "--port", first.url.rpartition(":")[2]) as second:
        async with second.async_client() as http:
            await Timeline(http, "kursk").record(said("b"))
        while heard[-1] < 3:
            heard.append((await anext(stream)).position["kursk"])
        await stream.aclose()
        await client.close()
    assert heard in ([1, 2, 2, 3], [1, 2, 2, 2, 3])  # a second `caught-up` tells the place again
