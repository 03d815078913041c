"""Keys and grants over HTTP: issued, given, taken, asked about, also as of earlier moments."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from service.client import Client
from tests.acceptance import grants
from tests.acceptance.grants import asking, give, issue, take
from tests.serving import Service

service, owner = grants.service, grants.owner


def test_the_first_start_has_an_owner_and_readers(owner: httpx.Client, service: Service) -> None:
    """The key in the folder may do everything; on loopback everyone may read, and nothing else."""
    me = owner.get("/v1/me").json()
    assert (me["principal"], me["name"]) == ("key:owner", "owner")
    assert {"role": "admin", "timelines": "*"} in me["grants"]
    with service.stranger() as stranger:
        me = stranger.get("/v1/me").json()
        assert (me["principal"], me["name"]) == ("everyone", "anonymous")
    found = owner.get("/v1/grants").json()["items"]
    assert [(g["to"], g["role"], g["timelines"]) for g in found[:2]] == [
        ("key:owner", "admin", "*"),
        ("everyone", "reader", "*"),
    ]
    assert {*found[0]} == {"id", "to", "role", "timelines", "author", "revision", "recorded_at"}


def test_a_key_is_shown_once_and_works_in_every_worker(
    owner: httpx.Client, service: Service
) -> None:
    """The answer has the whole key and no cache keeps it; no other answer has it. Twenty new
    connections, which go to both workers, know it."""
    answer = owner.post("/v1/keys", json={"name": "desk"})
    made = answer.json()
    assert "no-store" in answer.headers["Cache-Control"]
    assert re.fullmatch(f"onr_{made['id']}_[0-9A-Za-z]{{43}}", made["key"])
    secret = made["key"].rpartition("_")[2]
    for path in ("/v1/keys", "/v1/timelines/_access/events", "/v1/timelines/_access/checkpoint"):
        assert secret not in owner.get(path).text
    listed = {key["name"]: key for key in owner.get("/v1/keys").json()["items"]}
    assert (listed["desk"]["id"], listed["desk"]["revoked"]) == (made["id"], None)
    for _ in range(20):
        with asking(service, made["key"]) as desk:
            assert desk.get("/v1/me").json()["principal"] == "key:desk"


def test_a_dry_run_changes_nothing(owner: httpx.Client) -> None:
    """Each change is answered, or refused, as it would be, and `_access` is as before. No key is
    shown that would open nothing. A grant that an Idempotency-Key has given is that grant."""
    issue(owner, "tried")
    given = give(owner, "key:tried", "reader", "desk")
    before = owner.get("/v1/timelines/_access").headers["Onrecord-Revision"]
    dry = {"dry_run": "true", "wait": "checkpoint"}
    gone = dry | {"reason": "over"}
    body = {"to": "key:tried", "role": "reader", "timelines": "*"}
    for answer in (
        owner.post("/v1/keys", params=dry, json={"name": "new"}),
        owner.post("/v1/grants", params=dry, json=body, headers={"Idempotency-Key": "dry"}),
        owner.delete("/v1/keys/tried", params=gone),
        owner.delete(f"/v1/grants/{given['id']}", params=gone),
    ):
        assert answer.status_code == 201, answer.text
        assert (answer.json()["dry_run"], answer.json()["revision"]) == (True, int(before) + 1)
        assert answer.json().get("key", "") == ""
        assert answer.headers["Onrecord-Revision"] == before
        assert answer.headers["Onrecord-Checkpoint"] == "pending"
    for answer in (
        owner.post("/v1/keys", params=dry, json={"name": "tried"}),
        owner.delete("/v1/keys/nobody", params=gone),
    ):
        assert answer.status_code in (404, 409)
    assert owner.get("/v1/timelines/_access").headers["Onrecord-Revision"] == before
    once = [
        owner.post("/v1/grants", params=more, json=body, headers={"Idempotency-Key": "dry"})
        for more in ({}, dry)
    ]
    assert [answer.status_code for answer in once] == [201, 200]
    assert once[1].json() == once[0].json() | {"dry_run": True}
    assert once[1].headers["Onrecord-Revision"] == once[0].headers["Onrecord-Revision"]


async def test_the_client_tries_changes_too(service: Service) -> None:
    """Its dry run reaches keys and grants."""
    async with Client.create(service.url, key=service.key) as client:
        tried = await client.dry_run().issue_key("never")
        assert (tried.value.dry_run, tried.value.key) == (True, "")
        names = [key.name for key in (await client.issued_keys()).value.items]
        assert "never" not in names


def test_a_change_waits_for_a_checkpoint(owner: httpx.Client) -> None:
    """With `wait=checkpoint` the answer has the size of a signed head that covers it."""
    answer = owner.post("/v1/keys", params={"wait": "checkpoint"}, json={"name": "covered"})
    assert int(answer.headers["Onrecord-Checkpoint"]) >= answer.json()["revision"]


def test_a_revoked_key_opens_nothing_as_soon_as_that_is_answered(
    owner: httpx.Client, service: Service
) -> None:
    """Over a connection that is there and over some new ones it is 401, never nobody's."""
    key = issue(owner, "leaver")["key"]
    with asking(service, key) as leaver:
        assert leaver.get("/v1/me").status_code == 200
        answer = owner.delete("/v1/keys/leaver", params={"reason": "left us"})
        assert answer.is_success
        refused = leaver.get("/v1/timelines")
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert refused.json()["type"] == "/problems/unauthenticated"
    for _ in range(6):  # of ten wrong ones in a minute the next is 429
        with asking(service, key) as leaver:
            assert leaver.get("/v1/me").status_code == 401
    listed = {each["name"]: each for each in owner.get("/v1/keys").json()["items"]}
    assert listed["leaver"]["revoked"]["reason"] == "left us"
    again = owner.delete("/v1/keys/leaver", params={"reason": "left us"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-revoked")
    taken = owner.post("/v1/keys", json={"name": "leaver"})
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/key-exists")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"name": "Desk"}, "/name"),
        ({"name": "anonymous"}, "/name"),
        ({"name": ""}, ""),
        ({"name": "late", "expires": "2020-01-01T00:00:00Z"}, "/expires"),
        ({"name": "late", "expires": "tomorrow"}, "/expires"),
        ({}, ""),
        ({"name": "a", "role": "admin"}, ""),
    ],
)
def test_what_is_no_key_is_refused(owner: httpx.Client, body: dict[str, Any], path: str) -> None:
    """Each fault is reported where it is, and nothing is issued."""
    answer = owner.post("/v1/keys", json=body)
    assert answer.status_code == 400
    assert path in [fault["path"] for fault in answer.json()["errors"]] or not path


