"""The service behind nginx and Caddy, set up as docs/deploy has it."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple

import httpx
import pytest

from service.processes.server import Server
from service.tally import Tally
from tests.fronts import FRONTS, fronted
from tests.serving import Service, key_headers, running


class Fronted(NamedTuple):
    """A service, and the address and a client of the proxy before it. The client sends no key."""

    service: Service
    root_path: str
    client: httpx.Client


@pytest.fixture(scope="module", params=FRONTS)
def behind(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fronted]:
    front, folder = FRONTS[request.param], tmp_path_factory.mktemp("front")
    settings = {"ONRECORD_TRUSTED_PROXIES": "127.0.0.1", "ONRECORD_ROOT_PATH": front.root_path}
    with (
        running(folder, "--workers", "1", **settings) as service,
        fronted(front, service.url, folder) as url,
    ):
        trust = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
        with httpx.Client(base_url=url, verify=trust, trust_env=False) as client:
            opened = client.put(
                "/v1/timelines/kursk", json={"title": "Kursk"}, headers=key_headers(service.key)
            )
            assert opened.status_code == 201, opened.text
            yield Fronted(service, front.root_path, client)


def test_a_front_gives_up_an_idle_connection_before_the_service_does() -> None:
    """A POST that it sent on one that the service is just closing would be 502, and nobody would
    know whether it was carried out."""
    app: Any = None
    server = Server(app, lambda: None, Tally().row(0))
    idle = {name: front.idle_seconds for name, front in FRONTS.items()}
    assert [name for name in idle if idle[name] >= server.config.timeout_keep_alive] == []


def test_what_a_client_forges_does_not_count(behind: Fronted) -> None:
    """The log names the address that the proxy saw; host, scheme and prefix are the proxy's."""
    forged = {
        "X-Forwarded-For": "6.6.6.6",
        "Forwarded": "for=6.6.6.6;host=evil.example;proto=http",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Prefix": "/evil",
    }
    answer = behind.client.get("/v1/forged", headers=forged)
    assert answer.status_code == 404, answer.text
    assert answer.json()["instance"] == f"{behind.root_path}/v1/forged"
    lines = behind.service.logged("/v1/forged")
    assert [json.loads(line)["client"] for line in lines] == ["127.0.0.1"]


def test_all_of_a_page_comes_through(behind: Fronted) -> None:
    """Each address in it leads to an answer, through the proxy too."""
    page = behind.client.get("/t/kursk", headers={"Accept": "text/html"})
    links = set(map(unescape, re.findall(r' (?:href|src)="([^"#]+)"', page.text))) - {"data:,"}
    assert len(links) > 4
    for link in links:
        answer = behind.client.get(str(behind.client.base_url.join(link)))
        assert answer.status_code == 200, link


def test_a_change_is_taken_from_our_own_page_alone(behind: Fronted) -> None:
    """Its origin is the address that the browser knows, which only the proxy has seen."""
    own = str(behind.client.base_url).removesuffix("/").removesuffix(behind.root_path)
    plain = own.replace("https://", "http://")
    for origin, status in ((own, 200), (plain, 403), ("https://evil.example", 403)):
        headers = key_headers(behind.service.key) | {"Origin": origin}
        answer = behind.client.put("/v1/timelines/kursk", json={"title": "Kursk"}, headers=headers)
        assert answer.status_code == status, answer.text


def test_a_stream_is_not_held_back(behind: Fronted) -> None:
    """The first frame arrives while the stream is open."""
    with behind.client.stream("GET", "/v1/timelines/kursk/live") as stream:
        assert stream.status_code == 200
        assert any(line == "event: caught-up" for line in stream.iter_lines())


def test_the_prefix_without_its_slash_leads_to_the_page(behind: Fronted) -> None:
    """A browser that was given the short address arrives too."""
    own = str(behind.client.base_url).removesuffix("/")
    answer = behind.client.get(own, headers={"Accept": "text/html"}, follow_redirects=True)
    assert answer.status_code == 200
    assert 'id="timelines"' in answer.text


def test_a_large_file_comes_through_to_be_imported(behind: Fronted) -> None:
    """It may be much larger than other bodies, which the service itself refuses."""
    content = b"Text\n" + b"It rained.\n" * 1_600_000
    path, key = "/v1/timelines/kursk/imports?dry_run=true", key_headers(behind.service.key)
    files = {"file": ("a.csv", content)}
    sent = behind.client.post(path, files=files, headers=key, timeout=60)
    assert sent.status_code == 202, sent.text
    headers = key | {"Content-Type": "application/json"}
    path = "/v1/timelines/kursk/statements"
    refused = behind.client.post(path, content=content, headers=headers, timeout=60)
    assert refused.status_code == 413
    assert refused.json()["limit"] == 16 << 20
