"""Rounds: a proposal is carried out once, whatever breaks off or comes between on the way."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from events.errors import OutcomeUnknown
from service.writing.proposing.approvals import Approvals
from service.writing.proposing.reviewer import Reviewer
from tests.unit.service.writing.proposing.desk import QUEUE, Desk, statement


async def test_a_crash_between_the_two_appends_is_completed(desk: Desk) -> None:
    """The commands were carried out and the approval was not noted: whoever asks next finds it
    approved, by the editor who did it, and nobody can withdraw it; nothing happens twice."""

    nouns = (("ann", "withdrawal", 409), ("ed", "approval", 200), ("eve", "refusal", 409))
    for n, (who, noun, status) in enumerate(nouns):
        made = await desk.propose(body=statement(f"c{n}"))
        desk.writer.log.after.append(killed)
        assert (await desk.decide("ed", made, "approval")).status_code == 503
        body = {"reason": "so"} if noun == "refusal" else {}
        assert (await desk.decide(who, made, noun, body)).status_code == status
        shown = (await desk.ask("ann", "GET", f"/proposals/{made}")).json()
        assert (shown["state"], shown["decision"]["author"]) == ("approved", "ed")
    assert (await desk.types("kursk")).count("statement.recorded") == 4
    assert (await desk.types(QUEUE)).count("proposal.approved") == 3


DECISIONS: dict[str, tuple[str, dict[str, str]]] = {
    "withdrawal": ("ann", {}),
    "refusal": ("eve", {"reason": "so"}),
    "redaction": ("admin", {"reason": "a court"}),
}


@pytest.mark.parametrize("noun", DECISIONS)
@pytest.mark.parametrize("then", ["approval", "withdrawal", "refusal"])
async def test_a_crash_between_closing_and_noting_leaves_the_proposal(
    desk: Desk, noun: str, then: str
) -> None:
    """Somebody was about to withdraw, refuse or redact it and was never answered, twice: it waits,
    and can be decided in any way. Approved twice it is once; what was noted holds."""
    made = await desk.propose()
    who, body = DECISIONS[noun]
    for _ in range(2):
        desk.writer.log.after.append(killed)
        assert (await desk.decide(who, made, noun, body)).status_code == 503
    assert await desk.state(made) == "proposed"
    who, body = DECISIONS.get(then, ("ed", {}))
    assert (await desk.decide(who, made, then, body)).status_code == 201
    assert (await desk.decide(who, made, then, body)).status_code == 200
    is_approved = then == "approval"
    assert (await desk.types("kursk")).count("statement.recorded") == 1 + is_approved
    assert (await desk.types(QUEUE))[2:] == [
        "proposal.approved" if is_approved else f"proposal.{ENDED[then]}"
    ]
    late = await desk.decide(
        "eve",
        made,
        "refusal" if is_approved else "approval",
        {"reason": "r"} if is_approved else {},
    )
    assert late.status_code == 409


ENDED = {"withdrawal": "withdrawn", "refusal": "refused"}


async def killed() -> None:
    raise OutcomeUnknown("the process was killed")


@pytest.mark.parametrize("noun", DECISIONS)
async def test_who_was_slow_to_note_is_told_of_the_approval(desk: Desk, noun: str) -> None:
    """The proposal is approved while another decision has closed it and is not noted yet: that one
    is refused, and nothing of it is noted; a redaction removes the text all the same."""
    made = await desk.propose()
    who, body = DECISIONS[noun]
    approvals: list[Any] = []

    async def approve() -> None:
        approvals.append(await desk.decide("ed", made, "approval"))

    desk.writer.log.after.append(approve)
    late = await desk.decide(who, made, noun, body)
    assert [answer.status_code for answer in approvals] == [201]
    assert late.status_code == (201 if noun == "redaction" else 409)
    assert (await desk.types("kursk")).count("statement.recorded") == 2
    more = ["statement.redacted"] if noun == "redaction" else []
    assert (await desk.types(QUEUE))[2:] == ["proposal.approved", *more]


@pytest.mark.parametrize(("who", "noun"), [("ann", "withdrawal"), ("admin", "redaction")])
async def test_what_is_decided_meanwhile_is_not_carried_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, who: str, noun: str
) -> None:
    """An approval that has found the proposal waiting records nothing if it was withdrawn or
    redacted before its commands are carried out."""
    made = await desk.propose()
    carry_out = Approvals.carry_out
    answers: list[Any] = []

    async def late(self: Approvals, *given: Any, **more: Any) -> Any:
        if not answers:
            body = {"reason": "a court"} if noun == "redaction" else {}
            answers.append(await desk.decide(who, made, noun, body))
        return await carry_out(self, *given, **more)

    monkeypatch.setattr(Approvals, "carry_out", late)
    approval = await desk.decide("ed", made, "approval")
    assert [answers[0].status_code, approval.status_code] == [201, 409]
    assert await desk.types("kursk") == ["timeline.opened", "statement.recorded"]


async def test_what_is_carried_out_meanwhile_is_not_withdrawn(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A withdrawal that has found the proposal waiting is refused if the commands were carried out
    before it is recorded."""
    made = await desk.propose()
    decide, note = Reviewer._end, Approvals._note
    found, carried_out, decided = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def late(self: Reviewer, *given: Any, **more: Any) -> Any:
        found.set()
        await carried_out.wait()
        return await decide(self, *given, **more)

    async def later(self: Approvals, *given: Any, **more: Any) -> Any:
        carried_out.set()
        await decided.wait()
        return await note(self, *given, **more)

    monkeypatch.setattr(Reviewer, "_end", late)
    monkeypatch.setattr(Approvals, "_note", later)
    withdrawal = asyncio.create_task(desk.decide("ann", made, "withdrawal"))
    await found.wait()
    approval = asyncio.create_task(desk.decide("ed", made, "approval"))
    refused = await withdrawal
    decided.set()
    assert [refused.status_code, (await approval).status_code] == [409, 201]
    assert await desk.state(made) == "approved"
