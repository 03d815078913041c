"""Signing in and out over HTTP."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from service import clock
from service.access.secret import Secret
from service.access.sessions import Sessions
from service.datafolder.seal_key import load_seal_key
from tests.acceptance import grants
from tests.serving import Service

service = grants.service


@pytest.fixture
def browser(service: Service) -> Iterator[httpx.Client]:
    """A client that keeps cookies, without a key."""
    with service.stranger() as client:
        yield client


def code_of(service: Service) -> str:
    seal = load_seal_key(service.data)
    secret = Secret.read(service.key or "")
    assert seal is not None
    assert secret is not None
    return Sessions(seal, clock.now, os.urandom).make_code(secret.id)


def who(client: httpx.Client) -> str:
    answer = client.get("/v1/me")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["principal"])


def test_a_key_opens_a_session(service: Service, browser: httpx.Client) -> None:
    """The cookie is out of reach for scripts and other sites; it writes as the key does, over any
    connection; after signing out it is gone."""
    answer = browser.post("/v1/session", json={"key": service.key})
    assert (answer.status_code, answer.json()["principal"]) == (201, "key:owner")
    cookie = answer.headers["Set-Cookie"]
    for rule in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"):
        assert rule in cookie
    assert "Secure" not in cookie
    assert (service.key or "") not in cookie
    assert who(browser) == "key:owner"
    assert browser.put("/v1/timelines/mine", json={"title": "Mine"}).status_code == 201
    events = browser.get("/v1/timelines/mine/events").json()["items"]
    assert events[0]["author"] == "owner"
    for _ in range(10):
        with service.stranger(cookies=browser.cookies) as other:
            assert who(other) == "key:owner"
    assert browser.delete("/v1/session").json()["principal"] == "everyone"
    assert who(browser) == "everyone"


def asked_with(service: Service, cookies: dict[str, str]) -> httpx.Response:
    """The answer to who asks with these cookies, over a connection of its own."""
    with service.stranger(cookies=cookies) as copied:
        return copied.get("/v1/me")


def test_a_copied_cookie_is_worth_nothing_after_signing_out(
    service: Service, browser: httpx.Client
) -> None:
    """Whoever kept it is refused by every worker, at once and after the workers and the keeper were
    killed; another session of the same key goes on."""
    browser.post("/v1/session", json={"key": service.key})
    kept = dict(browser.cookies)
    with service.stranger() as other:
        other.post("/v1/session", json={"key": service.key})
        browser.delete("/v1/session")
        refused = asked_with(service, kept)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        health = service.ask("GET", "/health/ready").json()
        for process in health["processes"]:
            if process["role"] in {"worker", "keeper"}:
                os.kill(process["pid"], signal.SIGKILL)
        seen: list[int] = []
        while len(seen) < 2:
            try:
                seen.append(asked_with(service, kept).status_code)
            except httpx.TransportError:
                continue
        assert seen == [401, 401]
        assert who(other) == "key:owner"


def test_a_code_signs_in_once_whichever_worker_answers(service: Service) -> None:
    """Of ten who bring one code at the same time one is signed in; the others get the reason."""
    code = code_of(service)

    def sign_in(_: int) -> httpx.Response:
        with service.stranger() as other:
            return other.post("/v1/session", json={"code": code})

    with ThreadPoolExecutor(5) as pool:
        answers = [*pool.map(sign_in, range(5))]
    assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401, 401]
    assert any("used before" in answer.text for answer in answers)


@pytest.mark.parametrize("body", [{}, {"key": "a", "code": "b"}, {"user": "x"}, {"key": ""}])
def test_what_opens_no_session_is_refused(browser: httpx.Client, body: dict[str, str]) -> None:
    """Neither, both, or something else."""
    assert browser.post("/v1/session", json=body).status_code == 400
    assert not browser.cookies


def test_what_does_not_sign_in_is_not_repeated(service: Service, browser: httpx.Client) -> None:
    """A key with something behind it is wrong, however long it is: the answer may be logged."""
    key = str(service.key)
    for name in ("key", "code"):
        answer = browser.post("/v1/session", json={name: key + "x" * 500})
        assert answer.status_code == 401
        assert key[:20] not in answer.text


def test_a_session_ends_with_its_key(service: Service, browser: httpx.Client) -> None:
    """When the key is revoked, its sessions are over as soon as that is answered."""
    with service.client() as owner:
        key = owner.post("/v1/keys", json={"name": "guest"}).json()["key"]
        browser.post("/v1/session", json={"key": key})
        assert who(browser) == "key:guest"
        owner.delete("/v1/keys/guest", params={"reason": "over"})
    assert browser.get("/v1/me").status_code == 401
    assert browser.delete("/v1/session").status_code == 200
    assert who(browser) == "everyone"
