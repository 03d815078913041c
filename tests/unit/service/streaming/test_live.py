"""Live streams over a real fold: every event once, in order, and what stands between them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from events.event.types import StatementCorrected, StatementRelated, StatementRetracted
from service.http.outlet import OUTLET
from service.http.requests import TooManyStreams
from service.streaming import live as live_module
from service.streaming import tap as tap_module
from service.streaming.event_stream import EventStream
from service.streaming.filter import ALL, LiveFilter
from service.streaming.live import SILENCE, LiveStreams, Wanted
from service.streaming.source import FrameSource
from service.streaming.subscriber import CAUSES, Subscriber
from service.tally import ENDED, STREAMS, Tally
from tests.streams import Frame, frames_in
from tests.writers import Writer, open_writer, said


class Stage:
    """A writer, its live streams, and a clock that stands still."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.now = 0.0
        self.row = Tally().row(0)
        self.live = LiveStreams(
            FrameSource(writer.log, writer.read_model),
            writer.projector.progress,
            self.row,
            clock=lambda: self.now,
        )

    def subscribe(
        self, after: int, filter_: LiveFilter = ALL, *, joined: bool = False
    ) -> Subscriber:
        return self.live.subscribe({"kursk": after}, filter_, joined=joined)

    async def record(self, number: int) -> int:
        """So many statements at once; the revision after them, once it is folded."""
        if number:
            await self.writer.record(*[said(None, tags=("t1",)) for _ in range(number)])
        return await self.head()

    def ended(self) -> dict[str, float]:
        """The streams that have ended, by cause."""
        counted = {cause: self.row.get(ENDED + n) for n, cause in enumerate(CAUSES)}
        return {cause: number for cause, number in counted.items() if number}

    async def head(self) -> int:
        """The log's head, once it is folded."""
        head = await self.writer.log.revision("kursk")
        await self.writer.projector.progress.wait_for("kursk", head)
        return head


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.projector.progress.wait_for("kursk", 1)
        opened = Stage(writer)
        yield opened
        await opened.live.shut()


def parsed(taken: bytes) -> list[Frame]:
    blocks = [frames_in(block) for block in taken.split(b"\n\n") if block]
    return [frame for frame in blocks if frame is not None]


async def heard(subscriber: Subscriber, upto: int) -> list[Frame]:
    """The frames until one of revision `upto` or beyond."""
    found: list[Frame] = []
    async with asyncio.timeout(20):
        while not any(int(frame.id or 0) >= upto for frame in found):
            taken = await subscriber.take()
            found += parsed(taken)
            if not taken:
                await subscriber.wait()
    return found


