"""Feeds over HTTP: what changed last, first; and nothing sent twice that a reader has."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from tests.serving import Timeline, said

_FEEDS = {"feed.json": "application/feed+json", "feed.atom": "application/atom+xml"}


async def _items(timeline: Timeline) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await timeline.get("/feed.json")).json()["items"]
    return items


def _names(items: list[dict[str, Any]]) -> list[str]:
    return [item["_onrecord"]["id"] for item in items]


async def _write(timeline: Timeline, path: str, **body: Any) -> None:
    answer = await timeline.client.post(f"{timeline.path}/statements/{path}", json=body)
    assert answer.status_code == 201, answer.text
    await timeline.get("", min_revision=answer.headers["Onrecord-Revision"])


async def test_what_changes_is_updated_and_comes_first(timeline: Timeline) -> None:
    """A correction, a retraction and a dispute each bring their statements to the front, under
    their old ids and with a later time; nothing is there twice."""
    await timeline.record(said("a"), said("b"), said("c"))
    first = await _items(timeline)
    assert _names(first) == ["c", "b", "a"]
    ids = {item["_onrecord"]["id"]: item["id"] for item in first}
    await _write(timeline, "a/corrections", changes={"text": "Now."}, reason="It was wrong.")
    await _write(timeline, "b/retractions", reason="No.", by="KCNA")
    second = await _items(timeline)
    assert _names(second) == ["b", "a", "c"]
    assert {item["_onrecord"]["id"]: item["id"] for item in second} == ids
    assert second[1]["content_text"].startswith("Now.")
    assert second[0]["title"].startswith("Retracted: ")
    assert second[0]["date_modified"] > second[0]["date_published"]
    await _write(timeline, "c/relations", relation="disputes", target="a")
    assert {*_names(await _items(timeline))[:2]} == {"a", "c"}


async def test_a_feed_has_a_hundred_entries(timeline: Timeline) -> None:
    """However long the timeline is, only what changed last is there."""
    await timeline.record(*(said(f"s{n}") for n in range(150)))
    assert _names(await _items(timeline)) == [f"s{n}" for n in range(149, 49, -1)]


@pytest.mark.parametrize("path", _FEEDS)
async def test_what_a_reader_has_is_not_sent_again(timeline: Timeline, path: str) -> None:
    """The tag and, once its second is over, the date give 304 until something changes."""
    await timeline.record(said("a"))
    answer = await timeline.get(f"/{path}")
    assert answer.headers["Content-Type"] == _FEEDS[path]
    address = f"{timeline.path}/{path}"
    by_tag = {"If-None-Match": answer.headers["ETag"]}
    assert (await timeline.client.get(address, headers=by_tag)).status_code == 304
    far = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert (await timeline.client.get(address, headers=far)).status_code == 304
    stale = far | {"If-None-Match": '"another"'}
    assert (await timeline.client.get(address, headers=stale)).status_code == 200
    odd = {"If-Modified-Since": "yesterday"}
    assert (await timeline.client.get(address, headers=odd)).status_code == 200
    by_date = {"If-Modified-Since": answer.headers["Last-Modified"]}
    await _write(timeline, "a/corrections", changes={"text": "Now."}, reason="It was wrong.")
    for headers in (by_tag, by_date):
        assert (await timeline.client.get(address, headers=headers)).status_code == 200


async def test_both_feeds_have_the_same_entries(timeline: Timeline) -> None:
    """Whichever form a reader takes, ids, order and addresses are the same, and lead here."""
    await timeline.record(said("a"), said("b"))
    items = await _items(timeline)
    feed = fromstring((await timeline.get("/feed.atom")).content)
    space = {"a": "http://www.w3.org/2005/Atom"}
    assert [entry.text for entry in feed.findall("a:entry/a:id", space)] == [
        item["id"] for item in items
    ]
    base = str(timeline.client.base_url).rstrip("/")
    assert items[0]["url"] == f"{base}/t/{timeline.name}?statement=b"
    link = feed.find("a:link[@rel='self']", space)
    assert link is not None
    assert link.get("href") == f"{base}{timeline.path}/feed.atom"
    page = await timeline.client.get(f"{base}/t/{timeline.name}")
    assert page.status_code == 200


async def test_a_redacted_statement_is_gone(timeline: Timeline) -> None:
    """No entry is left of a statement that was redacted, and a reader who asks by date gets the
    feed again."""
    await timeline.record(said("a"), said("b"))
    answer = await timeline.get("/feed.json")
    await _write(timeline, "b/redactions", reason="A name.")
    assert _names(await _items(timeline)) == ["a"]
    by_date = {"If-Modified-Since": answer.headers["Last-Modified"]}
    again = await timeline.client.get(f"{timeline.path}/feed.json", headers=by_date)
    assert again.status_code == 200
