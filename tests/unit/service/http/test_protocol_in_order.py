"""Requests that come behind one another on a connection, over real sockets: each answer is that to
its own request."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from service.http.outlet import ENDLESS, OUTLET
from service.http.protocol import HEAD_LIMIT, HttpProtocol
from tests.unit.service.http.connected import POST, Impatient, connected, read_all

_WHOLE = POST + b"Content-Length: 3\r\n\r\nabc"
_BAD_BODY = POST + b"Transfer-Encoding: chunked\r\n\r\nno chunk\r\n"


@pytest.fixture(autouse=True)
def fresh() -> None:
    Impatient.begin()


@pytest.mark.parametrize("bad", [b"FOO / HTTP/1.1\r\n\r\n", b"d}\n", _BAD_BODY])
@pytest.mark.parametrize("number", [1, 3])
async def test_what_is_no_request_is_refused_behind_the_answers_to_those_before(
    bad: bytes, number: int
) -> None:
    """Each whole request is carried out, so its client is told so. A refusal in place of its answer
    would say that nothing was done."""
    async with connected(protocol=HttpProtocol) as (reader, writer):
        writer.write(_WHOLE * number + bad)
        answers = (await reader.read()).split(b"HTTP/1.1 ")[1:]
    assert [answer[:3] for answer in answers] == [b"200"] * number + [b"400"]
    assert all(answer.endswith(b"\r\n\r\n3") for answer in answers[:-1])


async def test_a_refusal_does_not_come_within_an_answer() -> None:
    """While an answer is being sent the refusal of what follows waits, and a request whose own
    answer has begun is not refused within it: then the connection ends."""
    began, refused = asyncio.Event(), asyncio.Event()

    class Noticing(HttpProtocol):
        def send_400_response(self, msg: str) -> None:
            super().send_400_response(msg)
            refused.set()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        began.set()
        await refused.wait()
        await send({"type": "http.response.body", "body": b"two"})

    async def answered(request: bytes, rest: bytes) -> bytes:
        began.clear()
        refused.clear()
        async with connected(app, Noticing) as (reader, writer):
            writer.write(request)
            await began.wait()
            writer.write(rest)
            return (await reader.read()).partition(b"\r\n\r\n")[2]

    both = b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"
    whole, _, after = (await answered(_WHOLE, b"FOO\r\n\r\n")).partition(b"HTTP/1.1 ")
    assert (whole, after[:4]) == (both, b"400 ")
    head, body = _BAD_BODY[:-10], _BAD_BODY[-10:]
    assert await answered(head, body) == both[:8]


@pytest.mark.parametrize("next_", [_WHOLE, b"FOO / HTTP/1.1\r\n\r\n"])
async def test_a_stream_has_its_connection_for_itself_from_the_start(next_: bytes) -> None:
    """What comes in one piece with the request for a stream ends it too, be it a request or not."""
    heard = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope[ENDLESS] = True
        scope["extensions"][OUTLET].begin(32_768)
        while (await receive())["type"] != "http.disconnect":
            pass
        heard.set()

    async with connected(app) as (_, writer):
        writer.write(POST + b"Content-Length: 0\r\n\r\n" + next_)
        await heard.wait()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"FOO / HTTP/1.1\r\n\r\n", b"This is not HTTP/1.1: Invalid method encountered. "),
        (
            _WHOLE[:-5] + b"Content-Length: 3\r\n",
            b"This is not HTTP/1.1: Duplicate Content-Length. ",
        ),
        (b"GET http://[ HTTP/1.1\r\n\r\n", b"The address that is asked for cannot be read. "),
    ],
)
async def test_what_is_no_request_hears_what_is_wrong_with_it(bad: bytes, reason: bytes) -> None:
    """Its author cannot look at what a library has sent."""
    async with connected(protocol=HttpProtocol) as (reader, writer):
        writer.write(bad)
        assert b'"detail":"' + reason in await reader.read()


async def test_a_head_has_its_limit_however_it_arrives() -> None:
    """Nothing but the head counts: not a body that comes with it."""

    async def status_of(head: int, body: int) -> bytes:
        start = POST + b"Connection: close\r\nContent-Length: %d\r\nX: " % body
        fill = b"x" * (head - len(start) - 4)
        async with connected(read_all, HttpProtocol) as (reader, writer):
            writer.write(start + fill + b"\r\n\r\n" + b"y" * body)
            return (await reader.read())[9:12]

    assert await status_of(HEAD_LIMIT + 100, 0) == b"400"
    assert await status_of(HEAD_LIMIT + 100, 100_000) == b"400"
    assert await status_of(HEAD_LIMIT - 100, 100_000) == b"200"
