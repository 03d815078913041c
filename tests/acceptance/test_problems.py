"""Whatever goes wrong, the answer is a problem that says what to do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from service.http.problems.kinds import KINDS
from tests.rows import each_row
from tests.serving import Service, Timeline


def _checked(answer: httpx.Response, slug: str) -> dict[str, object]:
    """The problem of an answer, which has everything that RFC 9457 and the interface ask."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, object] = answer.json()
    kind = KINDS[slug]
    assert answer.status_code == problem["status"] == kind.status
    assert (problem["type"], problem["title"]) == (f"/problems/{slug}", kind.title)
    assert str(problem["detail"]).endswith(".")
    assert problem["instance"] == answer.request.url.raw_path.decode().partition("?")[0]
    return problem


@each_row("slug", KINDS)
async def test_every_type_explains_itself(client: httpx.AsyncClient, slug: str) -> None:
    """The type of a problem is an address that shows its status and what to do."""
    answer = await client.get(f"/problems/{slug}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/markdown")
    assert slug in answer.text
    assert str(KINDS[slug].status) in answer.text


async def test_an_unknown_path_is_a_problem(client: httpx.AsyncClient) -> None:
    """Paths that lead nowhere are not found, whatever the method."""
    for path in ("/nope", "/v1", "/problems/nope", "/v1/timelines/a/b/c", "/v1/timelines/t/proofs"):
        for method in ("GET", "POST", "DELETE", "OPTIONS"):
            answer = await client.request(method, path)
            if path == "/problems/nope" and method != "GET":
                continue
            _checked(answer, "not-found")


async def test_a_method_that_a_path_lacks(client: httpx.AsyncClient) -> None:
    """The answer lists the methods that the path has, HEAD with GET."""
    for path, methods in (
        ("/v1/timelines", "GET, HEAD"),
        ("/v1/timelines/kursk", "GET, HEAD, PUT"),
        ("/v1/timelines/kursk/statements", "GET, HEAD, POST"),
        ("/v1/timelines/kursk/actors/x", "PUT"),
        ("/health/live", "GET, HEAD"),
    ):
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - {
            *methods.split(", ")
        }:
            answer = await client.request(method, path)
            _checked(answer, "not-allowed")
            assert answer.headers["Allow"] == methods


async def test_a_head_of_an_error_has_no_body(client: httpx.AsyncClient) -> None:
    """HEAD of what is not there has the headers of GET alone."""
    head = await client.head("/v1/timelines/nope")
    got = await client.get("/v1/timelines/nope")
    assert (head.status_code, head.content) == (404, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"]
    post_only = await client.head("/v1/timelines/kursk/actors/x")
    assert (post_only.status_code, post_only.headers["Allow"]) == (405, "PUT")


@pytest.mark.parametrize(
    "path",
    ["/health/live", "/health/ready", "/metrics", "/docs", "/openapi.json", "/problems/internal"],
)
async def test_no_path_takes_what_it_does_not_know(client: httpx.AsyncClient, path: str) -> None:
    """An unknown query parameter is refused everywhere, by its name."""
    problem = _checked(await client.get(path, params={"verbose": "1"}), "invalid-request")
    assert problem["errors"] == [
        {"path": "?verbose", "message": "There is no such query parameter here."}
    ]


async def test_what_is_not_documented_is_not_taken(timeline: Timeline) -> None:
    """A parameter that writing does not know is refused, not passed over."""
    answer = await timeline.client.post(f"{timeline.path}/statements?dry=true", json=[])
    assert answer.json()["errors"][0]["path"] == "?dry"


async def test_another_host_is_refused(client: httpx.AsyncClient) -> None:
    """A page whose name was made to point here cannot ask."""
    _checked(await client.get("/v1/timelines", headers={"Host": "evil.example"}), "invalid-request")


async def test_an_address_is_text(client: httpx.AsyncClient) -> None:
    """A path or a query that is not UTF-8 is refused, as it would not name one thing only."""
    _checked(await client.get("/v1/timelines/%ff"), "invalid-request")
    problem = _checked(await client.get("/v1/timelines/t/statements?by=%ff"), "invalid-request")
    assert "?by" in str(problem["errors"])


async def _raw(server: Service, request: bytes) -> bytes:
    """All that the service answers to these bytes until it closes the connection."""
    parts = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(request)
    try:
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()


@pytest.mark.parametrize(
    "request_",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /v1/timelines?limit=" + b"9" * 100_000,
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000,
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 20_000,
    ],
    ids=["no request", "no version", "no text", "long line", "long header", "many headers"],
)
async def test_what_is_no_request_is_a_problem_too(server: Service, request_: bytes) -> None:
    """Bytes that are not HTTP, and heads that do not end, are refused and the connection closed."""
    answer = await _raw(server, request_)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert b"/problems/invalid-request" in body


async def test_a_request_without_a_host_is_refused(server: Service) -> None:
    """HTTP/1.1 asks for one, and ours must be known."""
    answer = await _raw(server, b"GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert b"/problems/invalid-request" in answer


@each_row(
    ("method", "path", "slug"),
    [
        ("GET", "/v1/timelines/", "not-found"),
        ("GET", "//v1/timelines", "not-found"),
        ("GET", "/v1//timelines", "not-found"),
        ("GET", "/v1/timelines/kursk/statements/a/", "not-found"),
        ("GET", "/docs/", "not-found"),
        ("GET", "/v1%2Ftimelines", "not-found"),
        ("GET", "/v1/timelines/kursk/statements/a%2fb", "not-found"),
        ("PUT", "/v1/timelines/kursk/actors/kim%2Faliases%2Fkk", "invalid-request"),
        ("PUT", "/v1/timelines/kursk/actors/kim/aliases/k%2fk", "invalid-request"),
        ("PUT", "/v1/timelines/a%2Fb/actors/kim", "not-found"),
        ("DELETE", "/v1/timelines/kursk/actors/kim/aliases/k%2Fk", "not-found"),
        ("GET", "/v1/timelines/%", "timeline-not-found"),
    ],
)
async def test_only_documented_addresses_are_answered(
    server: Service, method: str, path: str, slug: str
) -> None:
    """No empty part, no slash at the end or within a part; and every answer says where."""
    ask = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    head, _, body = (await _raw(server, ask.encode())).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % KINDS[slug].status), head
    problem = json.loads(body)
    assert problem["type"] == f"/problems/{slug}"
    assert problem["instance"] == (path if path[-1] != "%" else f"{path}25")


async def test_a_body_where_none_is_taken_is_refused(timeline: Timeline) -> None:
    """It is not passed over, as it may have been meant."""
    for method, path in (
        ("PUT", "/actors/kim/aliases/un"),
        ("DELETE", "/actors/kim/aliases/un"),
        ("DELETE", "/statements/a/relations/supports/b?reason=x"),
    ):
        answer = await timeline.client.request(method, timeline.path + path, content=b"{}")
        _checked(answer, "invalid-request")


async def test_a_body_that_is_too_large_ends_the_connection(timeline: Timeline) -> None:
    """The refusal is read although the body was still on its way."""

    async def sent() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b" " * (1 << 16)

    answer = await timeline.client.post(
        f"{timeline.path}/statements", content=sent(), headers={"Content-Type": "application/json"}
    )
    assert _checked(answer, "too-large")["limit"] == 16 << 20
    assert answer.headers["Connection"] == "close"
