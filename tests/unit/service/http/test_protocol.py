"""Connections that stand still, over real sockets."""

from __future__ import annotations

import asyncio
import socket
import weakref
from contextlib import suppress
from typing import Any

import pytest

from service.http.edge.common_headers import OF_EACH
from service.http.outlet import ENDLESS, OUTLET
from service.http.protocol import HttpProtocol
from tests.unit.service.http.connected import POST, Impatient, answer_of, connected, read_all


@pytest.fixture(autouse=True)
def fresh() -> None:
    Impatient.begin()


async def test_a_client_that_says_nothing_is_hung_up_on() -> None:
    """Nothing was asked, so nothing is answered."""
    async with connected() as (reader, _):
        assert await reader.read() == b""


@pytest.mark.parametrize(
    ("request_", "part"),
    [
        (b"GET / HTT", b"head"),
        (POST + b"X: ", b"head"),
        (POST + b"Content-Length: 100\r\n\r\nx", b"body"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", b"body"),
    ],
)
async def test_a_request_that_does_not_go_on_is_refused(request_: bytes, part: bytes) -> None:
    """Half a head and half a body are a problem, and the connection is closed."""
    async with connected() as (reader, writer):
        writer.write(request_)
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert b"The " + part + b" of the request" in answer


@pytest.mark.parametrize("request_", [b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTT"])
async def test_what_is_no_request_gets_the_headers_of_every_answer(request_: bytes) -> None:
    """Also where the application has not seen the request, a cache is told what chooses."""
    async with connected() as (reader, writer):
        writer.write(request_)
        head = (await reader.read()).partition(b"\r\n\r\n")[0]
    for name, value in OF_EACH:
        assert name + b": " + value in head.split(b"\r\n")
    assert b"vary" in dict(OF_EACH)


async def test_a_body_that_trickles_has_an_end() -> None:
    """However a body gets on, it has so many looks to come to its end."""
    Impatient.longest = 3
    async with connected() as (reader, writer):
        writer.write(POST + b"Content-Length: 1000000\r\n\r\n")
        answer = b""
        while not answer:
            writer.write(b"x")
            with suppress(TimeoutError):
                async with asyncio.timeout(0.005):
                    answer = await reader.read(1_000)
        assert answer.startswith(b"HTTP/1.1 400 ")


async def test_a_slow_answer_is_waited_for() -> None:
    """While it is the service's turn, no client is hung up on."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await Impatient.looked.wait()
        await read_all(scope, receive, send)

    async with connected(app) as (reader, writer):
        writer.write(POST + b"Connection: close\r\nContent-Length: 3\r\n\r\nabc")
        assert (await reader.read()).endswith(b"\r\n\r\n3")


async def test_an_answer_before_the_end_of_a_body_is_read() -> None:
    """A refusal reaches a client that is still sending; then the connection ends."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await answer_of(send, b"no", (b"connection", b"close"))

    async with connected(app) as (reader, writer):
        writer.write(POST + b"Content-Length: 8000000\r\n\r\n" + b"x" * 1_000)
        assert await reader.readuntil(b"\r\n\r\nno")
        writer.write(b"x" * (8_000_000 - 1_000))
        await writer.drain()
        assert await reader.read() == b""


async def test_a_stream_has_the_system_hold_little() -> None:
    """Left alone, the system would hold megabytes for each client that does not read."""
    sizes: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        outlet = scope["extensions"][OUTLET]
        connection = outlet._protocol.transport.get_extra_info("socket")
        outlet.begin(32_768)
        sizes.append(connection.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))
        await answer_of(send, b"", (b"connection", b"close"))

    async with connected(app) as (reader, writer):
        writer.write(POST + b"Content-Length: 0\r\n\r\n")
        await reader.read()
    assert 32_768 <= sizes[0] <= 65_536


async def test_a_stream_has_its_connection_for_itself() -> None:
    """A request behind an answer without an end would never have its turn, and while it waits the
    connection is not read, so that nobody sees the client leave: the connection is cut off."""
    began, heard = asyncio.Event(), asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope[ENDLESS] = True
        await receive()
        began.set()
        assert (await receive())["type"] == "http.disconnect"
        heard.set()

    async with connected(app) as (_, writer):
        writer.write(POST + b"Content-Length: 0\r\n\r\n")
        await began.wait()
        writer.write(POST + b"Content-Length: 0\r\n\r\n")
        await heard.wait()


async def test_a_connection_is_closed_once_it_was_idle_for_long_enough() -> None:
    """The timer that is set once for many requests closes it neither soon after the last answer,
    nor when half of a head is there, nor while a request is under way."""
    asked, go_on = asyncio.Event(), asyncio.Event()
    connection: Any = None

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal connection
        connection = scope["extensions"][OUTLET]._protocol
        asked.set()
        await go_on.wait()
        await answer_of(send, b"x")

    def long_after() -> None:
        """The timer's time has come, long after the last answer."""
        connection._idle_since -= 10 * connection.timeout_keep_alive
        connection.timeout_keep_alive_handler()

    async with connected(app, HttpProtocol) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await asked.wait()
        long_after()
        go_on.set()
        assert (await reader.readuntil(b"\r\n\r\nx")).startswith(b"HTTP/1.1 200 ")
        connection.timeout_keep_alive_handler()
        assert not connection.transport.is_closing()
        connection._unread = 3
        long_after()
        assert not connection.transport.is_closing()
        connection._unread = 0
        long_after()
        assert await reader.read() == b""


@pytest.mark.parametrize("sent", [b"abc", b"ab"])
async def test_a_closed_connection_leaves_nothing_to_the_collector(sent: bytes) -> None:
    """What belongs to it is free at once: kept until the collector comes by, that of thousands of
    connections takes megabytes. Whether it was answered, or the client has left before."""
    kept: list[weakref.ref[Any]] = []
    entered, free = asyncio.Event(), asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        protocol = scope["extensions"][OUTLET]._protocol
        kept.append(weakref.ref(protocol, lambda _: free.set()))
        del protocol
        entered.set()
        await read_all(scope, receive, send)

    async with connected(app) as (reader, writer):
        writer.write(POST + b"Content-Length: 3\r\n\r\n" + sent)
        await (reader.readuntil(b"\r\n\r\n3") if sent == b"abc" else entered.wait())
    async with asyncio.timeout(20):
        await free.wait()
