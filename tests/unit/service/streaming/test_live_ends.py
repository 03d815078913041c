"""How live streams end: with their history, by force, and at a stop."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from service.http.outlet import OUTLET
from service.http.requests import TooManyStreams
from service.streaming import live as live_module
from service.streaming.event_stream import EventStream
from service.streaming.filter import ALL, LiveFilter
from service.streaming.live import Subscription
from service.tally import STREAMS
from tests.streams import Frame
from tests.unit.service.streaming.stage import Stage, heard, parsed


async def test_another_history_ends_every_stream_of_its_partition(stage: Stage) -> None:
    """The last frame is `reset`, with an empty id; where it is that of another partition, streams
    go on."""
    subscriber = stage.subscribe(1)
    await subscriber.next_frames()
    for partition in (1, 0):
        assert not subscriber.ended
        for reset in stage.writer.projector.progress.on_reset:
            reset(partition)
    await subscriber.wait()
    assert subscriber.ended == "reset"
    [frame] = parsed(subscriber.last_frame())
    assert (frame.id, frame.event) == ("", "reset")


async def test_what_is_forgotten_is_read_again(stage: Stage) -> None:
    """After `forget` nothing is held, and who stands behind reads the log."""
    other = stage.subscribe(1)
    behind = stage.subscribe(1)
    head = await stage.record(3)
    assert [f.id for f in await heard(other, head)][-1] == str(head)
    stage.live.forget("kursk")
    fetched: list[list[int]] = []
    fetch = stage.writer.log.fetch

    async def watched(partition: int, positions: Any) -> Any:
        fetched.append([*positions])
        return await fetch(partition, positions)

    stage.writer.log.fetch = watched  # type: ignore[method-assign]  # - what the test is about
    ids = [int(f.id or 0) for f in await heard(behind, head) if f.event != "caught-up"]
    assert ids == [2, 3, 4]
    assert fetched == [[2, 3, 4]]


async def test_a_hole_in_the_log_ends_streams_loudly(stage: Stage) -> None:
    """Nobody takes a missing event for the end: the streams break off, and the service's log
    reports it."""
    subscriber = stage.subscribe(1)
    await subscriber.next_frames()
    fetch = stage.writer.log.fetch

    async def bent(partition: int, positions: Any) -> Any:
        return [e for e in await fetch(partition, positions) if e.position != 3]

    stage.writer.log.fetch = bent  # type: ignore[method-assign]  # - what the test is about
    with capture_logs() as logs:
        await stage.record(3)
        await subscriber.wait()
    assert subscriber.ended == "broken"
    assert any(entry["log_level"] == "error" for entry in logs)


async def test_streams_have_an_end(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than there may be is refused; a closed service ends all, late ones too; what
    nobody listens to is let go; and each is counted by its cause."""
    monkeypatch.setattr(live_module, "MOST_STREAMS", 2)
    first, second = stage.subscribe(0), stage.subscribe(0)
    with pytest.raises(TooManyStreams):
        stage.subscribe(0)
    stage.live.leave(first, "left")
    assert stage.row.get(STREAMS) == 1
    stage.live.close()
    assert second.ended == "stopped"
    assert stage.subscribe(0).ended == "stopped"
    stage.live.leave(second, "left")
    assert stage.ended() == {"left": 1, "stopped": 1}


async def test_a_client_that_does_not_read_is_cut_off(stage: Stage) -> None:
    """What it is sent waits so long, and no longer; then its connection is aborted, and nothing of
    it is left."""
    aborted = asyncio.Event()

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    held: list[int] = []
    outlet = SimpleNamespace(abort=aborted.set, ready=False, begin=held.append)
    scope: Any = {"type": "http", "extensions": {OUTLET: outlet}}
    stream = EventStream(stage.live, Subscription({"kursk": 0}, ALL, joined=False), patience=0.01)
    async with asyncio.timeout(5):
        await stream(scope, receive, send)
    assert aborted.is_set()
    assert held == [128 << 10]
    assert stage.ended() == {"stalled": 1}
    assert stage.row.get(STREAMS) == 0


async def test_a_stop_waits_for_nobody(stage: Stage) -> None:
    """A client that does not read holds the end up for a second, not for the half minute that it
    has otherwise; one that reads learns where to go on."""
    head = await stage.record(2)
    denials = LiveFilter(kinds=frozenset({"denial"}))
    sent: list[bytes] = []
    blocked = asyncio.Event()

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def block(message: Any) -> None:
        if message["type"] == "http.response.body":
            blocked.set()
            await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))

    scope: Any = {"type": "http"}
    tasks = []
    for after, filter_, to in ((0, ALL, block), (head, denials, send)):
        stream = EventStream(stage.live, Subscription({"kursk": after}, filter_, joined=False))
        tasks.append(asyncio.create_task(stream(scope, receive, to)))
    await blocked.wait()
    [_, reading] = stage.live._subscribers
    head = await stage.record(1)
    async with asyncio.timeout(10):
        while reading.position["kursk"] < head:
            await asyncio.to_thread(bool)  # a turn for the others
    stage.live.close()
    async with asyncio.timeout(10):
        await asyncio.gather(*tasks)
    assert parsed(sent[-1])[-1] == Frame(str(head), "checkpoint", {"revision": head})
    assert stage.ended() == {"stopped": 2}
