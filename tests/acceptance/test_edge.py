"""The service behind a proxy that is trusted, below a path prefix."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest

from service.client import Client
from tests.rows import each_row
from tests.serving import Service, running

PREFIX = "/desk/record"
CLIENT = "203.0.113.9"
NODE = {"X-Forwarded-For": CLIENT}


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that trusts the tests as a proxy, and is shown below a prefix."""
    settings = {"ONRECORD_TRUSTED_PROXIES": "127.0.0.1", "ONRECORD_ROOT_PATH": PREFIX}
    with running(tmp_path_factory.mktemp("edge"), "--workers", "1", **settings) as service:
        with service.client() as client:
            assert client.put("/v1/timelines/kursk", json={"title": "Kursk"}).status_code == 201
        yield service


@pytest.fixture(scope="module")
def stranger(hidden: Service) -> Iterator[httpx.Client]:
    """A client without a key."""
    with hidden.stranger() as client:
        yield client


@pytest.fixture(params=["passed on", "removed"])
def asked(request: pytest.FixtureRequest) -> str:
    """Below what the proxy asks, which passes the prefix on or removes it."""
    return PREFIX if request.param == "passed on" else ""


@pytest.mark.parametrize("path", ["/", "/t/kursk", "/embed/kursk", "/docs", "/no/such/page"])
def test_every_link_of_a_page_leads_on(stranger: httpx.Client, asked: str, path: str) -> None:
    """Each address in a document is below the prefix, and is answered there."""
    page = stranger.get(asked + path, headers={"Accept": "text/html"})
    links = set(map(unescape, re.findall(r' (?:href|src)="([^"#]+)"', page.text))) - {"data:,"}
    assert links
    for link in links:
        assert link.startswith(f"{PREFIX}/"), link
        assert stranger.get(asked + link.removeprefix(PREFIX)).status_code == 200, link


def test_a_problem_leads_to_its_explanation(stranger: httpx.Client, asked: str) -> None:
    """Its type and its instance are addresses as the client sees them."""
    problem = stranger.get(f"{asked}/v1/timelines/kursk/nothing").json()
    assert problem["instance"] == f"{PREFIX}/v1/timelines/kursk/nothing"
    assert problem["type"] == f"{PREFIX}/problems/not-found"
    assert stranger.get(asked + problem["type"].removeprefix(PREFIX)).status_code == 200


def test_the_document_says_where_its_paths_are(stranger: httpx.Client, asked: str) -> None:
    """Its server is the prefix, and it describes the types of problems as they are sent."""
    document = stranger.get(f"{asked}/openapi.json").json()
    assert document["servers"] == [{"url": PREFIX}]
    assert "/v1/timelines" in document["paths"]
    schema = document["components"]["schemas"]["Problem.not-found"]
    assert schema["properties"]["type"] == {"const": f"{PREFIX}/problems/not-found"}


def test_the_prefix_itself_is_the_first_page(stranger: httpx.Client) -> None:
    """With and without a slash at its end."""
    first = stranger.get(f"{PREFIX}/")
    assert 'id="timelines"' in first.text
    assert stranger.get(f"{PREFIX}").content == first.content


async def test_the_client_asks_below_the_prefix(hidden: Service) -> None:
    """An address with a path is enough for it."""
    async with Client.create(hidden.url + PREFIX) as client:
        assert (await client.timeline("kursk")).value.title == "Kursk"
        async for heard in client.live("kursk", after=0):
            assert heard is not None
            break


def test_a_proxy_names_another_prefix(stranger: httpx.Client) -> None:
    """What the trusted proxy says wins over the setting; what cannot be a prefix is refused."""
    page = stranger.get("/", headers={"X-Forwarded-Prefix": "/other"})
    assert 'href="/other/docs"' in page.text
    wrong = stranger.get("/", headers={"X-Forwarded-Prefix": "//evil.example"})
    assert (wrong.status_code, wrong.json()["type"]) == (400, f"{PREFIX}/problems/invalid-request")


def test_the_log_names_the_client(hidden: Service, stranger: httpx.Client) -> None:
    """The address is that of the client behind the proxy, which cannot choose another one."""
    stranger.get("/v1/spoofed", headers={"X-Forwarded-For": f"6.6.6.6, {CLIENT}"})
    lines = [json.loads(line) for line in hidden.logged("spoofed")]
    assert [line["client"] for line in lines] == [CLIENT]


