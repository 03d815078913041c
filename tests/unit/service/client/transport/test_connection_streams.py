"""Streams over a connection: where they end, and how they fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import msgspec
import pytest

from service.client import (
    Client,
    ClientError,
    NotFound,
    UnreadableAnswer,
)
from tests.unit.service.client.transport.wire import Wire, said


def chunked(*chunks: bytes, whole: bool = True) -> bytes:
    head = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
        b"Content-Type: application/x-ndjson\r\nOnrecord-Revision: 9\r\n\r\n"
    )
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head + body + (b"0\r\n\r\n" if whole else b"")


@asynccontextmanager
async def followed(client: Client) -> AsyncIterator[AsyncIterator[bytes]]:
    async with client.event_lines("kursk", after=3, type=("statement.recorded",)) as events:
        assert events.revision == 9
        yield events.lines


async def test_lines_end_at_line_feeds_only(wire: Wire, client: Client) -> None:
    """A line is whole whatever the chunks, and no other separator of lines ends it, be it whole in
    a chunk or cut in two."""
    text = '{"text":"a\u2028b\x85c\u2028d",\r"n":1}'.encode()
    wire.answer = chunked(b'{"a":', b"1}\n" + text[:12], text[12:] + b"\n")
    async with followed(client) as lines:
        assert [line async for line in lines] == [b'{"a":1}', text]
    assert b"GET /v1/timelines/kursk/events?after=3&type=statement.recorded " in wire.requests[0]


@pytest.mark.parametrize(
    "answer",
    [chunked(b'{"a":1}\n', whole=False), chunked(b'{"a":1}\n{"b"'), b"HTTP/1.1 200 OK\r\n"],
)
async def test_a_stream_that_breaks_is_no_end(answer: bytes, wire: Wire, client: Client) -> None:
    """What came before is given, and the break is an error: it does not pass for the head."""
    wire.answer = answer
    got: list[bytes] = []
    with pytest.raises(ClientError):
        async with followed(client) as lines:
            got += [line async for line in lines]
    assert not got or got == [b'{"a":1}']


@pytest.mark.parametrize("path", ["event_lines", "live", "checkpoint"])
async def test_a_stream_that_cannot_be_unpacked_is_an_error(
    path: str, wire: Wire, client: Client
) -> None:
    """Bytes that are not what their header says are no traceback, however they are read. A
    subscriber comes again, once it has reported it."""

    def trouble(error: ClientError) -> None:
        raise error

    kind = "text/event-stream" if path == "live" else "application/x-ndjson"
    wire.answer = said(200, b"not gzip", "Content-Encoding: gzip", f"Content-Type: {kind}")

    async def read() -> None:
        match path:
            case "event_lines":
                async with client.event_lines("kursk") as events:
                    _ = [line async for line in events.lines]
            case "live":
                async with aclosing(client.live("kursk", trouble=trouble)) as heard:
                    await anext(heard)
            case _:
                await client.checkpoint("kursk")

    with pytest.raises(UnreadableAnswer):
        await read()


async def test_a_refused_stream_is_a_problem(wire: Wire, client: Client) -> None:
    """A stream that never began says why."""
    document = {"type": "/problems/timeline-not-found", "title": "No", "status": 404, "detail": "x"}
    wire.answer = said(404, msgspec.json.encode(document))
    with pytest.raises(NotFound):
        async with followed(client):
            pytest.fail("it began")
