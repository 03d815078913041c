"""The client's subscription, against a server that breaks off however the test likes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import msgspec
import pytest

from service.client import (
    Busy,
    CaughtUp,
    Client,
    ClientError,
    LiveEvent,
    LiveQuery,
    NotFound,
    Reset,
    StreamCheckpoint,
    Unreachable,
    UnreadableAnswer,
)
from service.client import following as following_module

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
CAUGHT_UP = b'id: 3\nevent: caught-up\ndata: {"revision":3,"log":"L"}\n\n'
RESET = b'id:\nevent: reset\ndata: {"reason":"Gone.","log":"M"}\n\n'


def event(revision: int, timeline: str = "kursk", position: str | None = None) -> bytes:
    header = {
        "timeline": timeline,
        "revision": revision,
        "recorded_at": "2026-11-23T03:10:00.123456Z",
        "id": f"e{revision}",
        "type": "statement.recorded",
        "version": 1,
        "subject": "statements/a",
        "author": "desk",
        "digest": "sha256:0",
        "seal": "0",
        "salt": "0",
        "data": {},
    }
    data = msgspec.json.encode(header)
    ident = (position or str(revision)).encode()
    return b"id: %b\nevent: statement.recorded\ndata: %b\n\n" % (ident, data)


def refusal(status: int, slug: str, *headers: str) -> bytes:
    body = msgspec.json.encode({"type": f"/problems/{slug}", "title": "No", "status": status})
    lines = [f"HTTP/1.1 {status} No", "Content-Type: application/problem+json", *headers]
    lines += [f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode() + body


class _Server:
    """Answers each connection with the next of `answers`, and hangs up; the last one stays."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.requests: list[str] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests.append((await reader.readuntil(b"\r\n\r\n")).decode())
        answer = self.answers.pop(0)
        writer.write(answer)
        if self.answers:
            writer.close()
        else:
            await reader.read()
            writer.close()

    @property
    def resumed(self) -> list[str | None]:
        """The `Last-Event-ID` of each request."""
        lines = [request.lower().split("\r\n") for request in self.requests]
        given = [[x for x in each if x.startswith("last-event-id: ")] for each in lines]
        return [each[0].partition(": ")[2] if each else None for each in given]


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[_Server, Client]]:
    monkeypatch.setattr(following_module, "_FIRST_PAUSE", 0.001)
    monkeypatch.setattr(following_module, "_MOST_PAUSE", 0.002)
    made = _Server()
    listener = await asyncio.start_server(made.talk, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with listener, Client.create(f"http://127.0.0.1:{port}") as client:
        yield made, client


async def test_a_stream_goes_on_behind_what_was_heard(server: tuple[_Server, Client]) -> None:
    """Cut off within a frame, refused for a while, answered by something else, ended whole: each
    event comes once, trouble is reported once, and the log that was heard is named from then on."""
    made, client = server
    first, second = event(4), event(5)
    made.answers = [
        HEAD + CAUGHT_UP + first + second[:40],
        refusal(503, "log-unavailable", "Retry-After: 0"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi",
        HEAD + second,
        HEAD + b'id: 9\nevent: checkpoint\ndata: {"revision":9}\n\n',
        HEAD + event(10),
    ]
    told: list[ClientError] = []
    heard = []
    async with aclosing(client.live("kursk", after=3, trouble=told.append)) as stream:
        async for one in stream:
            heard.append(one)
            if one.position["kursk"] == 10:
                break
    assert [type(one) for one in heard] == [
        CaughtUp,
        LiveEvent,
        LiveEvent,
        StreamCheckpoint,
        LiveEvent,
    ]
    assert [one.position["kursk"] for one in heard] == [3, 4, 5, 9, 10]
    assert made.resumed == ["3", "4", "4", "4", "5", "9"]
    assert ["log=L" in request for request in made.requests] == [False, *[True] * 5]
    assert len(told) == 1
    assert isinstance(heard[1], LiveEvent)
    assert heard[1].line in first


async def test_trouble_before_the_first_answer_is_raised(server: tuple[_Server, Client]) -> None:
    """A wrong address, a timeline that is not there, a server that is busy: nobody waits for it
    unasked."""
    made, client = server
    made.answers = [refusal(404, "timeline-not-found"), refusal(503, "log-unavailable"), b""]
    for error in (NotFound, Busy):
        with pytest.raises(error):
            await anext(client.live("kursk"))
    async with Client.create("http://127.0.0.1:1") as nobody:
        with pytest.raises(Unreachable):
            await anext(nobody.live("kursk"))


async def test_another_log_is_raised(server: tuple[_Server, Client]) -> None:
    """What no further try can mend ends it, with what the server says."""
    made, client = server
    made.answers = [HEAD + CAUGHT_UP, HEAD + RESET]
    with pytest.raises(Reset) as raised:
        async for _ in client.live("kursk", after=3):
            pass
    assert (raised.value.reason, raised.value.log) == ("Gone.", "M")


async def test_what_is_no_event_is_trouble(server: tuple[_Server, Client]) -> None:
    """Garbage on the way is asked for again, behind what was heard before it."""
    made, client = server
    made.answers = [HEAD + event(4) + b"id: 5\nevent: x\ndata: {]\n\n", HEAD + event(5)]
    told: list[ClientError] = []
    async with aclosing(client.live("kursk", after=3, trouble=told.append)) as stream:
        assert [(await anext(stream)).position["kursk"] for _ in range(2)] == [4, 5]
    assert isinstance(told[0], UnreadableAnswer)


async def test_several_timelines_have_a_position_each(server: tuple[_Server, Client]) -> None:
    """What was heard of each is said when the stream is taken up again; filters go along."""
    made, client = server
    made.answers = [HEAD + event(4, "a", "a:4,b:7"), HEAD + event(8, "b", "a:4,b:8")]
    wanted = LiveQuery(tag=("x", "y"))
    stream = client.live("a", "b", after={"a": 3, "b": 7}, wanted=wanted)
    async with aclosing(stream):
        assert [(await anext(stream)).position for _ in range(2)] == [
            {"a": 4, "b": 7},
            {"a": 4, "b": 8},
        ]
    assert made.resumed == ["a:3,b:7", "a:4,b:7"]
    assert "tag=x&tag=y&timelines=a%2Cb" in made.requests[0]


async def test_a_silent_server_is_left(
    server: tuple[_Server, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection on which nothing comes for long is made again."""
    monkeypatch.setattr("service.client.transport.connection._SILENCE", 0.05)
    made, client = server
    made.answers = [HEAD + event(4), HEAD + event(5)]
    made.answers.insert(1, HEAD)
    async with aclosing(client.live("kursk", after=3)) as stream:
        assert [(await anext(stream)).position["kursk"] for _ in range(2)] == [4, 5]
