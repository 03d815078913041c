"""The client on the wire: against a server that says exactly what the test gives it."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from service.client import (
    Busy,
    Client,
    Invalid,
    Lost,
    NotFound,
    NotModified,
    ServerRefused,
    Unreachable,
    UnreadableAnswer,
)
from tests.unit.service.client.transport.wire import Wire, said

TIMELINE = msgspec.json.encode(
    {
        "timeline": "kursk",
        "title": "T",
        "description": None,
        "language": "en",
        "revision": 61,
        "statements": 22,
        "first": None,
        "last": None,
        "opened_at": "2025-04-30T00:00:00.000000Z",
        "updated_at": "2025-04-30T00:00:00.000000Z",
        "learned_later": [1],
    }
)


async def test_an_answer_comes_with_what_its_headers_say(wire: Wire, client: Client) -> None:
    """Value, revision and ETag are returned; a member that is not known yet is passed over."""
    wire.answer = said(200, TIMELINE, 'ETag: "abc"', "Onrecord-Revision: 61")
    answer = await client.timeline("kursk", min_revision=61)
    assert (answer.value.title, answer.revision, answer.etag) == ("T", 61, '"abc"')
    assert answer.body == TIMELINE
    assert wire.requests[0].startswith(b"GET /v1/timelines/kursk?min_revision=61 HTTP/1.1\r\n")
    assert b"Authorization: Bearer secret\r\n" in wire.requests[0]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Kim/Jong Un", b"Kim%2FJong%20Un"),
        ("Україна", b"%D0%A3%D0%BA%D1%80%D0%B0%D1%97%D0%BD%D0%B0"),
        ("a?b#c%d&e", b"a%3Fb%23c%25d%26e"),
        ("..", b"%2E%2E"),
        (".", b"%2E"),
    ],
)
async def test_any_spelling_is_one_segment_of_the_path(
    name: str, path: bytes, wire: Wire, client: Client
) -> None:
    """No letter of a name ends its segment or moves the path elsewhere."""
    recorded = {"id": "k", "event_id": "e", "revision": 1, "duplicate": False}
    wire.answer = said(200, msgspec.json.encode(recorded))
    await client.describe_actor("kursk", name, "K", "person")
    line = wire.requests[0].split(b"\r\n")[0]
    assert line == b"PUT /v1/timelines/kursk/actors/%b HTTP/1.1" % path


@pytest.mark.parametrize(
    ("status", "slug", "kind"),
    [
        (400, "invalid-request", Invalid),
        (404, "statement-not-found", NotFound),
        (409, "relation-exists", Lost),
        (410, "statement-redacted", NotFound),
        (412, "revision-conflict", Lost),
        (422, "rejected", Invalid),
        (503, "log-unavailable", Busy),
        (500, "internal", ServerRefused),
    ],
)
async def test_a_problem_keeps_what_the_server_told(
    status: int, slug: str, kind: type[ServerRefused], wire: Wire, client: Client
) -> None:
    """Status, slug, sentence, members, faults and Retry-After come through as one error."""
    document = {
        "type": f"/problems/{slug}",
        "title": "No",
        "status": status,
        "detail": "Do this.",
        "instance": "/v1",
        "id": "a",
        "errors": [{"path": "/said/on", "message": "No such day.", "column": 9}],
    }
    wire.answer = said(status, msgspec.json.encode(document), "Retry-After: 2")
    with pytest.raises(ServerRefused) as caught:
        await client.statement("kursk", "a")
    problem = caught.value
    assert type(problem) is kind
    assert (problem.status, problem.slug, problem.detail) == (status, slug, "Do this.")
    assert problem.members["id"] == "a"
    assert problem.faults == [("/said/on", "No such day.", 9)]
    assert problem.retry_after == 2.0


async def test_what_has_not_changed_is_an_error_of_its_own(wire: Wire, client: Client) -> None:
    """304 says that the caller may keep what it has."""
    wire.answer = said(304, b"", 'ETag: "7"', "Onrecord-Revision: 8")
    with pytest.raises(NotModified) as caught:
        await client.statement("kursk", "a", if_none_match='"7"')
    assert caught.value.revision == 8
    assert b'If-None-Match: "7"\r\n' in wire.requests[0]


@pytest.mark.parametrize(
    "answer",
    [
        said(200, b"<html>It works!</html>"),
        said(200, b"{}"),
        said(502, b"Bad gateway"),
        said(404, b'{"detail": "Not Found"}'),
        said(302, b"", "Location: http://example.invalid/"),
        said(500, b"[1]"),
        said(200, b'{"timeline": "\xff"}'),
        said(404, b'{"title": "\xff"}'),
        said(200, b"[" * 100_000),
        said(404, b'{"title":' * 100_000),
        said(200, b"not gzip", "Content-Encoding: gzip"),
    ],
)
async def test_an_answer_of_something_else_is_distinguished(
    answer: bytes, wire: Wire, client: Client
) -> None:
    """A proxy's or another program's answer is no problem of ours, and no redirect is followed."""
    wire.answer = answer
    with pytest.raises(UnreadableAnswer, match="onrecord"):
        await client.timeline("kursk")
    assert len(wire.requests) == 1


async def test_a_write_without_an_answer_is_not_sent_again(wire: Wire, client: Client) -> None:
    """The connection ends after the request: it may have been recorded, and the error says so."""
    with pytest.raises(Unreachable) as caught:
        await client.record("kursk", b"[{}]", key="k-1")
    assert caught.value.sent
    assert len(wire.requests) == 1
    assert b"Idempotency-Key: k-1\r\n" in wire.requests[0]
    assert wire.requests[0].endswith(b"\r\n\r\n[{}]")


async def test_a_call_that_nobody_took_was_certainly_not_sent(wire: Wire) -> None:
    """Where no connection came to be, the error says that nothing can have been recorded."""
    server = await asyncio.start_server(wire.talk, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    await server.wait_closed()
    async with Client.create(url) as client:
        with pytest.raises(Unreachable) as caught:
            await client.record("kursk", b"[{}]")
    assert not caught.value.sent


async def test_a_number_that_has_no_end_is_none(wire: Wire, client: Client) -> None:
    """A revision of thousands of digits in a header is as none, not a traceback."""
    wire.answer = said(200, TIMELINE, "Onrecord-Revision: " + "9" * 5_000)
    assert (await client.timeline("kursk")).revision is None