@pytest.mark.parametrize(
    "fields",
    [
        {"to": "Everyone"},
        {"to": "key:A"},
        {"to": "person:ann"},
        {"role": "king"},
        {"timelines": "_access"},
        {"timelines": "_*"},
        {"timelines": "a*b"},
        {"until": "2030"},
    ],
)
def test_what_is_no_grant_is_refused(owner: httpx.Client, fields: dict[str, Any]) -> None:
    """Grantees, roles and timelines that there cannot be are refused, each where it is."""
    body = {"to": "everyone", "role": "reader", "timelines": "*"} | fields
    answer = owner.post("/v1/grants", json=body)
    assert answer.status_code == 400, answer.text


def test_a_grant_is_given_once_for_one_request(owner: httpx.Client) -> None:
    """The same Idempotency-Key gives no second grant; an address counts in lower case."""
    body = {"to": "person:Bo@Example.org", "role": "reader", "timelines": "desk"}
    first = owner.post("/v1/grants", json=body, headers={"Idempotency-Key": "k"})
    again = owner.post("/v1/grants", json=body, headers={"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["to"] == "person:bo@example.org"
    other = owner.post(
        "/v1/grants", json=body | {"role": "editor"}, headers={"Idempotency-Key": "k"}
    )
    assert (other.status_code, other.json()["type"]) == (409, "/problems/idempotency-conflict")
    take(owner, first.json())
    gone = owner.delete(f"/v1/grants/{first.json()['id']}", params={"reason": "over"})
    assert (gone.status_code, gone.json()["type"]) == (404, "/problems/grant-not-found")


def test_who_wrote_is_the_keys_name(owner: httpx.Client, service: Service) -> None:
    """The author of an event is the name of the key that it was sent with."""
    key = issue(owner, "wire")["key"]
    grant = give(owner, "key:wire", "editor", "wire-*")
    with asking(service, key) as wire:
        assert wire.put("/v1/timelines/wire-a", json={"title": "a"}).status_code == 201
    [event] = owner.get("/v1/timelines/wire-a/events").json()["items"]
    assert event["author"] == "wire"
    take(owner, grant)


def test_access_is_a_timeline_as_any_other(owner: httpx.Client) -> None:
    """Who manages it reads its events, digest and proofs; it is in no list, and nobody opens it."""
    assert owner.get("/v1/timelines/_access").json()["title"] == "Keys and grants"
    types = [e["type"] for e in owner.get("/v1/timelines/_access/events").json()["items"]]
    assert types[:3] == ["timeline.opened", "key.issued", "grant.given"]
    assert owner.get("/v1/timelines/_access/digest").status_code == 200
    names = [t["timeline"] for t in owner.get("/v1/timelines").json()["items"]]
    assert "_access" not in names
    before = owner.get("/v1/timelines/_access").json()["revision"]
    refused = owner.put("/v1/timelines/_access", json={"title": "Mine"})
    assert not refused.is_success
    said = {"kind": "claim", "text": "x", "said": {"by": "a", "on": None}}
    assert not owner.post("/v1/timelines/_access/statements", json=said).is_success
    assert owner.get("/v1/timelines/_access").json()["revision"] == before
