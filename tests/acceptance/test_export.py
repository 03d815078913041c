"""Exports over HTTP: all that the filters select, in one file of one revision."""

from __future__ import annotations

import csv
import io
import json
import socket
from typing import Any, get_args

import httpx
import msgspec

from service.messages.exports import ExportFormat
from tests.rows import each_row
from tests.serving import Service, Timeline, said

FORMATS = get_args(ExportFormat)
_MEDIA_TYPES = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "csv-zip": "application/zip",
    "timelinejs": "application/json",
    "jsonfeed": "application/feed+json",
    "atom": "application/atom+xml",
    "claimreview": "application/ld+json",
    "geojson": "application/geo+json",
    "ics": "text/calendar; charset=utf-8",
    "cloudevents": "application/cloudevents-batch+json",
    "parquet": "application/vnd.apache.parquet",
}


async def _export(timeline: Timeline, format_: str, **asked: Any) -> httpx.Response:
    answer = await timeline.get("/export", format=format_, **asked)
    assert answer.status_code == 200, answer.text
    return answer


def _ids(answer: httpx.Response) -> list[str]:
    return [row["id"] for row in csv.DictReader(io.StringIO(answer.text, newline=""))]


def _features(answer: httpx.Response) -> list[dict[str, Any]]:
    return [feature["properties"] for feature in answer.json()["features"]]


@each_row("format_", FORMATS)
async def test_each_format_has_its_headers(timeline: Timeline, format_: str) -> None:
    """Type, name, revision and losses are reported, the same to HEAD; the tag gives 304."""
    revision = await timeline.record(said(f"{format_}-a", occurred="2024"), said(f"{format_}-b"))
    answer = await _export(timeline, format_)
    assert answer.headers["Content-Type"] == _MEDIA_TYPES[format_]
    assert answer.headers["Onrecord-Revision"] == str(revision)
    assert answer.headers["Content-Disposition"].startswith(
        f'attachment; filename="{timeline.name}-{revision}.'
    )
    is_of_events = format_ in ("ndjson", "cloudevents")
    assert (answer.headers["Onrecord-Loss"] == "none") == is_of_events
    asked = {"format": format_}
    head = await timeline.client.head(f"{timeline.path}/export", params=asked)
    for name in ("Content-Type", "ETag", "Onrecord-Loss", "Onrecord-Revision"):
        assert head.headers[name] == answer.headers[name]
    assert head.content == b""
    assert "Content-Length" not in head.headers  # nobody knows yet how long the file will be
    tag = {"If-None-Match": answer.headers["ETag"]}
    same = await timeline.client.get(f"{timeline.path}/export", params=asked, headers=tag)
    assert same.status_code == 304
    await timeline.record(said(f"{format_}-c"))
    newer = await timeline.client.get(f"{timeline.path}/export", params=asked, headers=tag)
    assert newer.status_code == 200


async def test_events_are_the_exact_lines(timeline: Timeline) -> None:
    """The format of events is what the log has, byte for byte, up to the moment."""
    revision = await timeline.record(said("a"), said("b"))
    await timeline.record(said("c"))
    lines = await timeline.client.get(
        f"{timeline.path}/events", headers={"Accept": "application/x-ndjson"}
    )
    assert (await _export(timeline, "ndjson")).content == lines.content
    then = await _export(timeline, "ndjson", as_of=revision)
    assert then.content.splitlines() == lines.content.splitlines()[:revision]


async def test_filters_and_the_order_are_those_of_the_list(timeline: Timeline) -> None:
    """Every export has the statements of the list with the same parameters, in its order."""
    days = ["2024-10-03", "2024-10-01", "2024-10-02", None]
    await timeline.record(
        *(
            said(f"s{n}", occurred=days[n % 4], tags=["odd"] if n % 2 else [], by=f"B{n % 3}")
            for n in range(700)
        )
    )
    for asked in (
        {},
        {"order": "-occurred"},
        {"tag": "odd", "by": ["B0", "B2"], "order": "recorded"},
        {"from": "2024-10-02", "to": "2024-10-02"},
        {"q": "s12", "as_of": 100},
    ):
        listed: list[Any] = []
        page = (await timeline.get("/statements", limit=500, **asked)).json()
        while True:
            listed += page["items"]
            if page["next"] is None:
                break
            page = (await timeline.get("/statements", cursor=page["next"])).json()
        assert _ids(await _export(timeline, "csv", **asked)) == [each["id"] for each in listed]
        assert _features(await _export(timeline, "geojson", **asked)) == listed


