"""A statement that is put whole, over HTTP alone."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.acceptance.writes import paths, post, recorded, refused
from tests.serving import Timeline, said


async def put(
    timeline: Timeline, body: Any, id_: str = "a", if_match: str | None = None, **query: str
) -> httpx.Response:
    headers = {} if if_match is None else {"If-Match": if_match}
    path = f"{timeline.path}/statements/{id_}"
    return await timeline.client.put(path, json=body, params=query, headers=headers)


async def shown(timeline: Timeline, revision: int) -> Any:
    return (await timeline.get("/statements/a", min_revision=revision)).json()


async def test_a_statement_is_recorded_corrected_and_left_as_it_is(timeline: Timeline) -> None:
    """New is 201, different is 201 and one correction of what differs, the same is 200 with the
    event that made it so; what was put before can be put again for ever."""
    first = recorded(await put(timeline, said("a", tags=["x"], occurred="2024")), "a", 2)
    again = await put(timeline, said("a", tags=["X"], occurred="2024", language="en"))
    assert (again.status_code, again.json()) == (200, {**first, "duplicate": True})
    other = {name: value for name, value in said("a", on="2024-10").items() if name != "id"}
    changed = recorded(await put(timeline, other, reason="The file has it so."), "a", 3)
    event = (await timeline.get("/events/3", min_revision=3)).json()
    assert event["data"] | {"on": None, "source": None} == {
        "changes": {"said": {"on": "2024-10"}, "occurred": None, "tags": []},
        "reason": "The file has it so.",
        "on": None,
        "source": None,
    }
    same = await put(timeline, other)
    assert (same.status_code, same.json()) == (200, {**changed, "duplicate": True})
    recorded(await put(timeline, said("a", tags=["x"], occurred="2024")), "a", 4)
    statement = await shown(timeline, 4)
    assert (statement["tags"], statement["occurred"], statement["said"]["on"]) == (
        ["x"],
        "2024",
        None,
    )
    event = (await timeline.get("/events/4")).json()
    assert event["data"]["reason"].startswith("The whole statement was put again")


async def test_what_was_taken_back_is_not_changed_by_a_put(timeline: Timeline) -> None:
    """A retracted statement that is the same is a duplicate, one that differs is 409; a redacted
    one is 410."""
    recorded(await put(timeline, said("a")), "a", 2)
    await post(timeline, "/statements/a/retractions", {"reason": "never said"})
    assert (await put(timeline, said("a"))).status_code == 200
    refused(await put(timeline, said("a", text="Other.")), "already-retracted", 409)
    await post(timeline, "/statements/a/redactions", {"reason": "a court"})
    refused(await put(timeline, said("a")), "statement-redacted", 410)


async def test_what_can_not_be_put(timeline: Timeline) -> None:
    """Another id than the path's, a faulty statement, a faulty id in the path and a timeline that
    is not open are reported."""
    answer = refused(await put(timeline, said("b", on="2024/25")), "invalid-request", 400)
    assert paths(answer) == ["/id", "/said/on"]
    refused(await put(timeline, said("a"), id_="-a"), "invalid-request", 400)
    nowhere = Timeline(timeline.client, "nowhere")
    refused(await put(nowhere, said("a")), "timeline-not-found", 404)


async def test_if_match_holds_for_a_put(timeline: Timeline) -> None:
    """With a tag, or any, a new statement is not recorded; a stale tag is 412, the present one and
    any are not."""
    for tag in ('"1"', "*"):
        conflict = refused(await put(timeline, said("a"), if_match=tag), "revision-conflict", 412)
        assert conflict["actual"] == 0
    recorded(await put(timeline, said("a")), "a", 2)
    recorded(await put(timeline, said("a", text="1"), if_match='"2"'), "a", 3)
    refused(await put(timeline, said("a", text="2"), if_match='"2"'), "revision-conflict", 412)
    recorded(await put(timeline, said("a", text="2"), if_match="*"), "a", 4)


async def test_a_dry_run_of_a_put(timeline: Timeline) -> None:
    """It says whether the statement would be new, and changes nothing."""
    for expected in (201, 201):
        dry = await put(timeline, said("a"), dry_run="true")
        assert (dry.status_code, dry.json()["revision"]) == (expected, 2)
    assert (await timeline.get("/statements/a")).status_code == 404


async def test_puts_at_the_same_time_are_one_after_another(timeline: Timeline) -> None:
    """Each is recorded or a duplicate, none is lost, and the last one is what is shown."""
    bodies = [said("a", text=f"Version {n % 4}.") for n in range(16)]
    answers = await asyncio.gather(*(put(timeline, body) for body in bodies))
    assert {answer.status_code for answer in answers} <= {200, 201}
    new = [answer.json()["revision"] for answer in answers if answer.status_code == 201]
    assert sorted(new) == [*range(2, len(new) + 2)]
    last = max(zip(answers, bodies, strict=True), key=lambda each: each[0].json()["revision"])
    assert (await shown(timeline, max(new)))["text"] == last[1]["text"]
