"""What live streams read: no more than they send, and nothing that is not so any more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NoReturn

import pytest
from structlog.testing import capture_logs

from events.errors import QueryTooLong
from events.event.envelope import StoredEvent, statement_subject
from events.event.types import StatementRedacted
from events.log.contract import Append
from events.statement.statement import Source as Evidence
from service.streaming import tap as tap_module
from service.streaming import taps as taps_module
from service.streaming.filter import ALL, LiveFilter
from tests.unit.service.streaming.stage import Stage, heard, parsed
from tests.writers import CODEC, said


class _Counted:
    """Stands before the log's `fetch` and keeps how many events each question asks for."""

    def __init__(self, log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[int] = []
        self._fetch = log.fetch
        monkeypatch.setattr(log, "fetch", self.fetch)

    async def fetch(self, partition: int, positions: Sequence[int]) -> Sequence[StoredEvent]:
        self.asked.append(len(positions))
        found: Sequence[StoredEvent] = await self._fetch(partition, positions)
        return found


async def test_who_is_behind_reads_each_event_about_once(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was read is sent, not read again for the next piece."""
    monkeypatch.setattr(tap_module, "_MOST_EVENTS", 1)
    head = await stage.record(600)
    counted = _Counted(stage.writer.log, monkeypatch)
    frames = await heard(stage.subscribe(0), head)
    assert [int(f.id or 0) for f in frames if f.event != "caught-up"] == [*range(1, head + 1)]
    assert sum(counted.asked) < 1.5 * head


async def test_large_events_are_read_in_small_numbers(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However large events are and however many, a stream holds a few of them: behind as at the
    head."""
    monkeypatch.setattr(tap_module, "_MOST_EVENTS", 1)
    quotes = tuple(Evidence(id=f"s{n}", title="t", quote="x" * 5_000) for n in range(60))
    follower = stage.subscribe(1)
    counted = _Counted(stage.writer.log, monkeypatch)
    statements = [said(f"big{n}", sources=quotes) for n in range(40)]
    await stage.writer.record(*statements)
    head = await stage.head()
    await heard(follower, head)
    await heard(stage.subscribe(0), head)
    assert max(counted.asked) <= 16


async def test_nothing_of_another_history_is_reported(stage: Stage) -> None:
    """Who comes while those of the old history are still leaving hears the new one."""
    old = stage.subscribe(0)
    head = await stage.record(2)
    await heard(old, head)
    entries = stage.writer.log._entries[0]
    entries[1] = entries[1]._replace(data=b'{"another":"history"}')
    for reset in stage.writer.projector.progress.on_reset:
        reset(0)
    frames = await heard(stage.subscribe(1), head)
    assert frames[0].data["data"] == {"another": "history"}


async def test_after_a_hole_is_mended_streams_go_on(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who comes while those that the hole ended are still leaving gets what comes next."""
    old = stage.subscribe(1)
    await old.next_frames()
    with monkeypatch.context() as hole:

        async def nothing(*_: object) -> Sequence[StoredEvent]:
            return []

        hole.setattr(stage.writer.log, "fetch", nothing)
        head = await stage.record(1)
        await old.wait()
    assert old.ended == "broken"
    new = stage.subscribe(head)
    assert [frame.event for frame in parsed(await new.next_frames())] == ["caught-up"]
    head = await stage.record(1)
    assert [frame.id for frame in await heard(new, head)] == [str(head)]


async def test_a_tap_that_fails_takes_its_streams_along(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody is left waiting behind a task that is dead; the service's log says why."""
    subscriber = stage.subscribe(1)
    await subscriber.next_frames()

    async def fail(*_: object) -> Sequence[StoredEvent]:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(stage.writer.log, "fetch", fail)
    with capture_logs() as logs:
        await stage.record(1)
        await subscriber.wait()
    assert subscriber.ended == "broken"
    assert [e["timeline"] for e in logs if "their tap failed" in e["event"]] == ["kursk"]


async def test_a_read_model_that_answers_too_late_is_asked_again(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where a query takes too long, the streams wait, and hear all a moment later."""
    subscriber, asked = stage.subscribe(1), asyncio.Event()
    await subscriber.next_frames()

    def fail(*_: object, **__: object) -> NoReturn:
        asked.set()
        raise QueryTooLong("The query took more than 5 s.")

    with monkeypatch.context() as busy, capture_logs() as logs:
        busy.setattr("service.streaming.source.positions_of", fail)
        head = await stage.record(1)
        await asked.wait()
    stage.live.taps.retry()
    assert [frame.id for frame in await heard(subscriber, head)] == [str(head)]
    assert [entry["log_level"] for entry in logs] == ["info"]


async def test_a_long_history_is_looked_through_in_windows(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between two windows of revisions in which nothing is of the type, others have their turn;
    what is of it comes, in whichever window it is."""
    monkeypatch.setattr(tap_module, "_MOST_EVENTS", 1)
    monkeypatch.setattr("service.streaming.source._WINDOW", 3)
    head = await stage.record(11)
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)  # noqa: TID251 - counts turns

    counting = asyncio.create_task(count())
    subscriber = stage.subscribe(0, LiveFilter(types=("timeline.opened", "source.graded")))
    frames = await heard(subscriber, head)
    counting.cancel()
    assert [(frame.id, frame.event) for frame in frames] == [
        ("1", "timeline.opened"),
        (str(head), "caught-up"),
    ]
    assert turns >= 3


async def test_what_is_redacted_is_held_no_more(stage: Stage) -> None:
    """Once a stream has heard of a redaction, no frame from before it is sent from memory."""
    listener = stage.subscribe(1)
    await stage.writer.record(said("a"))
    await heard(listener, 2)
    redacted = StatementRedacted(revisions=(2,), reason="by law")
    subject = statement_subject("a")
    sealed = CODEC.seal("kursk", "r1", subject, redacted, "desk", bytes(16))
    await stage.writer.log.append(Append("kursk", (sealed,), {}))
    await heard(listener, 3)
    entries = stage.writer.log._entries[0]
    entries[1] = entries[1]._replace(salt=None, data=None, redacted=3)
    [first, *_] = parsed(await stage.subscribe(1).next_frames())
    assert first.data["redacted"] == 3
    assert "data" not in first.data


async def test_what_comes_while_a_crowd_is_told_is_told_together(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After it has taken long to wake its subscribers a tap rests, and sends what was folded
    meanwhile at once; after a short one it goes on."""
    stage.subscribe(1)
    tap = stage.live.taps.of("kursk")
    tellings: list[int] = []
    monkeypatch.setattr(tap, "_woken", lambda tap: tellings.append(tap.last))
    rested, go_on = asyncio.Event(), asyncio.Event()

    async def rest(_: object, seconds: float) -> None:
        assert 0 < seconds <= tap_module._MOST_REST
        rested.set()
        await go_on.wait()

    monkeypatch.setattr(tap_module.Tap, "_pause", rest)
    monkeypatch.setattr(tap_module, "_CROWDED", 3_600.0)
    for head in (2, 3):
        await stage.record(1)
        await _told(tellings, head)
    assert not rested.is_set()
    monkeypatch.setattr(tap_module, "_CROWDED", 0.0)
    await stage.record(1)
    async with asyncio.timeout(20):
        await rested.wait()
    reached = tap.last
    head = await stage.record(5)
    assert tellings[-1] == tap.last == reached
    go_on.set()
    await _told(tellings, head)
    assert tellings[tellings.index(reached) + 1 :] == [head]


async def _told(tellings: list[int], revision: int) -> None:
    async with asyncio.timeout(20):
        while tellings[-1:] != [revision]:
            await asyncio.to_thread(bool)  # a turn for the others


async def test_all_taps_together_hold_so_many_bytes(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What there is to hold is divided among the timelines; the last event of each stays, so that
    those who stand at the head have it from memory, however large."""
    monkeypatch.setattr(taps_module, "_HELD_BY_ONE", 10_000)
    monkeypatch.setattr(taps_module, "_HELD_BY_ALL", 10_000)
    subscriber = stage.subscribe(1)
    tap = stage.live.taps.of("kursk")
    head = await stage.record(8)
    await heard(subscriber, head)
    held = tap.last - tap.first + 1
    others = {f"t{n}": 0 for n in range(9)}
    stage.live.subscribe(others, ALL, joined=True)
    head = await stage.record(1)
    await heard(subscriber, head)
    assert 1 == tap.last - tap.first + 1 < held
    counted = _Counted(stage.writer.log, monkeypatch)
    await heard(stage.subscribe(head - 1), head)
    assert counted.asked == []
