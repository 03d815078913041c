"""Live streams over a real fold: every event once, in order, and what stands between them."""

from __future__ import annotations

import asyncio
import random

import pytest

from events.event.types import StatementCorrected, StatementRelated, StatementRetracted
from service.streaming import tap as tap_module
from service.streaming.filter import ALL, LiveFilter
from service.streaming.live import SILENCE
from service.streaming.subscriber import Subscriber
from tests.streams import Frame
from tests.unit.service.streaming.stage import Stage, heard, parsed
from tests.writers import said


@pytest.mark.parametrize("seed", range(6))
async def test_every_event_is_heard_once_in_order(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Wherever subscribers begin and whenever they take, in memory or behind it, in pieces of any
    size: each hears the events behind where it began, and when it has caught up."""
    chance = random.Random(seed)
    monkeypatch.setattr(tap_module, "_MOST_EVENTS", chance.randrange(1, 9))
    monkeypatch.setattr(
        "service.streaming.subscriber.BATCH_BYTES", chance.choice((1, 3_000, 99_000))
    )
    monkeypatch.setattr(tap_module, "BATCH_BYTES", chance.choice((1, 3_000, 99_000)))
    head = await stage.record(12)
    filters = (ALL, LiveFilter(types=("statement.recorded",)), LiveFilter(tags=frozenset({"t1"})))
    began = [(chance.randrange(head + 1), chance.choice(filters)) for _ in range(6)]
    subscribers = [(stage.subscribe(*each), *each) for each in began]
    found: dict[Subscriber, list[Frame]] = {each[0]: [] for each in subscribers}
    for _ in range(8):
        head = await stage.record(chance.randrange(1, 5))
        for subscriber in chance.sample([*found], 3):
            found[subscriber] += parsed(await subscriber.next_frames())
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

    def begin(self, held: int) -> None:
        raise AssertionError("that is done before")

    def abort(self) -> None:
        raise AssertionError("nobody stalls here")


@pytest.mark.parametrize("tag", [None, "t1", "none"])
async def test_what_is_written_past_the_task_is_the_same(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tag: str | None
) -> None:
    """While a connection is ready its task sleeps; when it is not the task takes over: each event
    is sent once, in order, on whichever way. A filter that nothing passes wakes nobody."""
    monkeypatch.setattr("service.streaming.subscriber.BATCH_BYTES", 1_000)
    monkeypatch.setattr(tap_module, "BATCH_BYTES", 1_000)
    filter_ = ALL if tag is None else LiveFilter(tags=frozenset({tag}))
    subscriber, outlet = stage.subscribe(1, filter_), _Outlet(random.Random(7))
    woken = 0

    async def listen() -> None:
        nonlocal woken
        while subscriber.ended is None:
            taken = await subscriber.next_frames()
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
    assert [f.event for f in parsed(await subscriber.next_frames())] == ["caught-up"]
    head = await stage.record(3)
    await subscriber.wait()
    assert await subscriber.next_frames() == b""
    stage.now = SILENCE - 0.1
    stage.live.tick()
    assert await subscriber.next_frames() == b""
    stage.now = SILENCE
    stage.live.tick()
    [frame] = parsed(await subscriber.next_frames())
    assert frame == Frame(str(head), "checkpoint", {"revision": head})
    stage.live.sent(subscriber)
    stage.now = 2 * SILENCE
    stage.live.tick()
    assert await subscriber.next_frames() == b": keep-alive\n\n"


async def test_a_long_history_without_a_match_ends_at_the_head(stage: Stage) -> None:
    """Who asks for what never happened resumes near the head, not where it began."""
    head = await stage.record(300)
    subscriber = stage.subscribe(0, LiveFilter(tags=frozenset({"none"})))
    [frame] = parsed(await subscriber.next_frames())
    assert frame.id == str(head)
    assert frame.event == "caught-up"