def test_the_host_is_the_one_that_the_client_asked(stranger: httpx.Client) -> None:
    """It is held to the same rule as one that is asked without a proxy."""
    for host, status in (("localhost:9", 200), ("evil.example", 400)):
        sent = {**NODE, "X-Forwarded-Host": host}
        assert stranger.get("/v1/timelines", headers=sent).status_code == status


FOREIGN = {"Origin": "https://evil.example"}


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_a_page_of_another_site_is_refused(hidden: Service, method: str) -> None:
    """With the owner's key or without it, and before anything of its body is read."""
    for client in (hidden.client(), hidden.stranger()):
        with client:
            answer = client.request(method, "/v1/timelines/other", headers=FOREIGN, content=b"x")
        assert (answer.status_code, answer.json()["needs"]) == (403, None)
        assert answer.json()["type"].endswith("/problems/forbidden")


def test_our_own_page_is_not_refused(hidden: Service) -> None:
    """Behind a proxy its origin is the address that the proxy was asked for."""
    with hidden.client() as client:
        for host, status in (("localhost", 200), ("127.0.0.1", 403)):
            sent = {"X-Forwarded-Host": host, "X-Forwarded-Proto": "https"}
            sent["Origin"] = "https://localhost"
            answer = client.put("/v1/timelines/kursk", json={"title": "Kursk"}, headers=sent)
            assert answer.status_code == status, answer.text


@each_row(
    "path",
    [
        *("/", "/t/kursk", "/embed/kursk", "/t/none", "/docs", "/page/look/base.css", "/nothing"),
        *("/v1/timelines", "/v1/timelines/none", "/v1/timelines/", "/health/live", "/metrics"),
        *("/v1/timelines/kursk/live", "/problems/internal", "/openapi.json", "/health/ready"),
    ],
)
@each_row("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_every_answer_protects_itself(stranger: httpx.Client, path: str, method: str) -> None:
    """Whatever is answered has the headers that keep browsers and caches from misusing it; what a
    browser shows has a content security policy."""
    headers = {"Accept": "text/html, text/event-stream"}
    with stranger.stream(method, path, headers=headers) as answer:
        found = answer.headers
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Referrer-Policy"] == "no-referrer"
    policy = "cross-origin" if path.startswith("/embed/") else "same-origin"
    assert found["Cross-Origin-Resource-Policy"] == policy
    assert "Origin" in found["Vary"]
    assert ("Authorization" in found["Vary"]) == (
        not path.startswith(("/docs", "/page", "/problems", "/openapi", "/health/live"))
    )
    if found.get("Content-Type", "").startswith("text/html"):
        assert "frame-ancestors" in found["Content-Security-Policy"]


def test_an_allowed_site_reads_and_asks_before(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The preflight of its browser is answered, and so is what follows, a refusal too."""
    folder = tmp_path_factory.mktemp("shared")
    site = {"Origin": "https://news.example"}
    with running(folder, ONRECORD_CORS_ORIGINS=site["Origin"]) as service:
        asked = site | {"Access-Control-Request-Method": "PUT"}
        asked["Access-Control-Request-Headers"] = "authorization,content-type"
        with service.stranger() as client:
            preflight = client.options("/v1/timelines/kursk", headers=asked)
        assert preflight.status_code == 200
        assert "authorization" in preflight.headers["Access-Control-Allow-Headers"]
        assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
        with service.client() as client:
            body = {"title": "Kursk"}
            put = client.put("/v1/timelines/kursk", json=body, headers=site)
            missing = client.get("/v1/timelines/", headers=site)
            foreign = client.get("/v1/timelines", headers=FOREIGN)
            assert client.options("/v1/timelines", headers=FOREIGN).status_code == 405
        assert (put.status_code, missing.status_code, foreign.status_code) == (201, 404, 200)
        for answer in (preflight, put, missing):
            assert answer.headers["Access-Control-Allow-Origin"] == site["Origin"]
        assert "Access-Control-Allow-Origin" not in foreign.headers
