"""Reading, as a caller sees it."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.serving import Timeline, said


async def test_a_timeline_shows_what_it_holds(timeline: Timeline) -> None:
    """A timeline shows its revision, how many statements it has and their outermost bounds."""
    revision = await timeline.record(said("a", occurred="2024-10"), said("b", occurred="2025"))
    answer = await timeline.get("", min_revision=revision)
    assert answer.headers["Onrecord-Revision"] == "3"
    shown = answer.json()
    assert (shown["revision"], shown["statements"]) == (3, 2)
    assert shown["first"] == "2024-10-01T00:00:00Z"
    assert shown["last"] == "2025-12-31T23:59:59Z"


async def test_statements_come_in_the_order_asked(timeline: Timeline) -> None:
    """By earliest start; reversed with a minus; those without the date last either way."""
    await timeline.record(
        said("late", occurred="2025"), said("never"), said("early", occurred="2024")
    )
    for order, ids in (
        ("occurred", ["early", "late", "never"]),
        ("-occurred", ["late", "early", "never"]),
        ("recorded", ["late", "never", "early"]),
        ("-recorded", ["early", "never", "late"]),
    ):
        page = (await timeline.get("/statements", order=order, min_revision=4)).json()
        assert [item["id"] for item in page["items"]] == ids
        assert (page["timeline"], page["revision"], page["as_of"]) == (timeline.name, 4, None)
        assert page["next"] is None
        assert "total" not in page


async def test_filters_are_or_within_and_and_between(timeline: Timeline) -> None:
    """Repeated values widen a filter, another filter narrows the answer."""
    revision = await timeline.record(
        said("a", tags=["x"], kind="report", occurred="2024-10"),
        said("b", tags=["y"], occurred="2024-11"),
        said("c", tags=["z"], about=["Kim Jong Un"], places=[{"name": "Kursk"}]),
    )

    async def ids(**filters: object) -> list[str]:
        page = await timeline.get("/statements", min_revision=revision, **filters)
        return [item["id"] for item in page.json()["items"]]

    assert await ids(tag=["x", "y"]) == ["a", "b"]
    assert await ids(tag=["x", "y"], kind="report") == ["a"]
    assert await ids(actor="kim jong un") == ["c"]
    assert await ids(by="Kim Jong Un") == []
    assert await ids(place="kursk") == ["c"]
    assert await ids(**{"from": "2024-11", "to": "2025"}) == ["b"]
    assert await ids(to="2024-10") == ["a"]
    assert await ids(**{"from": "2024-10-15", "match": "certain"}) == ["b"]


async def test_pages_are_of_the_first_ones_revision(timeline: Timeline) -> None:
    """What is recorded between two pages is on none of them, and nothing is skipped or repeated;
    the filters come from the cursor."""
    await timeline.record(*(said(f"s{n}", occurred=f"202{n}", tags=["x"]) for n in range(5)))
    page = (
        await timeline.get("/statements", limit=2, tag="x", count="true", min_revision=6)
    ).json()
    assert page["total"] == 5
    seen = [item["id"] for item in page["items"]]
    revision = await timeline.record(said("new", occurred="2022-06", tags=["x"]))
    await timeline.get("", min_revision=revision)
    while page["next"]:
        answer = await timeline.get("/statements", limit=2, cursor=page["next"])
        page = answer.json()
        assert page["revision"] == 6
        assert answer.headers["Onrecord-Revision"] == "6"
        seen += [item["id"] for item in page["items"]]
    assert seen == ["s0", "s1", "s2", "s3", "s4"]


async def test_beside_a_cursor_only_a_limit_is_taken(timeline: Timeline) -> None:
    """Another parameter, a broken cursor and another list's cursor are refused at their names."""
    await timeline.record(said("a"), said("b"))
    page = (await timeline.get("/statements", limit=1, min_revision=3)).json()
    cursor = page["next"]
    for path, parameters, wrong in (
        ("/statements", {"cursor": cursor, "tag": "x"}, "?tag"),
        ("/statements", {"cursor": cursor, "min_revision": 1}, "?min_revision"),
        ("/statements", {"cursor": cursor[:-2]}, "?cursor"),
        ("/statements", {"cursor": "§"}, "?cursor"),
        ("/actors", {"cursor": cursor}, "?cursor"),
    ):
        answer = await timeline.get(path, **parameters)
        assert answer.status_code == 400
        assert [error["path"] for error in answer.json()["errors"]] == [wrong]


