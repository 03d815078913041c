"""Reading events: what the log holds, byte for byte."""

from __future__ import annotations

import hashlib

import httpx
import msgspec

from tests.serving import Timeline, said

_LINES = {"Accept": "application/x-ndjson"}


async def _lines(timeline: Timeline, query: str = "") -> list[bytes]:
    answer = await timeline.client.get(f"{timeline.path}/events{query}", headers=_LINES)
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    return answer.content.splitlines()


async def test_lines_are_exact(timeline: Timeline) -> None:
    """Cut at the first `,"salt":` a line gives the header, and salt and data give its digest."""
    revision = await timeline.record(said("a", text="Ünicode “quoted”"), said("b"))
    await timeline.get("", min_revision=revision)
    lines = await _lines(timeline)
    assert len(lines) == 3
    for number, line in enumerate(lines, start=1):
        head, _, rest = line.partition(b',"salt":"')
        header = msgspec.json.decode(head + b"}")
        salt, _, data = rest.partition(b'","data":')
        digest = hashlib.sha256(b"onrecord-data-v1\0" + bytes.fromhex(salt.decode()) + data[:-1])
        assert header["digest"] == f"sha256:{digest.hexdigest()}"
        assert header["revision"] == number
        one = await timeline.get(f"/events/{number}")
        assert one.content == line


async def test_the_page_and_the_lines_are_the_same_events(timeline: Timeline) -> None:
    """Pages by `next_after` have the very bytes of the lines, up to the head."""
    revision = await timeline.record(*(said(f"s{n}") for n in range(7)))
    await timeline.get("", min_revision=revision)
    lines = await _lines(timeline)
    found: list[bytes] = []
    after: int | None = 0
    while after is not None:
        page = (await timeline.get("/events", after=after, limit=3)).content
        decoded = msgspec.json.decode(page, type=dict[str, msgspec.Raw])
        found += [
            bytes(raw) for raw in msgspec.json.decode(decoded["items"], type=list[msgspec.Raw])
        ]
        after = msgspec.json.decode(decoded["next_after"])
        assert msgspec.json.decode(decoded["head"]) == 8
    assert found == lines
    assert await _lines(timeline, "?after=5&limit=2") == lines[5:7]
    assert await _lines(timeline, "?after=8") == []


async def test_a_long_stream_is_whole(timeline: Timeline) -> None:
    """Thousands of events, large ones among them, come in order without a gap."""
    for start in range(0, 3000, 1000):
        text = "x" * 4000 if start == 1000 else "short"
        await timeline.record(*(said(f"s{n}", text=text) for n in range(start, start + 1000)))
    await timeline.get("", min_revision=3001)
    revisions = [msgspec.json.decode(line)["revision"] for line in await _lines(timeline)]
    assert revisions == list(range(1, 3002))


async def test_events_are_found_by_subject_and_type(timeline: Timeline) -> None:
    """`subject` is what an event is about, not its target; the history has both."""
    await timeline.record(said("a"), said("b"))
    related = await timeline.client.post(
        f"{timeline.path}/statements/b/relations", json={"relation": "disputes", "target": "a"}
    )
    assert related.status_code == 201
    await timeline.get("", min_revision=4)

    async def revisions(path: str, **parameters: object) -> list[int]:
        items = (await timeline.get(path, **parameters)).json()["items"]
        return [item["revision"] for item in items]

    assert await revisions("/events", subject="statements/a") == [2]
    assert await revisions("/events", subject=["timeline", "statements/b"]) == [1, 3, 4]
    assert await revisions("/events", type="statement.related") == [4]
    assert await revisions("/events", type="statement.related", subject="statements/a") == []
    assert await revisions("/statements/a/history") == [2, 4]
    first = (await timeline.get("/statements/a/history", limit=1)).json()
    assert await revisions("/statements/a/history", cursor=first["next"]) == [4]


async def test_an_unknown_type_is_refused(timeline: Timeline) -> None:
    """A type outside the set is a fault; a subject that nothing is about has no events."""
    answer = await timeline.get("/events", type="statement.invented")
    assert answer.json()["errors"][0]["path"] == "?type"
    assert (await timeline.get("/events", subject="actors/nobody")).json()["items"] == []


async def test_json_wins_unless_lines_are_preferred(timeline: Timeline) -> None:
    """Only who prefers NDJSON gets it; nothing in Accept is an error."""
    for accept, media_type in (
        ("*/*", "application/json"),
        ("application/json, application/x-ndjson", "application/json"),
        ("application/json;q=0.5, application/x-ndjson", "application/x-ndjson"),
        ("application/x-ndjson;q=0", "application/json"),
        ("application/x-ndjson;q=odd", "application/json"),
        ("text/html", "application/json"),
        ("", "application/json"),
    ):
        answer = await timeline.client.get(f"{timeline.path}/events", headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == media_type, accept
        assert "Accept" in answer.headers["Vary"].split(", ")


async def test_lines_can_be_asked_for_again(client: httpx.AsyncClient, timeline: Timeline) -> None:
    """The stream has an ETag and a HEAD like every other answer."""
    url = f"{timeline.path}/events"
    answer = await client.get(url, headers=_LINES)
    again = await client.get(url, headers=_LINES | {"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    head = await client.head(url, headers=_LINES)
    assert head.headers["ETag"] == answer.headers["ETag"]
    assert head.headers["Onrecord-Revision"] == "1"


async def test_the_head_of_lines_names_no_length(timeline: Timeline) -> None:
    """HEAD has the headers of the lines; how long they will be is not known yet, so it is not 0."""
    await timeline.record(said("a"))
    head = await timeline.client.head(f"{timeline.path}/events", headers=_LINES)
    assert head.headers["Content-Type"] == "application/x-ndjson"
    assert "Content-Length" not in head.headers
