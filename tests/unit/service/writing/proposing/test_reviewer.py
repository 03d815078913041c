"""Proposals from the first call to the last, against the application and a log in memory."""

from __future__ import annotations

from typing import Any

import pytest

from events.event.types import StatementRetracted
from service.writing.deciding.past import Pasts
from tests.unit.service.writing.proposing.desk import QUEUE, Desk, statement
from tests.writers import said

WRITES: list[tuple[str, str, Any]] = [
    ("POST", "/statements", statement("n")),
    ("POST", "/statements", [statement("n"), statement("m")]),
    ("PUT", "/statements/n", statement()),
    ("PUT", "/statements/a?reason=so", statement()),
    ("POST", "/statements/a/corrections", {"changes": {"text": "Other."}, "reason": "so"}),
    ("POST", "/statements/a/retractions", {"reason": "so"}),
    ("POST", "/statements/a/grades", {"credibility": 2}),
    ("PUT", "/actors/kcna", {"name": "KCNA", "type": "agency"}),
    (
        "POST",
        "/commands",
        [{"statement": statement("n")}, {"grade": {"statement": "n", "credibility": 1}}],
    ),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
async def test_what_a_contributor_writes_happens_once_it_is_approved(
    desk: Desk, method: str, path: str, body: Any
) -> None:
    """202 and nothing on the timeline; after the approval the very events that a writer would have
    made, by both; approved twice it is once."""
    answer = await desk.ask("ann", method, path, body)
    made = answer.json()
    assert (answer.status_code, made["state"]) == (202, "proposed")
    assert answer.headers["Onrecord-Revision"] == "2"
    assert [item["duplicate"] for item in made["items"]] == [False] * len(made["items"])
    assert await desk.types("kursk") == ["timeline.opened", "statement.recorded"]
    shown = (await desk.ask("ed", "GET", f"/proposals/{made['proposal']}")).json()
    assert (shown["applies"], shown["author"], shown["decision"]) == (True, "ann", None)
    approved = await desk.decide("ed", made["proposal"], "approval", {"note": "seen"})
    assert (approved.status_code, approved.json()["state"]) == (201, "approved")
    again = await desk.decide("eve", made["proposal"], "approval")
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    assert [i["event_id"] for i in again.json()["items"]] == [
        i["event_id"] for i in approved.json()["items"]
    ]
    events = [e for e in await desk.writer.events() if e.header.timeline == "kursk"][2:]
    assert len(events) == len(made["items"])
    assert {event.header.author for event in events} == {"ann; approved by ed"}
    assert (await desk.types(QUEUE))[1:] == ["proposal.made", "proposal.approved"]
    decision = (await desk.ask("ann", "GET", f"/proposals/{made['proposal']}")).json()["decision"]
    assert (decision["author"], decision["note"]) == ("ed", "seen")
    assert decision["revisions"] == [event.header.revision for event in events]


async def test_who_may_not_see_a_proposal_is_told_that_there_is_none(desk: Desk) -> None:
    """Its author and reviewers see it; to another contributor, to a reader and in each list, it
    does not exist."""
    made = await desk.propose()
    for who, status in (("ann", 200), ("ed", 200), ("bob", 404), ("reader", 404)):
        answer = await desk.ask(who, "GET", f"/proposals/{made}")
        assert answer.status_code == status, who
        listed = (await desk.ask(who, "GET", "/proposals")).json()["items"]
        assert [each["proposal"] for each in listed] == ([made] if status == 200 else [])
    missing = await desk.ask("bob", "GET", "/proposals/nothing")
    hidden = await desk.ask("bob", "GET", f"/proposals/{made}")
    assert missing.content.replace(b"nothing", made.encode()) == hidden.content
    before = (await desk.shown()) | {}
    await desk.propose(body=statement("y"))
    assert await desk.shown() == before
    for who, status in (("reader", 404), ("ann", 404), ("ed", 200)):
        answer = await desk.client.get(
            f"/v1/timelines/{QUEUE}/events", headers={"Authorization": desk.keys[who]}
        )
        assert answer.status_code == status, who
    listed = (
        await desk.client.get("/v1/timelines", headers={"Authorization": desk.keys["admin"]})
    ).json()
    assert [each["timeline"] for each in listed["items"]] == ["kursk"]


async def test_each_decides_what_is_theirs(desk: Desk) -> None:
    """Nobody approves their own, authors withdraw, reviewers refuse; each is decided once."""
    one, two, three = [await desk.propose(body=statement(f"p{n}")) for n in range(3)]
    for who, noun, status in (
        ("ann", "approval", 403),
        ("ann", "refusal", 403),
        ("reader", "withdrawal", 404),
        ("bob", "withdrawal", 404),
        ("ed", "redaction", 403),
    ):
        answer = await desk.decide(
            who, one, noun, {"reason": "so"} if noun in ("refusal", "redaction") else {}
        )
        assert answer.status_code == status, (who, noun)
    assert (await desk.decide("ann", one, "withdrawal")).status_code == 201
    assert (await desk.decide("ann", one, "withdrawal")).status_code == 200
    late = await desk.decide("ed", one, "approval")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/proposal-decided")
    refused = await desk.decide("ed", two, "refusal", {"reason": "No source."})
    assert (refused.status_code, refused.json()["state"]) == (201, "refused")
    assert (await desk.decide("ann", two, "withdrawal")).status_code == 409
    own = await desk.propose(body=statement("own"), who="bob")
    desk.granted.grant("key:bob", "editor", "kursk")
    assert (await desk.decide("bob", own, "approval")).status_code == 403
    waiting = (await desk.ask("ed", "GET", "/proposals?state=proposed")).json()["items"]
    assert [each["proposal"] for each in waiting] == [three, own]
    first = (await desk.ask("ed", "GET", "/proposals?limit=3")).json()
    rest = (await desk.ask("ed", "GET", f"/proposals?cursor={first['next']}")).json()
    listed = [each["proposal"] for each in first["items"] + rest["items"]]
    assert (listed, rest["next"]) == ([one, two, three, own], None)


async def test_who_may_propose_no_more_still_withdraws(desk: Desk) -> None:
    """An author whose right to propose was taken sees and withdraws what they proposed, and
    proposes nothing more; whom the timeline is hidden from does neither."""
    desk.keys["cy"] = desk.granted.key("cy", ("reader", "kursk"))
    given = desk.granted.grant("key:cy", "contributor", "kursk")
    one, two = [await desk.propose(body=statement(f"c{n}"), who="cy") for n in range(2)]
    desk.granted.take_grant(given)
    assert (await desk.post("cy", "/statements", statement("c2"))).status_code == 403
    assert await desk.state(one, "cy") == "proposed"
    gone = await desk.decide("cy", one, "withdrawal")
    assert (gone.status_code, gone.json()["state"]) == (201, "withdrawn")
    desk.granted.revoke("cy")
    desk.keys["cy"] = desk.granted.key("cy-2", ("contributor", "other"))
    hidden = await desk.decide("cy", two, "withdrawal")
    assert (hidden.status_code, hidden.json()["type"]) == (404, "/problems/timeline-not-found")
    assert await desk.state(two) == "proposed"


async def test_a_conflict_since_leaves_the_proposal(desk: Desk) -> None:
    """What cannot be recorded any more is refused as any write is, the proposal waits, and says
    that it does not apply; all of it happens or nothing."""
    made = await desk.propose(body=[statement("x"), statement("y")])
    await desk.writer.record(said("y", text="Something else."))
    await desk.writer.projector.progress.wait_for("kursk", 3)
    answer = await desk.decide("ed", made, "approval")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/statement-exists")
    shown = (await desk.ask("ed", "GET", f"/proposals/{made}")).json()
    assert (shown["state"], shown["applies"]) == ("proposed", False)
    assert [item.get("type") for item in shown["items"]] == [None, "/problems/statement-exists"]
    assert await desk.types("kursk") == ["timeline.opened", *["statement.recorded"] * 2]
    retraction = await desk.propose("/statements/a/retractions", {"reason": "so"})
    await desk.writer.do("a", StatementRetracted(reason="so"))
    assert (await desk.decide("ed", retraction, "approval")).status_code == 409


async def test_a_bad_proposal_is_refused_at_once(desk: Desk) -> None:
    """A proposal is held to every rule when it is made; what is recorded already is a duplicate; a
    dry run makes none."""
    for path, body, status in (
        ("/statements", statement("a"), 409),
        ("/statements/nope/retractions", {"reason": "so"}, 404),
        ("/statements/a/redactions", {"reason": "so"}, 403),
        ("/statements", {"kind": "claim"}, 400),
    ):
        assert (await desk.post("ann", path, body)).status_code == status, path
    known = {
        "kind": "claim",
        "text": "Kursk is free.",
        "said": {"by": "Gerasimov", "on": "2025-04-26"},
    }
    same = await desk.post("ann", "/statements", known | {"id": "a"})
    assert (same.status_code, same.json()["items"][0]["duplicate"]) == (200, True)
    tried = await desk.post("ann", "/statements?dry_run=true", statement("x"))
    assert (tried.status_code, tried.json()["dry_run"]) == (202, True)
    assert await desk.types(QUEUE) == []
    mixed = await desk.post(
        "ann",
        "/commands",
        [{"statement": statement("x")}, {"retraction": {"id": "nope", "reason": "so"}}],
    )
    assert mixed.status_code == 202
    assert mixed.json()["items"][1]["type"] == "/problems/statement-not-found"


async def test_a_redaction_leaves_nothing_of_a_proposal(desk: Desk) -> None:
    """It is 410, in no list, and its text is named to be removed; so is that of a proposal whose
    statement is redacted."""
    made = await desk.propose()
    gone = await desk.decide("admin", made, "redaction", {"reason": "a court"})
    assert gone.status_code == 201
    answer = await desk.ask("ann", "GET", f"/proposals/{made}")
    assert answer.status_code == 410
    assert answer.json()["detail"].startswith(f"Proposal '{made}' was redacted")
    other = await desk.propose(body=statement("y"))
    await desk.decide("ed", other, "approval")
    answer = await desk.post("admin", "/statements/y/redactions", {"reason": "a court"})
    assert answer.status_code == 201
    assert (await desk.ask("ed", "GET", f"/proposals/{other}")).status_code == 410
    assert (await desk.ask("ed", "GET", "/proposals")).json()["items"] == []
    named = [
        (e.header.subject, getattr(e.event, "revisions", None))
        for e in await desk.writer.events()
        if (e.header.timeline, e.header.type) == (QUEUE, "statement.redacted")
    ]
    assert named == [(f"proposals/{made}", (2,)), (f"proposals/{other}", (4, 5))]


async def test_a_redaction_reads_few_proposals_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are about the statement, and however large: a few are in memory at a time, and
    the text of all of them is named to be removed."""
    for n in range(20):
        change = {"changes": {"text": f"It stood {n}."}, "reason": "misread"}
        await desk.propose("/statements/a/corrections", change)
    read, sizes = Pasts.read, list[int]()

    async def noted(self: Pasts, timeline: str, places: Any) -> Any:
        found = await read(self, timeline, places)
        sizes.append(len(found))
        return found

    monkeypatch.setattr(Pasts, "read", noted)
    answer = await desk.post("admin", "/statements/a/redactions", {"reason": "a court"})
    assert answer.status_code == 201
    assert max(sizes) <= 8
    assert (await desk.types(QUEUE)).count("statement.redacted") == 20


async def test_a_redaction_in_an_array_leaves_nothing_of_a_proposal(desk: Desk) -> None:
    """As one by itself; a dry run, and an array that is refused as a whole, leave it as it is."""
    made = await desk.propose(
        "/statements/a/corrections", {"changes": {"text": "It stood."}, "reason": "misread"}
    )
    redaction = {"redaction": {"id": "a", "reason": "a court"}}
    unknown = {"retraction": {"id": "nobody", "reason": "r"}}
    for query, commands in (("?dry_run=true", [redaction]), ("?atomic=true", [redaction, unknown])):
        await desk.post("admin", f"/commands{query}", commands)
        assert "statement.redacted" not in await desk.types(QUEUE)
    answer = await desk.post("admin", "/commands", [redaction, unknown])
    assert answer.json()["items"][0]["id"] == "a"
    assert (await desk.types(QUEUE)).count("statement.redacted") == 1
    gone = await desk.ask("ed", "GET", f"/proposals/{made}")
    assert "It stood." not in gone.text
