"""Asking with the knowledge of an earlier moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.rows import each_row
from tests.serving import Timeline, said

_QUESTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("", {}),
    ("/statements", {"count": "true"}),
    ("/statements", {"order": "-said", "limit": 1}),
    ("/statements", {"order": "recorded", "standing": ["disputed", "corroborated"]}),
    ("/statements", {"actor": "kim jong-un", "count": "true"}),
    ("/statements", {"said_to": "2025-04-30", "match": "certain", "source": "paper"}),
    ("/statements", {"unsourced": "true", "from": "2024-10", "order": "-occurred"}),
    ("/statements/a", {}),
    ("/statements/b", {}),
    ("/statements/b/history", {}),
    ("/actors", {}),
    ("/sources", {}),
    ("/events", {"subject": "statements/a"}),
    ("/events/5", {}),
)


def _post(path: str, **body: object) -> tuple[str, str, dict[str, object]]:
    return "POST", path, body


_PAPER = {"id": "paper", "title": "The paper"}
_COMMANDS = (
    _post("statements", **said("a", on="2025-04", occurred="2024-10/..", sources=[_PAPER])),
    _post("statements", **said("b", by="Kim Jong Un", on="2025-05-01", occurred="2025-02~")),
    _post("statements/b/relations", relation="disputes", target="a"),
    ("PUT", "actors/kim", {"name": "Kim Jong-Un", "type": "person"}),
    ("PUT", "actors/kim/aliases/Kim%20Jong%20Un", None),
    _post("statements/a/corrections", changes={"occurred": "2024-11"}, reason="A slip."),
    _post("sources/paper/grades", reliability="B"),
    _post("statements/a/grades", credibility=2),
    _post("statements", **said("c", by="Analysts", occurred="2024-12")),
    _post("statements/c/relations", relation="supports", target="a"),
    _post("statements/b/retractions", reason="Withdrawn."),
    ("DELETE", "statements/c/relations/supports/a?reason=wrong", None),
    ("DELETE", "actors/kim/aliases/Kim%20Jong%20Un", None),
    _post("statements/c/relations", relation="supersedes", target="a"),
)


async def _answers(timeline: Timeline, **moment: object) -> list[tuple[int, bytes, str | None]]:
    answers = []
    for path, asked in _QUESTIONS:
        answer = await timeline.get(path, **asked, **moment)
        if answer.status_code == 200:
            assert answer.headers["Onrecord-Revision"] == str(moment["as_of"])
        answers.append((answer.status_code, answer.content, answer.headers.get("ETag")))
    return answers


async def test_as_of_is_what_was_answered_then(timeline: Timeline) -> None:
    """Every read as of a revision repeats, byte for byte and with its tag, what the service said
    when it knew that revision alone; and so do all pages behind its cursors."""
    then = {1: await _answers(timeline, as_of=1)}
    for method, path, body in _COMMANDS:
        url = f"{timeline.path}/{path}"
        answer = await timeline.client.request(method, url, json=body) if body else None
        answer = answer or await timeline.client.request(method, url)
        assert answer.is_success, answer.text
        revision = int(answer.headers["Onrecord-Revision"])
        then[revision] = await _answers(timeline, as_of=revision, min_revision=revision)
    assert list(then) == list(range(1, len(_COMMANDS) + 2))
    for revision, answers in then.items():
        assert await _answers(timeline, as_of=revision) == answers
    assert then[3] != then[4]


async def test_a_page_as_of_goes_on_as_of_the_same(timeline: Timeline) -> None:
    """The cursor of a page as of a revision keeps that revision, and every page says so."""
    await timeline.record(*(said(f"s{n}") for n in range(5)))
    page = (await timeline.get("/statements", as_of=4, limit=2, min_revision=6)).json()
    seen = [item["id"] for item in page["items"]]
    as_of = page["as_of"]
    assert as_of["revision"] == 4
    while page["next"]:
        page = (await timeline.get("/statements", cursor=page["next"], limit=2)).json()
        assert (page["revision"], page["as_of"]) == (4, as_of)
        seen += [item["id"] for item in page["items"]]
    assert seen == ["s0", "s1", "s2"]


async def test_a_cursor_carries_the_limit(timeline: Timeline) -> None:
    """Pages behind a cursor are as long as the first, until another limit is given, which the
    cursors from there on carry: of statements, actors, sources and histories alike."""
    sources = [{"id": f"s{n}", "title": "x"} for n in range(8)]
    await timeline.record(*(said(f"s{n}", sources=sources, about=[f"A{n}"]) for n in range(8)))
    path = f"{timeline.path}/statements/s0/grades"
    for n in range(1, 7):
        assert (await timeline.client.post(path, json={"credibility": n})).is_success
    for path in ("/statements", "/actors", "/sources", "/statements/s0/history"):
        first = (await timeline.get(path, limit=1, min_revision=15)).json()
        second = (await timeline.get(path, cursor=first["next"])).json()
        third = (await timeline.get(path, cursor=second["next"], limit=2)).json()
        fourth = (await timeline.get(path, cursor=third["next"])).json()
        pages = (first, second, third, fourth)
        assert [len(page["items"]) for page in pages] == [1, 1, 2, 2], path


async def test_a_time_finds_the_last_event_recorded_by_then(timeline: Timeline) -> None:
    """The recorded time of an event finds it, a microsecond before the one before; a day is its
    end, a time to come is the head."""
    await timeline.record(said("a"))
    await timeline.record(said("b"))
    await timeline.get("", min_revision=3)
    events = (await timeline.get("/events")).json()["items"]
    at = [datetime.fromisoformat(event["recorded_at"]) for event in events]

    async def revision(as_of: str) -> int:
        return int((await timeline.get("/statements", as_of=as_of)).json()["as_of"]["revision"])

    def text(time: datetime) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    assert [await revision(text(time)) for time in at] == [1, 2, 3]
    assert await revision(text(at[1] - timedelta(microseconds=1))) == 1
    assert await revision((at[2] + timedelta(days=1)).date().isoformat()) == 3
    assert await revision("9999-12-31T23:59:59Z") == 3
    before = await timeline.get("/statements", as_of=text(at[0] - timedelta(microseconds=1)))
    assert (before.status_code, before.json()["type"]) == (404, "/problems/timeline-not-found")


@pytest.fixture
async def recorded(timeline: Timeline) -> Timeline:
    """A timeline with the statement `a`, which tests only read."""
    await timeline.record(said("a"))
    return timeline


@each_row(
    ("as_of", "status"),
    [
        ("0", 404),
        ("1999-12-31", 404),
        ("3", 400),
        ("9007199254740992", 400),
        ("2025-02-30", 400),
        ("yesterday", 400),
        ("2025-04-30T10:00:00", 400),
        ("-1", 400),
        ("", 400),
        ("٣", 400),
    ],
)
async def test_what_is_no_moment_is_refused(recorded: Timeline, as_of: str, status: int) -> None:
    """Before the opening there is no timeline; beyond the head, or no moment at all, is refused at
    the parameter."""
    for path in ("", "/statements", "/statements/a", "/actors", "/sources", "/events"):
        answer = await recorded.get(path, as_of=as_of)
        assert answer.status_code == status, answer.text
        if status == 400:
            assert [error["path"] for error in answer.json()["errors"]] == ["?as_of"]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"said_from": "2025-02"}, ["b", "d"]),
        ({"said_to": "2025-02"}, ["a", "b"]),
        ({"said_to": "2025-02", "match": "certain"}, ["a"]),
        ({"source": ["paper", "none"]}, ["a"]),
        ({"unsourced": "true"}, ["b", "c", "d"]),
        ({"unsourced": "false"}, ["a"]),
        ({"standing": "disputed"}, ["a"]),
        ({"standing": ["disputed", "asserted"], "unsourced": "true"}, ["b", "c", "d"]),
        ({"standing": "retracted"}, []),
    ],
)
async def test_statements_are_found_by_said_time_source_and_standing(
    timeline: Timeline, asked: dict[str, Any], ids: list[str]
) -> None:
    """Each of these filters keeps what it names; without a said time it is in no window."""
    await timeline.record(
        said("a", on="2025-01", sources=[_PAPER]),
        said("b", on="2025-02/2025-03"),
        said("c"),
        said("d", on="2025-04"),
    )
    disputes = {"relation": "disputes", "target": "a"}
    answer = await timeline.client.post(f"{timeline.path}/statements/b/relations", json=disputes)
    assert answer.status_code == 201, answer.text
    page = await timeline.get("/statements", order="recorded", min_revision=6, **asked)
    assert [item["id"] for item in page.json()["items"]] == ids
