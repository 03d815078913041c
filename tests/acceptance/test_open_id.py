"""Signing in at an issuer of identities, which is a mock in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.leash import leashed
from tests.looks import look_again
from tests.servers import free_port
from tests.serving import TRUST, Service, running

ANN = {"sub": "ann", "email": "Ann@Example.org", "email_verified": True, "groups": ["Desk", "a b"]}
DOUBTFUL = {"sub": "doubtful", "email": "x@example.org", "email_verified": False}
ODD = {"sub": "odd", "email": "ä@example.org", "email_verified": True}


@contextmanager
def issuing() -> Iterator[str]:
    """The address of an issuer who knows these people."""
    port = free_port()
    people = [f"--user-claims={json.dumps(each)}" for each in (ANN, DOUBTFUL, ODD)]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    command = leashed([*command, "--require-nonce", "true", *people])
    with subprocess.Popen(command) as process:
        try:
            url = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
            told: dict[str, Any] = {}
            while not told:
                try:
                    told = httpx.get(url, verify=TRUST).raise_for_status().json()
                except httpx.TransportError:
                    assert process.poll() is None
                    look_again()
            yield told["issuer"]
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with issuing() as issuer:
        told = {
            "ONRECORD_OIDC_ISSUER": issuer,
            "ONRECORD_OIDC_CLIENT_ID": "onrecord",
            "ONRECORD_OIDC_CLIENT_SECRET": "hush",
            "ONRECORD_OIDC_GROUPS": "groups",
        }
        folder = tmp_path_factory.mktemp("identity")
        with running(folder, "--workers", "2", **told) as started:
            yield started


@pytest.fixture
def browser(service: Service) -> Iterator[httpx.Client]:
    with service.stranger() as client:
        yield client


def sent_back(browser: httpx.Client, subject: str, action: str = "authorize") -> str:
    """Begin here, sign in there as that person; the address that the issuer sends back to."""
    begun = browser.get("/v1/session/oidc")
    assert begun.status_code == 302, begun.text
    cookie = begun.headers["Set-Cookie"]
    for rule in ("HttpOnly", "SameSite=Lax", "Max-Age=600"):
        assert rule in cookie
    address = begun.headers["Location"]
    asked = dict(parse_qsl(urlsplit(address).query))
    assert asked["code_challenge_method"] == "S256"
    assert asked["nonce"]
    assert "openid" in asked["scope"]
    form = {"sub": subject} if action == "authorize" else {"action": "deny"}
    answer = httpx.post(address, data=form, verify=TRUST)
    assert answer.status_code in {302, 303}, answer.text
    return str(answer.headers["Location"])


def test_a_person_signs_in_with_their_groups(service: Service, browser: httpx.Client) -> None:
    """The address counts in lower case, the groups as they are; what was granted to them and to a
    group holds, and the address stands on what they write."""
    with service.client() as owner:
        body = {"to": "group:Desk", "role": "editor", "timelines": "desk-*"}
        assert owner.post("/v1/grants", json=body).status_code == 201
    answer = browser.get(sent_back(browser, "ann"))
    assert answer.status_code == 200, answer.text
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]
    me = browser.get("/v1/me").json()
    assert (me["principal"], me["name"]) == ("person:ann@example.org", "ann@example.org")
    assert {"role": "editor", "timelines": "desk-*"} in me["grants"]
    assert browser.put("/v1/timelines/desk-a", json={"title": "a"}).status_code == 201
    [event] = browser.get("/v1/timelines/desk-a/events").json()["items"]
    assert event["author"] == "ann@example.org"
    browser.delete("/v1/session")
    assert browser.get("/v1/me").json()["principal"] == "everyone"


@pytest.mark.parametrize("subject", ["doubtful", "odd"])
def test_an_address_that_is_not_verified_and_plain_is_none(
    browser: httpx.Client, subject: str
) -> None:
    """Nobody is signed in by an address that the issuer has not verified, or that is no plain
    one."""
    answer = browser.get(sent_back(browser, subject))
    assert answer.status_code == 401, answer.text
    assert "onrecord_session" not in browser.cookies


def test_what_was_begun_elsewhere_is_not_completed(service: Service, browser: httpx.Client) -> None:
    """Without the cookie of the beginning, with another one's, or with another state, the code that
    the issuer sent opens nothing; neither does it twice."""
    back = sent_back(browser, "ann")
    with service.stranger() as other:
        assert other.get(back).status_code == 401
        sent_back(other, "ann")
        assert other.get(back).status_code == 401
    state = dict(parse_qsl(urlsplit(back).query))["state"]
    assert browser.get(back.replace(state, "x" * len(state))).status_code == 401
    assert browser.get(back).status_code == 200
    assert browser.get(back).status_code == 401


def test_a_service_without_an_issuer_loads_nothing_for_it() -> None:
    """Its start neither takes the time nor the memory of what signs people in."""
    code = "import sys, service.app; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"authlib", "joserfc", "httpx"}.isdisjoint(shown.stdout.split())


def test_a_refusal_of_the_issuer_is_reported(browser: httpx.Client) -> None:
    """Who does not consent there is not signed in here, and reads why."""
    answer = browser.get(sent_back(browser, "ann", "deny"))
    assert answer.status_code == 401
    assert "access_denied" in answer.json()["detail"]
