"""What still comes of a long answer when a grant is taken in its middle, over real sockets."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from events.errors import Unknown
from service.access.guards.denials import DENIALS
from service.access.guards.door import Door
from service.access.guards.visitor import visitor_of
from service.http.outlet import ENDLESS
from service.tally import DENIED, Tally
from tests.granted import Granted
from tests.unit.service.http.connected import Impatient, connected

_START: Any = {"type": "http.response.start", "status": 200, "headers": []}


class Answered:
    """An application behind the door, with a key that may read. Its long answer has four parts, and
    behind the first the key loses its grant. `heard` is set once the client is known to be gone."""

    def __init__(self, *, endless: bool = False) -> None:
        self.granted = Granted()
        self.key = self.granted.key("desk")
        self.grant = self.granted.grant("key:desk", "reader", "kursk")
        self.tally = Tally()
        self.door = Door(self._answer, self.granted.access, self.tally.row(0))
        self.heard = asyncio.Event()
        self._endless = endless

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        visitor_of(scope).require("read", "kursk")
        if self._endless:
            scope[ENDLESS] = True
        await send(_START)
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        self.granted.take_grant(self.grant)
        for part in (b"two", b"three"):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"four"})
        while (await receive())["type"] != "http.disconnect":
            pass
        self.heard.set()

    def request(self) -> bytes:
        return f"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: {self.key}\r\n\r\n".encode()


async def test_a_long_answer_is_cut_off_before_its_next_part() -> None:
    """Its last chunk does not come either, so that nobody takes what came for the whole."""
    Impatient.begin()
    answered = Answered()
    async with connected(answered.door) as (reader, writer):
        writer.write(answered.request())
        answer = await reader.read()
        await answered.heard.wait()
    assert answer.endswith(b"3\r\none\r\n")
    assert answered.tally.total(DENIED + DENIALS.index("hidden")) == 1


async def test_an_answer_without_end_is_left_to_say_why_it_ends() -> None:
    """A stream ends with a frame about it."""
    Impatient.begin()
    answered = Answered(endless=True)
    async with connected(answered.door) as (reader, writer):
        writer.write(answered.request())
        assert await reader.readuntil(b"four\r\n0\r\n\r\n")


async def test_a_server_that_cannot_cut_off_hears_of_it() -> None:
    """It has to end the answer in its own way."""
    answered = Answered()
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"authorization", answered.key.encode())]
    scope: Any = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    with pytest.raises(Unknown):
        await answered.door(scope, receive, send)
    assert [message.get("body") for message in sent] == [None, b"one"]