async def test_chosen_events_are_those_of_the_chosen_statements(timeline: Timeline) -> None:
    """With a filter there are the events of the statements that it selects, of the timeline and of
    actors; a relation needs both its ends."""
    await timeline.client.put(
        f"{timeline.path}/actors/kcna", json={"name": "KCNA", "type": "agency"}
    )
    await timeline.record(said("a", tags=["x"]), said("b", tags=["x"]), said("c"))
    for target, source in (("a", "b"), ("a", "c"), ("c", "b")):
        await timeline.client.post(
            f"{timeline.path}/statements/{source}/relations",
            json={"relation": "disputes", "target": target},
        )
    corrected = await timeline.client.post(
        f"{timeline.path}/statements/a/corrections",
        json={"changes": {"text": "Now."}, "reason": "It was wrong."},
    )
    revision = corrected.headers["Onrecord-Revision"]
    answer = await _export(timeline, "ndjson", tag="x", min_revision=revision)
    events = [json.loads(line) for line in answer.content.splitlines()]
    assert [(each["type"], each["subject"]) for each in events] == [
        ("timeline.opened", "timeline"),
        ("actor.registered", "actors/kcna"),
        ("statement.recorded", "statements/a"),
        ("statement.recorded", "statements/b"),
        ("statement.related", "statements/b"),
        ("statement.corrected", "statements/a"),
    ]
    assert answer.headers["Onrecord-Loss"] == "relations, sources"
    batch = (await _export(timeline, "cloudevents", tag="x")).json()
    assert [each["data"] for each in batch] == events


async def test_a_file_is_of_one_revision_whatever_arrives(timeline: Timeline) -> None:
    """Statements that are recorded, corrected and retracted while a file is received change nothing
    in it."""
    revision = 0
    for start in range(0, 3000, 1000):
        revision = await timeline.record(*(said(f"s{start + n}") for n in range(1000)))
    asked = {"format": "geojson", "order": "recorded"}
    before = _features(await _export(timeline, "geojson", order="recorded"))
    async with timeline.client.stream("GET", f"{timeline.path}/export", params=asked) as answer:
        pieces = answer.aiter_bytes(1 << 12)
        begun = await anext(pieces)
        await timeline.record(said("late"))
        await timeline.client.post(
            f"{timeline.path}/statements/s2999/retractions", json={"reason": "No.", "by": "KCNA"}
        )
        await timeline.client.post(
            f"{timeline.path}/statements/s2998/corrections",
            json={"changes": {"text": "Changed."}, "reason": "It was wrong."},
        )
        rest = b"".join([piece async for piece in pieces])
    assert answer.headers["Onrecord-Revision"] == str(revision)
    document = json.loads(begun + rest)
    assert [each["properties"] for each in document["features"]] == before
    assert len(before) == 3000


async def test_the_loss_is_counted(timeline: Timeline) -> None:
    """The report has how many statements lose which field, with an example; the header names all
    that the format may lose."""
    await timeline.record(
        said("a", occurred="2024-10-13"), said("b", occurred="2024-10~"), said("c")
    )
    answer = await timeline.get("/export/loss", format="ics")
    report = answer.json()
    assert (report["timeline"], report["format"], report["statements"]) == (
        timeline.name,
        "ics",
        3,
    )
    losses = {each["field"]: each for each in report["losses"]}
    assert losses["statement"]["statements"] == 1
    assert losses["statement"]["example"] == "c"
    assert losses["occurred"]["statements"] == 1
    assert {*losses} == {"statement", "occurred"}
    named = (await _export(timeline, "ics")).headers["Onrecord-Loss"].split(", ")
    assert {*losses} <= {*named}
    assert (await timeline.get("/export/loss", format="ndjson")).json()["losses"] == []


async def test_what_is_wrong_is_reported_before_the_file_begins(timeline: Timeline) -> None:
    """An unknown format, filter or moment is a problem with what to write instead."""
    for asked, path in (
        ({"format": "xml"}, "?format"),
        ({}, "?format"),
        ({"format": "csv", "kind": "rumour"}, "?kind"),
        ({"format": "csv", "as_of": "999"}, "?as_of"),
        ({"format": "csv", "limit": "5"}, "?limit"),
    ):
        answer = await timeline.get("/export", **asked)
        assert answer.status_code == 400
        assert [each["path"] for each in answer.json()["errors"]] == [path]
    unknown = await timeline.client.get("/v1/timelines/nowhere/export?format=csv")
    assert unknown.status_code == 404


async def test_an_empty_selection_is_a_whole_file(timeline: Timeline) -> None:
    """Where nothing matches, each format is still what its readers expect."""
    await timeline.record(said("a"))
    for format_ in FORMATS:
        answer = await _export(timeline, format_, tag="nothing")
        if _MEDIA_TYPES[format_].endswith("json") and format_ != "ndjson":
            msgspec.json.decode(answer.content)
        assert answer.content


async def test_a_client_that_does_not_read_holds_nothing_up(
    server: Service, timeline: Timeline
) -> None:
    """With more clients that read nothing than there are threads for long questions, others still
    get their whole files and searches."""
    for start in range(0, 6000, 1000):
        await timeline.record(
            *(said(f"s{n}", text=f"n{n} " + "x" * 2000) for n in range(start, start + 1000))
        )
    host, _, port = server.url.removeprefix("http://").partition(":")
    stalled = [socket.create_connection((host, int(port))) for _ in range(8)]
    try:
        for connection in stalled:
            key = f"Authorization: Bearer {server.key}\r\n" if server.key else ""
            connection.sendall(
                f"GET {timeline.path}/export?format=geojson HTTP/1.1\r\n"
                f"Host: {host}:{port}\r\n{key}\r\n".encode()
            )
            assert connection.recv(12) == b"HTTP/1.1 200"
        whole = await _export(timeline, "csv", q="n5999")
        assert _ids(whole) == ["s5999"]
        assert len(_ids(await _export(timeline, "csv"))) == 6000
    finally:
        for connection in stalled:
            connection.close()