@pytest.mark.parametrize("seed", range(6))
async def test_every_event_is_heard_once_in_order(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Wherever subscribers begin and whenever they take, in memory or behind it, in pieces of any
    size: each hears the events behind where it began, and when it has caught up."""
    chance = random.Random(seed)
    monkeypatch.setattr(tap_module, "_MOST_EVENTS", chance.randrange(1, 9))
    monkeypatch.setattr("service.streaming.subscriber.PIECE", chance.choice((1, 3_000, 99_000)))
    monkeypatch.setattr(tap_module, "PIECE", chance.choice((1, 3_000, 99_000)))
    head = await stage.record(12)
    filters = (ALL, LiveFilter(types=("statement.recorded",)), LiveFilter(tags=frozenset({"t1"})))
    began = [(chance.randrange(head + 1), chance.choice(filters)) for _ in range(6)]
    subscribers = [(stage.subscribe(*each), *each) for each in began]
    found: dict[Subscriber, list[Frame]] = {each[0]: [] for each in subscribers}
    for _ in range(8):
        head = await stage.record(chance.randrange(1, 5))
        for subscriber in chance.sample([*found], 3):
            found[subscriber] += parsed(await subscriber.take())
    for subscriber, after, filter_ in subscribers:
        if not any(int(frame.id or 0) == head for frame in found[subscriber]):
            found[subscriber] += await heard(subscriber, head)
        ids = [int(f.id or 0) for f in found[subscriber] if f.event.startswith(("s", "t"))]
        first = after if filter_ == ALL else max(after, 1)  # the opening is no statement
        assert ids == list(range(first + 1, head + 1))
        assert [f.data["revision"] for f in found[subscriber] if f.event[0] in "st"] == ids
        assert sum(frame.event == "caught-up" for frame in found[subscriber]) == 1


class _Outlet:
    """A connection that is now ready, now not."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._was_ready = False
        self.written: list[Frame] = []
        self.writes = 0

    @property
    def ready(self) -> bool:
        self._was_ready = self._chance.random() < 0.6
        return self._was_ready

    def write(self, chunk: bytes) -> None:
        assert self._was_ready
        self._was_ready = False
        size, _, body = chunk.partition(b"\r\n")
        assert len(body) == int(size, 16) + 2
        self.written += parsed(body[:-2])
        self.writes += 1

    def narrow(self, size: int) -> None:
        raise AssertionError("that is done before")

    def abort(self) -> None:
        raise AssertionError("nobody stalls here")


@pytest.mark.parametrize("tag", [None, "t1", "none"])
async def test_what_is_written_past_the_task_is_the_same(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tag: str | None
) -> None:
    """While a connection is ready its task sleeps; when it is not the task takes over: each event
    is sent once, in order, on whichever way. A filter that nothing passes wakes nobody."""
    monkeypatch.setattr("service.streaming.subscriber.PIECE", 1_000)
    monkeypatch.setattr(tap_module, "PIECE", 1_000)
    filter_ = ALL if tag is None else LiveFilter(tags=frozenset({tag}))
    subscriber, outlet = stage.subscribe(1, filter_), _Outlet(random.Random(7))
    woken = 0

    async def listen() -> None:
        nonlocal woken
        while subscriber.ended is None:
            taken = await subscriber.take()
            outlet.written += parsed(taken)
            if not taken:
                await subscriber.wait(outlet)
                woken += 1

    listening = asyncio.create_task(listen())
    head = 1
    async with asyncio.timeout(30):
        for number in range(60):
            head = await stage.record(number % 6)
            while subscriber.position["kursk"] < head:
                await asyncio.to_thread(bool)  # a turn for the others
    subscriber.end("stopped")
    await listening
    found = [int(frame.id or 0) for frame in outlet.written if frame.event != "caught-up"]
    assert found == ([] if tag == "none" else list(range(2, head + 1)))
    assert 0 < woken < 60
    assert bool(outlet.writes) == (tag != "none")


async def test_what_is_touched_counts_as_it_stood_then(stage: Stage) -> None:
    """A tag that a correction takes away no longer matches; a relation matches by either side; a
    type, a subject and a tag must all match."""
    writer = stage.writer
    await writer.record(said("a", tags=("x",)), said("b"))
    await writer.do("a", StatementCorrected(changes={"text": "Other."}, reason="so"))
    await writer.do("b", StatementRelated(relation="disputes", target="a"))
    await writer.do("a", StatementCorrected(changes={"tags": []}, reason="so"))
    await writer.do("a", StatementRetracted(reason="so"))
    head = await stage.head()
    tagged = stage.subscribe(0, LiveFilter(tags=frozenset({"x"})))
    frames = await heard(tagged, head)
    assert [int(f.id or 0) for f in frames if f.event != "caught-up"] == [2, 4, 5]
    related = LiveFilter(
        types=("statement.related",), subjects=("statements/b",), tags=frozenset({"x"})
    )
    frames = await heard(stage.subscribe(0, related), head)
    assert [f.event for f in frames] == ["statement.related", "caught-up"]


async def test_a_filtered_subscriber_hears_where_it_stands(stage: Stage) -> None:
    """After fifteen seconds without a match: a checkpoint, if others were recorded, which names
    the head; else a sign of life; and neither before."""
    subscriber = stage.subscribe(1, LiveFilter(types=("source.graded",)))
    assert [f.event for f in parsed(await subscriber.take())] == ["caught-up"]
    head = await stage.record(3)
    await subscriber.wait()
    assert await subscriber.take() == b""
    stage.now = SILENCE - 0.1
    stage.live.tick()
    assert await subscriber.take() == b""
    stage.now = SILENCE
    stage.live.tick()
    [frame] = parsed(await subscriber.take())
    assert frame == Frame(str(head), "checkpoint", {"revision": head})
    stage.live.sent(subscriber)
    stage.now = 2 * SILENCE
    stage.live.tick()
    assert await subscriber.take() == b": keep-alive\n\n"


async def test_a_long_history_without_a_match_ends_at_the_head(stage: Stage) -> None:
    """Who asks for what never happened resumes near the head, not where it began."""
    head = await stage.record(300)
    subscriber = stage.subscribe(0, LiveFilter(tags=frozenset({"none"})))
    [frame] = parsed(await subscriber.take())
    assert frame.id == str(head)
    assert frame.event == "caught-up"


async def test_another_history_ends_every_stream_of_its_partition(stage: Stage) -> None:
    """The last frame is `reset`, with an empty id; where it is that of another partition, streams
    go on."""
    subscriber = stage.subscribe(1)
    await subscriber.take()
    for partition in (1, 0):
        assert not subscriber.ended
        for reset in stage.writer.projector.progress.on_reset:
            reset(partition)
    await subscriber.wait()
    assert subscriber.ended == "reset"
    [frame] = parsed(subscriber.rest())
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
    await subscriber.take()
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
    outlet = SimpleNamespace(abort=aborted.set, ready=False, narrow=held.append)
    scope: Any = {"type": "http", "extensions": {OUTLET: outlet}}
    stream = EventStream(stage.live, Wanted({"kursk": 0}, ALL, joined=False), patience=0.01)
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
        stream = EventStream(stage.live, Wanted({"kursk": after}, filter_, joined=False))
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
