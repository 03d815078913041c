"""Who may do what is asked, now and as of any moment: what was granted then is what is answered."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.access.principal import Principal
from service.access.roles import RIGHTS
from tests.acceptance import grants
from tests.acceptance.grants import asking, give, issue, take
from tests.serving import Service, running
from tests.unit.service.access.policies import is_allowed, made

service, owner = grants.service, grants.owner

ROLES = ["reader", "contributor", "writer", "editor", "admin", "operator"]
PATTERNS = ["*", "desk", "desk-*", "news"]
GRANTEES = ["everyone", "key:holder", "key:nobody", "person:ann@example.org", "group:editors"]
"""Nobody ever issues the key `nobody`."""


def test_why_says_by_which_grants(owner: httpx.Client, service: Service) -> None:
    """Of oneself anyone may ask, of others who manages the grants; the answer names them."""
    key = issue(owner, "curious")["key"]
    asked = {"principal": "key:curious", "right": "write", "timeline": "desk-a"}
    assert owner.get("/v1/why", params=asked).json()["allowed"] is False
    grant = give(owner, "key:curious", "writer", "desk-*")
    with asking(service, key) as curious:
        for principal in ({"principal": "key:curious"}, {}):
            found = curious.get(
                "/v1/why", params={"right": "write", "timeline": "desk-a"} | principal
            ).json()
            assert found["allowed"] is True
            assert [g["id"] for g in found["by"]] == [grant["id"]]
            assert "writer" in found["because"]
    earlier = owner.get("/v1/why", params=asked | {"as_of": str(grant["revision"] - 1)}).json()
    assert earlier["allowed"] is False
    take(owner, grant)
    assert owner.get("/v1/why", params=asked).json()["allowed"] is False
    then = owner.get("/v1/why", params=asked | {"as_of": grant["recorded_at"]}).json()
    assert then["allowed"] is True


def test_how_much_was_granted_is_not_reported_by_as_of(
    service: Service, owner: httpx.Client
) -> None:
    """Who asks about themselves names a day or a time: by the revisions that are refused they could
    find out how many changes `_access` has."""
    key = owner.post("/v1/keys", json={"name": "prober"}).json()["key"]
    grant = give(owner, "key:prober", "reader", "desk-*")
    asked = {"right": "read", "timeline": "desk-a"}
    with asking(service, key) as prober:
        answers = [prober.get("/v1/why", params=asked | {"as_of": at}) for at in ("1", "999999999")]
        then = prober.get("/v1/why", params=asked | {"as_of": grant["recorded_at"]})
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].content == answers[1].content
    assert then.json()["allowed"] is True


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"right": "rule"},
        {"right": "write"},
        {"right": "write", "timeline": "a/b"},
        {"right": "write", "timeline": "desk", "principal": "me"},
    ],
)
def test_a_question_that_is_none_is_refused(owner: httpx.Client, query: dict[str, str]) -> None:
    """What is missing or unknown is reported."""
    assert owner.get("/v1/why", params=query).status_code == 400


def grow(owner: httpx.Client, steps: int, seed: int) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Give and take grants at random; the revision and the time after each step, and what is held
    then."""
    chance = random.Random(seed)
    first = owner.get("/v1/grants").json()["items"]
    held = {grant["id"]: grant for grant in first}
    moments = []
    for _ in range(steps):
        if len(held) > len(first) and chance.random() < 0.4:
            take(owner, held.pop(chance.choice([*held][len(first) :])))
        else:
            to, role, on = (chance.choice(each) for each in (GRANTEES, ROLES, PATTERNS))
            grant = give(owner, to, role, on)
            held[grant["id"]] = grant
        now = owner.get("/v1/timelines/_access").json()
        moments.append((str(now["revision"]), now["updated_at"], [*held.values()]))
    return moments


def test_any_moment_is_answered_as_it_was(tmp_path: Path) -> None:
    """Grants given and taken at random over HTTP: at each moment, by revision or by time, the list
    and the answers to why are those of an oracle that goes through all of them."""
    chance = random.Random(16)
    with running(tmp_path) as service, service.client() as owner:
        assert owner.post("/v1/keys", json={"name": "holder"}).status_code == 201
        for revision, time, held in grow(owner, 60, 15):
            as_of = chance.choice([revision, time])
            listed = owner.get("/v1/grants", params={"as_of": as_of}).json()
            assert listed["items"] == held
            assert str(listed["as_of"]["revision"]) == revision
            name, right = chance.choice(GRANTEES), chance.choice(RIGHTS)
            place = chance.choice(["desk", "desk-a", "news", "other", "_access"])
            asked = {"principal": name, "right": right, "timeline": place, "as_of": as_of}
            grants = [made(n, g["to"], g["role"], g["timelines"]) for n, g in enumerate(held)]
            found = owner.get("/v1/why", params=asked).json()
            wanted = name != "key:nobody" and is_allowed(grants, Principal(name), right, place)
            assert found["allowed"] == wanted, asked
