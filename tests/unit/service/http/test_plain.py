"""Requests that ask for another protocol, over real sockets."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from service.http.protocol import HttpProtocol
from tests.unit.service.http.connected import POST, Impatient, connected, read_all

_WISH = (
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
)
_FIXED = POST + _WISH + b"Content-Length: 5\r\n\r\nabcde"
_CHUNKED = POST + _WISH + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
_PLAIN = POST + b"Content-Length: 5\r\n\r\nabcde"
_EMPTY = b"GET / HTTP/1.1\r\nHost: x\r\n" + _WISH + b"\r\n"


@pytest.fixture(autouse=True)
def fresh() -> None:
    Impatient.begin()


@pytest.mark.parametrize(
    "sent", [_FIXED + _PLAIN, _CHUNKED + _FIXED, _PLAIN + _CHUNKED, _FIXED * 9]
)
@pytest.mark.parametrize("size", [1, 7, 50, 100_000])
async def test_a_wish_for_another_protocol_is_passed_over(sent: bytes, size: int) -> None:
    """The body is the request's, and the next request comes behind it, in whatever pieces."""
    seen: list[dict[bytes, bytes]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(dict(scope["headers"]))
        await read_all(scope, receive, send)

    number = sent.count(b"POST ")
    async with connected(app, HttpProtocol) as (reader, writer):
        for start in range(0, len(sent), size):
            writer.write(sent[start : start + size])
            await writer.drain()
            await asyncio.to_thread(bool)  # a turn for the server
        for _ in range(number):
            assert (await reader.readuntil(b"\r\n\r\n5")).startswith(b"HTTP/1.1 200 ")
    assert [b"upgrade" in headers for headers in seen] == [False] * number


async def test_a_request_without_a_body_is_followed_by_others_too() -> None:
    """It asks for websockets or HTTP/2 in the same way."""
    async with connected(read_all, HttpProtocol) as (reader, writer):
        writer.write(_EMPTY.replace(b"h2c", b"websocket") + _EMPTY + _PLAIN)
        for length in (b"0", b"0", b"5"):
            await reader.readuntil(b"\r\n\r\n" + length)


async def test_nobody_gets_a_tunnel() -> None:
    """CONNECT is no request of an address that the service could have."""
    async with connected(read_all, HttpProtocol) as (reader, writer):
        writer.write(b"CONNECT x:22 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
