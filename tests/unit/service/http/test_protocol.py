"""Connections that stand still, over real sockets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvicorn

from service.http.edge.common_headers import OF_EACH
from service.http.outlet import ENDLESS, OUTLET
from service.http.protocol import HttpProtocol

_POST = b"POST / HTTP/1.1\r\nHost: x\r\n"


class _Impatient(HttpProtocol):
    """The same, which looks so often that a test need not wait; `looked` once it has, thrice,
    `lost` once the connection is."""

    patience = 0.02
    looked: asyncio.Event
    lost: asyncio.Event
    looks = 0

    def _look(self) -> None:
        super()._look()
        type(self).looks += 1
        if self.looks >= 3:
            self.looked.set()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.lost.set()


@pytest.fixture(autouse=True)
def fresh() -> None:
    _Impatient.looked, _Impatient.lost = asyncio.Event(), asyncio.Event()
    _Impatient.looks, _Impatient.longest = 0, 1_000


async def _read_all(scope: Any, receive: Any, send: Any) -> None:
    """Answers how long the body was, if it comes to its end."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        more = message["more_body"]
    await _answer(send, b"%d" % size)


async def _answer(send: Any, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": 200, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def _connected(
    app: Any = _read_all, protocol: type[HttpProtocol] = _Impatient
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    config = uvicorn.Config(app, port=0, http=protocol, ws="none", lifespan="off", log_config=None)
    config.load()
    state = uvicorn.server.ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: protocol(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        async with asyncio.timeout(20):
            yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        await server.wait_closed()


async def test_a_client_that_says_nothing_is_hung_up_on() -> None:
    """Nothing was asked, so nothing is answered."""
    async with _connected() as (reader, _):
        assert await reader.read() == b""


@pytest.mark.parametrize(
    ("request_", "part"),
    [
        (b"GET / HTT", b"head"),
        (_POST + b"X: ", b"head"),
        (_POST + b"Content-Length: 100\r\n\r\nx", b"body"),
        (_POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", b"body"),
    ],
)
async def test_a_request_that_does_not_go_on_is_refused(request_: bytes, part: bytes) -> None:
    """Half a head and half a body are a problem, and the connection is closed."""
    async with _connected() as (reader, writer):
        writer.write(request_)
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert b"The " + part + b" of the request" in answer


@pytest.mark.parametrize("request_", [b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTT"])
async def test_what_is_no_request_gets_the_headers_of_every_answer(request_: bytes) -> None:
    """Also where the application has not seen the request, a cache is told what chooses."""
    async with _connected() as (reader, writer):
        writer.write(request_)
        head = (await reader.read()).partition(b"\r\n\r\n")[0]
    for name, value in OF_EACH:
        assert name + b": " + value in head.split(b"\r\n")
    assert b"vary" in dict(OF_EACH)


async def test_a_body_that_trickles_has_an_end() -> None:
    """However a body gets on, it has so many looks to come to its end."""
    _Impatient.longest = 3
    async with _connected() as (reader, writer):
        writer.write(_POST + b"Content-Length: 1000000\r\n\r\n")
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
        await _Impatient.looked.wait()
        await _read_all(scope, receive, send)

    async with _connected(app) as (reader, writer):
        writer.write(_POST + b"Connection: close\r\nContent-Length: 3\r\n\r\nabc")
        assert (await reader.read()).endswith(b"\r\n\r\n3")


async def test_a_client_that_does_not_read_is_hung_up_on() -> None:
    """What waits to be sent does not wait for ever."""
    gone = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await _answer(send, b"x" * (32 << 20))
        gone.set()

    async with _connected(app) as (reader, writer):
        transport: Any = writer.transport
        transport.pause_reading()
        writer.write(_POST + b"Content-Length: 0\r\n\r\n")
        await gone.wait()
        await _Impatient.lost.wait()
        transport.resume_reading()
        with suppress(ConnectionError):
            assert len(await reader.read()) < 32 << 20


async def test_an_answer_before_the_end_of_a_body_is_read() -> None:
    """A refusal reaches a client that is still sending; then the connection ends."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await _answer(send, b"no", (b"connection", b"close"))

    async with _connected(app) as (reader, writer):
        writer.write(_POST + b"Content-Length: 8000000\r\n\r\n" + b"x" * 1_000)
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
        outlet.narrow(32_768)
        sizes.append(connection.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))
        await _answer(send, b"", (b"connection", b"close"))

    async with _connected(app) as (reader, writer):
        writer.write(_POST + b"Content-Length: 0\r\n\r\n")
        await reader.read()
    assert 32_768 <= sizes[0] <= 65_536


async def test_a_connection_that_is_gone_takes_every_call() -> None:
    """A stream that begins when its client has left finds a way out that takes nothing and does
    not complain."""
    asked = asyncio.Event()
    calls: list[bool] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.set()
        await _Impatient.lost.wait()
        await asyncio.sleep(0)  # noqa: TID251 - waits for nothing: the transport is closed by now
        outlet = scope["extensions"][OUTLET]
        outlet.narrow(32_768)
        calls.append(outlet.ready)
        outlet.abort()
        assert (await receive())["type"] == "http.disconnect"
        await _answer(send, b"to nobody")
        calls.append(True)

    async with _connected(app) as (_, writer):
        writer.write(_POST + b"Content-Length: 0\r\n\r\n")
        await asked.wait()
        writer.transport.abort()
        await _Impatient.lost.wait()
        while len(calls) < 2:
            await asyncio.to_thread(bool)  # a turn for the others
    assert calls == [False, True]


@pytest.mark.parametrize("more", [1, 2])
async def test_whoever_leaves_is_missed_by_the_answer_under_way(more: int) -> None:
    """However many requests wait behind it on the connection, the one that is being answered hears
    that its client has left."""
    asked, heard = asyncio.Event(), asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.set()
        while (await receive())["type"] != "http.disconnect":
            pass
        heard.set()

    async with _connected(app) as (_, writer):
        writer.write((_POST + b"Content-Length: 0\r\n\r\n") * (1 + more))
        await asked.wait()
        writer.transport.abort()
        await heard.wait()


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

    async with _connected(app) as (_, writer):
        writer.write(_POST + b"Content-Length: 0\r\n\r\n")
        await began.wait()
        writer.write(_POST + b"Content-Length: 0\r\n\r\n")
        await heard.wait()


@pytest.mark.parametrize("rest", [b"1", b"1\r\nx\r\nno chunk\r\n"])
async def test_a_body_that_goes_wrong_behind_its_answer_ends_the_connection(rest: bytes) -> None:
    """Where the last word was said already there is none for a body that stops, or cannot be
    read: the connection is closed, and nothing fails on the way."""
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await _answer(send, b"no", (b"connection", b"close"))

    async with _connected(app) as (reader, writer):
        writer.write(_POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
        assert (await reader.readuntil(b"\r\n\r\nno")).startswith(b"HTTP/1.1 200 ")
        writer.write(rest)
        assert await reader.read() == b""
        await _Impatient.lost.wait()
    assert faults == []


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
        await _answer(send, b"x")

    def long_after() -> None:
        """The timer's time has come, long after the last answer."""
        connection._idle_since -= 10 * connection.timeout_keep_alive
        connection.timeout_keep_alive_handler()

    async with _connected(app, HttpProtocol) as (reader, writer):
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
