"""The place that a live stream takes: it is given back, however and whenever the stream ends."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from events.errors import LogUnavailable
from service.http.outlet import OUTLET
from service.streaming.event_stream import EventStream
from service.streaming.filter import ALL
from service.streaming.live import Subscription
from service.tally import STREAMS
from tests.unit.service.streaming.stage import Stage


class _Client:
    """One side of a connection; what `fails` names raises, and every other wait lasts for ever."""

    def __init__(self, fails: str, error: BaseException) -> None:
        self._fails = fails
        self._error = error
        self.waits = asyncio.Event()
        outlet = SimpleNamespace(ready=False, begin=self._begin, abort=lambda: None)
        self.scope: Any = {"type": "http", "extensions": {OUTLET: outlet}}

    async def receive(self) -> Any:
        self._meet("receive")
        await asyncio.Event().wait()

    async def send(self, message: Any) -> None:
        self._meet(message["type"])
        if message["type"] == "http.response.body":
            self.waits.set()

    def _begin(self, _size: int) -> None:
        self._meet("begin")

    def _meet(self, name: str) -> None:
        if name == self._fails:
            raise self._error


@pytest.mark.parametrize(
    ("fails", "error"),
    [
        ("begin", ValueError("negative file descriptor")),
        ("begin", OSError("Bad file descriptor")),
        ("http.response.start", RuntimeError("the handler is closed")),
        ("http.response.start", asyncio.CancelledError()),
        ("http.response.body", OSError("Broken pipe")),
        ("http.response.body", RuntimeError("the handler is closed")),
        ("receive", RuntimeError("the handler is closed")),
    ],
)
async def test_whatever_fails_gives_the_place_back(
    stage: Stage,
    fails: str,
    error: BaseException,
) -> None:
    """Whichever call on the connection fails, and with whatever: nothing of the stream is left."""
    client = _Client(fails, error)
    stream = EventStream(stage.live, Subscription({"kursk": 1}, ALL, joined=False))
    async with asyncio.timeout(10):
        [ended] = await asyncio.gather(
            stream(client.scope, client.receive, client.send), return_exceptions=True
        )
    assert ended is None or type(ended) is type(error)
    assert stage.row.get(STREAMS) == 0
    assert len(stage.live.taps) == 0


async def test_a_stream_that_never_begins_takes_no_place(
    stage: Stage,
) -> None:
    """The place is taken where it is given back: an answer that nobody runs has none."""
    EventStream(stage.live, Subscription({"kursk": 1}, ALL, joined=False))
    assert stage.row.get(STREAMS) == 0
    assert len(stage.live.taps) == 0


async def test_a_log_that_is_away_at_the_beginning_keeps_no_place(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The error comes before anything of the answer, so that it becomes the answer; and nothing of
    the stream is left."""
    await stage.record(3)

    async def away(*_: object) -> Any:
        raise LogUnavailable("The log is away.")

    monkeypatch.setattr(stage.writer.log, "fetch", away)
    client = _Client("http.response.start", AssertionError("no answer begins"))
    stream = EventStream(stage.live, Subscription({"kursk": 0}, ALL, joined=False))
    with pytest.raises(LogUnavailable):
        await stream(client.scope, client.receive, client.send)
    assert stage.row.get(STREAMS) == 0


async def test_a_subscription_that_fails_leaves_no_tap(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the second of two timelines cannot be read, nothing follows the first one."""
    read = stage.live.source.timeline

    def fail(name: str) -> Any:
        if name == "second":
            raise OSError("the disk is gone")
        return read(name)

    monkeypatch.setattr(stage.live.source, "timeline", fail)
    with pytest.raises(OSError, match="the disk is gone"):
        stage.live.subscribe({"kursk": 1, "second": 0}, ALL, joined=True)
    assert stage.row.get(STREAMS) == 0
    assert len(stage.live.taps) == 0
