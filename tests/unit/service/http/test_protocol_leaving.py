"""What becomes of a connection whose client leaves, or goes wrong."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from service.http.outlet import OUTLET
from tests.unit.service.http.connected import POST, Impatient, answer_of, connected


@pytest.fixture(autouse=True)
def fresh() -> None:
    Impatient.begin()


async def test_a_client_that_does_not_read_is_hung_up_on() -> None:
    """What waits to be sent does not wait for ever."""
    gone = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer_of(send, b"x" * (32 << 20))
        gone.set()

    async with connected(app) as (reader, writer):
        transport: Any = writer.transport
        transport.pause_reading()
        writer.write(POST + b"Content-Length: 0\r\n\r\n")
        await gone.wait()
        await Impatient.lost.wait()
        transport.resume_reading()
        with suppress(ConnectionError):
            assert len(await reader.read()) < 32 << 20


async def test_a_connection_that_is_gone_takes_every_call() -> None:
    """A stream that begins when its client has left finds a way out that takes nothing and does
    not complain."""
    asked = asyncio.Event()
    calls: list[bool] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.set()
        await Impatient.lost.wait()
        await asyncio.sleep(0)  # noqa: TID251 - waits for nothing: the transport is closed by now
        outlet = scope["extensions"][OUTLET]
        outlet.begin(32_768)
        calls.append(outlet.ready)
        outlet.abort()
        assert (await receive())["type"] == "http.disconnect"
        await answer_of(send, b"to nobody")
        calls.append(True)

    async with connected(app) as (_, writer):
        writer.write(POST + b"Content-Length: 0\r\n\r\n")
        await asked.wait()
        writer.transport.abort()
        await Impatient.lost.wait()
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

    async with connected(app) as (_, writer):
        writer.write((POST + b"Content-Length: 0\r\n\r\n") * (1 + more))
        await asked.wait()
        writer.transport.abort()
        await heard.wait()


@pytest.mark.parametrize("rest", [b"1", b"1\r\nx\r\nno chunk\r\n"])
async def test_a_body_that_goes_wrong_behind_its_answer_ends_the_connection(rest: bytes) -> None:
    """Where the last word was said already there is none for a body that stops, or cannot be
    read: the connection is closed, and nothing fails on the way."""
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer_of(send, b"no", (b"connection", b"close"))

    async with connected(app) as (reader, writer):
        writer.write(POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
        assert (await reader.readuntil(b"\r\n\r\nno")).startswith(b"HTTP/1.1 200 ")
        writer.write(rest)
        assert await reader.read() == b""
        await Impatient.lost.wait()
    assert faults == []
