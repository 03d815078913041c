"""Approvals of one proposal in the same moment, and their notes, against a log in memory."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from events.errors import OutcomeUnknown
from service.writing.proposing.approvals import Approvals
from tests.unit.service.writing.proposing.desk import QUEUE, Desk, statement

NOTE = {"note": "Checked with the desk."}


async def decision_on(desk: Desk, proposal: str) -> tuple[str, str | None]:
    """Who approved it, and with which note."""
    shown = (await desk.ask("ann", "GET", f"/proposals/{proposal}")).json()
    assert shown["state"] == "approved"
    return shown["decision"]["author"], shown["decision"]["note"]


async def killed() -> None:
    raise OutcomeUnknown("the process was killed")


@pytest.mark.parametrize("status", [201, 503])
async def test_of_two_approvals_at_once_one_is_new(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """Both have found the proposal waiting: the second to carry it out is told what the first has
    recorded, and the decision is the first one's, without the second one's note, also where the
    first was killed before it could note anything."""
    made = await desk.propose(body=[statement("x"), statement("y")])
    carry_out = Approvals.carry_out
    first: list[Any] = []

    async def late(self: Approvals, *given: Any) -> Any:
        monkeypatch.setattr(Approvals, "carry_out", carry_out)
        if status == 503:
            desk.writer.log.after.append(killed)
        first.append(await desk.decide("ed", made, "approval", NOTE))
        return await carry_out(self, *given)

    monkeypatch.setattr(Approvals, "carry_out", late)
    second = await desk.decide("eve", made, "approval", {"note": "Me too."})
    assert (first[0].status_code, second.status_code) == (status, 200)
    assert second.json()["duplicate"]
    note = NOTE["note"] if status == 201 else None
    assert await decision_on(desk, made) == ("ed", note)
    recorded = [e for e in await desk.writer.events() if e.header.timeline == "kursk"][2:]
    assert [item["event_id"] for item in second.json()["items"]] == [e.header.id for e in recorded]
    assert (await desk.types(QUEUE)).count("proposal.approved") == 1


@pytest.mark.parametrize("reviewer", ["eve", "ed"])
async def test_who_comes_between_publishing_and_noting_is_second(desk: Desk, reviewer: str) -> None:
    """An approval that is answered before the first one is noted is no new one, whoever repeats it,
    and the decision is the first reviewer's, with their note."""
    made = await desk.propose()
    second: list[Any] = []

    async def approve() -> None:
        second.append(await desk.decide(reviewer, made, "approval", {"note": "Me too."}))

    desk.writer.log.after.append(approve)
    first = await desk.decide("ed", made, "approval", NOTE)
    assert (first.status_code, second[0].status_code) == (201, 200)
    assert second[0].json()["duplicate"]
    own = "Me too." if reviewer == "ed" else NOTE["note"]
    assert await decision_on(desk, made) == ("ed", own)


@pytest.mark.parametrize("path", ["", "/{}"])
async def test_a_look_between_publishing_and_noting_loses_no_note(desk: Desk, path: str) -> None:
    """The proposal is shown as approved at once, and with the reviewer's note once that is made."""
    made = await desk.propose()
    seen: list[Any] = []

    async def look() -> None:
        seen.append((await desk.ask("ann", "GET", f"/proposals{path.format(made)}")).json())

    desk.writer.log.after.append(look)
    assert (await desk.decide("ed", made, "approval", NOTE)).status_code == 201
    shown = seen[0] if path else seen[0]["items"][0]
    assert (shown["state"], shown["decision"]["note"]) == ("approved", None)
    assert await decision_on(desk, made) == ("ed", NOTE["note"])


async def test_a_note_is_added_by_repeating_the_approval(desk: Desk) -> None:
    """Killed between publishing and noting, and completed by a look without the note: the reviewer
    who repeats the approval adds it, once. Another editor's note is not taken for theirs, and a dry
    run adds none."""
    made = await desk.propose()
    desk.writer.log.after.append(killed)
    assert (await desk.decide("ed", made, "approval", NOTE)).status_code == 503
    assert await decision_on(desk, made) == ("ed", None)
    for who, query in (("eve", ""), ("ed", "?dry_run=true")):
        answer = await desk.decide(who, made, f"approval{query}", {"note": "Mine."})
        assert (answer.status_code, answer.json()["duplicate"]) == (200, True)
        assert await decision_on(desk, made) == ("ed", None)
    for note in (NOTE, {"note": "On second thought."}, {}):
        answer = await desk.decide("ed", made, "approval", note)
        assert (answer.status_code, answer.json()["duplicate"]) == (200, True)
        assert await decision_on(desk, made) == ("ed", NOTE["note"])
    assert (await desk.types(QUEUE)).count("proposal.approved") == 2


async def test_where_all_is_on_record_before_the_first_to_approve_is_new(desk: Desk) -> None:
    """The timeline got the same statement otherwise: approving records nothing there, and of two
    approvals at once one is new all the same."""
    made = await desk.propose(body=statement("y"))
    await desk.post("admin", "/statements", statement("y"))
    answers = await asyncio.gather(
        desk.decide("ed", made, "approval", NOTE), desk.decide("eve", made, "approval")
    )
    assert sorted(answer.status_code for answer in answers) == [200, 201]
    assert (await desk.types("kursk")).count("statement.recorded") == 2
    assert (await desk.types(QUEUE)).count("proposal.approved") <= 2
