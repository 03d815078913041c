"""The same thing proposed twice, against the application and a log in memory."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.unit.service.writing.proposing.desk import QUEUE, Desk, statement
from tests.writers import said

FIX = {"changes": {"text": "Other."}, "reason": "so"}
SAME: list[tuple[str, str, Any]] = [
    ("POST", "/statements", statement("n")),
    ("POST", "/statements", statement()),
    ("POST", "/statements", [statement("n"), statement()]),
    ("PUT", "/statements/n", statement()),
    ("POST", "/statements/a/corrections", FIX),
    ("PUT", "/actors/kcna", {"name": "KCNA", "type": "agency"}),
    (
        "POST",
        "/commands",
        [{"statement": statement()}, {"grade": {"statement": "a", "credibility": 1}}],
    ),
    ("POST", "/commands?atomic=true", [{"statement": statement("n")}]),
]


@pytest.mark.parametrize(("method", "path", "body"), SAME)
async def test_the_same_content_is_one_proposal_while_it_waits(
    desk: Desk, method: str, path: str, body: Any
) -> None:
    """Again by the same author it is that proposal, with the same ids, and a dry run names it; by
    another author it is another. Withdrawn, refused or redacted it is over: the same again is a new
    proposal, and that one can be approved."""

    async def sent(who: str = "ann", query: str = "") -> Any:
        answer = await desk.ask(who, method, path + query, body)
        assert answer.status_code == 202, answer.text
        return answer.json()

    first = await sent()
    assert await sent() == first
    mark = "&" if "?" in path else "?"
    assert (await sent(query=f"{mark}dry_run=true"))["proposal"] == first["proposal"]
    other = await sent("bob")
    seen = {first["proposal"], other["proposal"]}
    assert len(seen) == 2
    last = first["proposal"]
    for who, noun in (("ann", "withdrawal"), ("ed", "refusal"), ("admin", "redaction")):
        given = {} if noun == "withdrawal" else {"reason": "so"}
        assert (await desk.decide(who, last, noun, given)).status_code == 201
        again = await sent()
        assert again["proposal"] not in seen
        assert again["state"] == "proposed"
        last = again["proposal"]
        seen.add(last)
        assert await sent() == again
    assert (await desk.types(QUEUE)).count("proposal.made") == len(seen)
    assert (await desk.decide("ed", last, "approval")).status_code == 201
    assert await desk.state(other["proposal"]) == "proposed"


async def test_equal_requests_at_once_are_one_proposal(desk: Desk) -> None:
    """Whichever of them comes first."""
    answers = await asyncio.gather(
        *(desk.post("ann", "/statements", statement("n")) for _ in range(5))
    )
    assert len({answer.json()["proposal"] for answer in answers}) == 1
    assert (await desk.types(QUEUE)).count("proposal.made") == 1


async def test_a_proposal_has_what_is_new_of_an_array(desk: Desk) -> None:
    """What is recorded already is reported as a duplicate and left out, and what is refused is
    reported as that; what would be new later is another proposal."""
    kept = {"statement": statement("x")}
    retraction = {"retraction": {"id": "y", "reason": "so"}}
    known = {"statement": statement("b", text="Known.")}
    await desk.writer.record(said("b", text="Other."))
    await desk.writer.projector.progress.wait_for("kursk", 3)
    known = {
        "put": {
            "id": "b",
            "kind": "claim",
            "text": "Other.",
            "said": {"by": "Gerasimov", "on": "2025-04-26"},
        }
    }
    sent = [kept, retraction, known]
    first = (await desk.post("ann", "/commands", sent)).json()
    assert first["items"][0] == {"id": "x", "duplicate": False}
    assert first["items"][1]["type"] == "/problems/statement-not-found"
    assert first["items"][2] == {"id": "b", "duplicate": True}
    shown = (await desk.ask("ann", "GET", f"/proposals/{first['proposal']}")).json()
    assert [next(iter(each)) for each in shown["commands"]] == ["statement"]
    assert (await desk.post("ann", "/commands", sent)).json() == first
    await desk.writer.record(said("y"))
    await desk.writer.projector.progress.wait_for("kursk", 4)
    second = (await desk.post("ann", "/commands", sent)).json()
    assert second["proposal"] != first["proposal"]
    assert second["items"][1] == {"id": "y", "duplicate": False}


async def test_the_same_request_twice_is_one_proposal(desk: Desk) -> None:
    """With an Idempotency-Key, for ever, and with what has become of it; the key of another is
    another; what was refused in an array is decided again, and never silently left out."""
    headers = {"Idempotency-Key": "k"}
    first, again = [
        await desk.post("ann", "/statements/a/corrections", FIX, headers=headers) for _ in range(2)
    ]
    other = await desk.post("bob", "/statements/a/corrections", FIX, headers=headers)
    assert first.status_code == again.status_code == other.status_code == 202
    assert first.json() == again.json()
    assert first.json()["proposal"] != other.json()["proposal"]
    await desk.decide("ed", first.json()["proposal"], "approval")
    late = await desk.post("ann", "/statements/a/corrections", FIX, headers=headers)
    assert late.json() == first.json() | {"state": "approved"}
    changed = FIX | {"reason": "another"}
    refused = await desk.post("ann", "/statements/a/corrections", changed, headers=headers)
    assert (refused.status_code, refused.json()["id"]) == (409, "k")
    await desk.writer.record(said("b"))
    await desk.writer.projector.progress.wait_for("kursk", 4)
    for n, body in enumerate((statement(), [statement("b") | KNOWN, statement()])):
        headers = {"Idempotency-Key": f"n{n}"}
        one, two = [await desk.post("ann", "/statements", body, headers=headers) for _ in range(2)]
        assert one.status_code == 202, one.text
        assert one.json() == two.json()


KNOWN = {"text": "Kursk is free.", "said": {"by": "Gerasimov", "on": "2025-04-26"}}


async def test_a_repeated_array_is_answered_for_each_command(desk: Desk) -> None:
    """With its Idempotency-Key, while a statement was recorded that its second command needs: that
    command was not proposed, and asks for another key."""
    headers = {"Idempotency-Key": "k"}
    sent = [{"statement": statement()}, {"grade": {"statement": "y", "credibility": 1}}]
    first = (await desk.post("ann", "/commands", sent, headers=headers)).json()
    assert (await desk.post("ann", "/commands", sent, headers=headers)).json() == first
    await desk.writer.record(said("y"))
    await desk.writer.projector.progress.wait_for("kursk", 3)
    again = (await desk.post("ann", "/commands", sent, headers=headers)).json()
    assert again["items"][0] == first["items"][0]
    assert again["items"][1]["type"] == "/problems/idempotency-conflict"
    assert again["proposal"] == first["proposal"]


async def test_a_stranger_is_told_what_that_means(desk: Desk) -> None:
    """Where everyone may propose, the answer to nobody in particular says that the proposal is lost
    to them, and so it is; to somebody who is known it does not."""
    desk.granted.grant("everyone", "contributor", "kursk")
    path = "/v1/timelines/kursk"
    made = await desk.client.post(f"{path}/statements", json=statement("n"))
    assert made.status_code == 202, made.text
    assert "Keep its id" in made.json()["advice"]
    proposal = made.json()["proposal"]
    assert (await desk.client.get(f"{path}/proposals/{proposal}")).status_code == 404
    assert (await desk.client.get(f"{path}/proposals")).json()["items"] == []
    gone = await desk.client.post(f"{path}/proposals/{proposal}/withdrawal", json={})
    assert gone.status_code == 404
    assert "advice" not in (await desk.post("ann", "/statements", statement("m"))).json()
    assert await desk.state(proposal) == "proposed"
