"""Imports over HTTP by those who may only propose, and who sees what came of an import."""

from __future__ import annotations

import json
import uuid

from tests.acceptance import imports_sent
from tests.acceptance.imports_sent import CLAIMS, MAPPING, granted, outcome, total
from tests.serving import Service

timeline = imports_sent.timeline


def test_what_a_contributor_imports_becomes_a_proposal(server: Service, timeline: str) -> None:
    """Nothing is recorded until an editor approves it, and the report names what waits for that.
    The same file again is the same proposal while that waits, and another one once it was
    refused."""
    theirs = granted(server, timeline, "contributor")

    def propose() -> list[str]:
        """Import the file; the ids of the proposals that wait."""
        sent = server.ask(
            "POST",
            f"{timeline}/imports",
            files={"file": ("claims.csv", CLAIMS)},
            data={"mapping": json.dumps(MAPPING)},
            **theirs,
        )
        done = outcome(server, timeline, sent)
        assert (done["state"], done["report"]["new"], done["report"]["refused"]) == ("done", 2, 1)
        items = server.ask("GET", f"{timeline}/proposals?state=proposed").json()["items"]
        assert [(each["author"][:11], len(each["commands"])) for each in items] == [
            ("contributor", 2)
        ]
        waiting = [each["proposal"] for each in items]
        assert done["report"]["proposals"] == waiting
        return waiting

    [first] = propose()
    assert propose() == [first]
    path = f"{timeline}/proposals/{first}/refusal"
    assert server.ask("POST", path, json={"reason": "No source."}).status_code == 201
    [second] = propose()
    assert second != first
    assert total(server, timeline) == 0
    path = f"{timeline}/proposals/{second}/approval"
    assert server.ask("POST", path, json={}).status_code == 201
    assert server.ask("GET", timeline, params={"min_revision": 3}).status_code == 200
    assert total(server, timeline) == 2


def test_an_import_is_shown_to_who_ordered_it_and_to_reviewers(
    server: Service, timeline: str
) -> None:
    """To another contributor, and to a writer, it is as one that was never ordered: its report has
    the rows that are only proposed."""
    own = granted(server, timeline, "contributor")
    said = {"id": "x", "kind": "claim", "text": "It rained.", "said": {"by": "X", "on": None}}
    files = {"file": ("a.jsonl", json.dumps({"statement": said}))}
    sent = server.ask("POST", f"{timeline}/imports", files=files, **own).json()
    path, never = f"{timeline}/imports/{sent['import']}", f"{timeline}/imports/{uuid.uuid4()}"
    for role in ("contributor", "writer"):
        theirs = granted(server, timeline, role)
        refused, unknown = (server.ask("GET", each, **theirs) for each in (path, never))
        assert (refused.status_code, unknown.status_code) == (404, 404)
        assert refused.json()["detail"] == unknown.json()["detail"]
        rows = server.ask("GET", f"{path}/refused", **theirs)
        assert (rows.status_code, rows.json()["detail"]) == (404, refused.json()["detail"])
    for theirs in (own, granted(server, timeline, "editor")):
        assert server.ask("GET", path, **theirs).status_code == 200