async def test_one_may_read_what_one_wrote(timeline: Timeline) -> None:
    """`min_revision` waits until the answer includes what was recorded just now."""

    async def write_and_read(n: int) -> None:
        revision = await timeline.record(said(f"s{n}"))
        answer = await timeline.get(f"/statements/s{n}", min_revision=revision)
        assert answer.status_code == 200
        assert int(answer.headers["Onrecord-Revision"]) >= revision

    await asyncio.gather(*(write_and_read(n) for n in range(20)))


async def test_a_statement_has_its_etag(timeline: Timeline) -> None:
    """The ETag is the revision of the last change, and If-None-Match takes it in any form."""
    await timeline.record(said("a"), said("b"))
    answer = await timeline.get("/statements/a", min_revision=3)
    assert answer.headers["ETag"] == '"2"'
    for given, status in (
        ('"2"', 304),
        ('W/"2"', 304),
        ('"x", W/"2"', 304),
        ("*", 304),
        ('"3"', 200),
        ("2", 200),
        ('"2', 200),
    ):
        again = await timeline.client.get(
            f"{timeline.path}/statements/a", headers={"If-None-Match": given}
        )
        assert again.status_code == status, given
        assert again.headers["ETag"] == '"2"'
        assert (again.content == b"") == (status == 304)


@pytest.mark.parametrize("path", ["", "/statements", "/actors", "/sources", "/events"])
async def test_every_answer_can_be_asked_for_again(timeline: Timeline, path: str) -> None:
    """Each has an ETag that stays while nothing changes and goes when something does, and HEAD
    has the headers of GET without a body."""
    await timeline.record(said("a", sources=[{"id": "s", "title": "A source"}]))
    first = await timeline.get(path, min_revision=2)
    tag = {"If-None-Match": first.headers["ETag"]}
    url = f"{timeline.path}{path}"
    assert (await timeline.client.get(url, headers=tag)).status_code == 304
    head = await timeline.client.head(url)
    assert head.content == b""
    for name in ("ETag", "Onrecord-Revision", "Content-Type", "Content-Length"):
        assert head.headers[name] == first.headers[name]
    await timeline.record(said("b", by="Other", sources=[{"id": "t", "title": "Another"}]))
    await timeline.get("", min_revision=3)
    assert (await timeline.client.get(url, headers=tag)).status_code == 200


async def test_all_that_is_wrong_is_reported(timeline: Timeline) -> None:
    """Unknown, repeated and bad parameters are reported at once, with the column inside a date."""
    answer = await timeline.client.get(
        f"{timeline.path}/statements?from=2024-02-30&limit=0&limit=1&kind=lie&tag=a+b&x=q"
    )
    assert answer.status_code == 400
    errors = {error["path"]: error for error in answer.json()["errors"]}
    assert set(errors) == {"?from", "?kind", "?limit", "?tag", "?x"}
    assert errors["?from"]["column"] == 9


async def test_habits_are_reported_in_windows_and_bodies(timeline: Timeline) -> None:
    """What people write for a date is refused wherever one is taken, with the column and the date
    to write instead."""
    answer = await timeline.client.get(
        f"{timeline.path}/statements?from=10/2024&to=2024/25&said_from=&said_to=Oct+2024"
    )
    assert [(e["path"], e["column"]) for e in answer.json()["errors"]] == [
        ("?from", 1),
        ("?said_from", 1),
        ("?said_to", 1),
        ("?to", 6),
    ]
    told = {e["path"]: e["message"] for e in answer.json()["errors"]}
    assert "2024-10:" in told["?from"]
    assert "2024/2025:" in told["?to"]
    assert "leave this out" in told["?said_from"]
    assert "2024-10:" in told["?said_to"]
    body = said("a", occurred="1990s") | {"said": {"by": "A", "on": ""}}
    answer = await timeline.client.post(f"{timeline.path}/statements", json=body)
    assert answer.status_code == 400
    told = {e["path"]: e["message"] for e in answer.json()["errors"]}
    assert "199X" in told["/occurred"]
    assert "null" in told["/said/on"]


async def test_a_window_does_not_end_before_it_begins(timeline: Timeline) -> None:
    """Swapped ends are reported, as no statement could be meant."""
    answer = await timeline.get("/statements", **{"from": "2025", "to": "2024"})
    assert answer.json()["errors"][0]["path"] == "?to"


async def test_what_is_not_there_is_named(client: httpx.AsyncClient, timeline: Timeline) -> None:
    """A missing timeline, statement or event is a 404 of its own kind with the id."""
    for path, slug, id_ in (
        ("/v1/timelines/nope", "timeline-not-found", "nope"),
        ("/v1/timelines/Not%20one/statements", "timeline-not-found", "Not one"),
        (f"{timeline.path}/statements/nope", "statement-not-found", "nope"),
        (f"{timeline.path}/statements/nope/history", "statement-not-found", "nope"),
        (f"{timeline.path}/events/9", "event-not-found", "9"),
        (f"{timeline.path}/events/x", "event-not-found", "x"),
    ):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert (answer.json()["type"], answer.json()["id"]) == (f"/problems/{slug}", id_)


async def test_timelines_are_listed_by_name(client: httpx.AsyncClient, timeline: Timeline) -> None:
    """All pages together name each timeline once, in order, and are of no revision."""
    names: list[str] = []
    parameters = {"limit": "3"}
    while True:
        answer = await client.get("/v1/timelines", params=parameters)
        assert "Onrecord-Revision" not in answer.headers
        page = answer.json()
        names += [item["timeline"] for item in page["items"]]
        if page["next"] is None:
            break
        parameters = {"limit": "3", "cursor": page["next"]}
    assert names == sorted(set(names))
    assert timeline.name in names


async def test_actors_and_sources_have_pages(timeline: Timeline) -> None:
    """Each list goes on where it ended, at the revision it began with."""
    await timeline.record(
        *(said(f"s{n}", by=f"Actor {n}", sources=[{"id": f"s{n}", "title": "T"}]) for n in range(3))
    )
    for path, ids in (("/actors", "Actor {}"), ("/sources", "s{}")):
        first = (await timeline.get(path, limit=2, min_revision=4)).json()
        rest = (await timeline.get(path, cursor=first["next"])).json()
        found = [item["id"] for item in first["items"] + rest["items"]]
        assert found == [ids.format(n) for n in range(3)]
        assert rest["next"] is None


async def test_a_heavy_page_ends_early_and_its_cursor_goes_on(timeline: Timeline) -> None:
    """Ten statements of four megabytes come in more pages than one, each once."""
    source = {"id": "s", "title": "t", "quote": "q" * 5_000}
    for n in range(10):
        await timeline.record(said(f"heavy-{n}", sources=[source] * 800))
    page = (await timeline.get("/statements", limit=500, min_revision=11)).json()
    found = [item["id"] for item in page["items"]]
    assert len(found) < 10
    while page["next"]:
        page = (await timeline.get("/statements", limit=500, cursor=page["next"])).json()
        found += [item["id"] for item in page["items"]]
    assert sorted(found) == [f"heavy-{n}" for n in range(10)]
