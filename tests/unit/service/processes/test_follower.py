"""A worker that follows its keeper over a connection."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from events.audit.examination import Finding
from events.errors import Damaged
from projections import partition_projector
from projections.progress import Progress
from projections.storage.read_model import ReadModel, file_name
from service.datafolder.head_file import SignedHead
from service.processes import follower as follower_module
from service.processes.broadcast import Broadcast
from service.processes.follower import Follower
from service.processes.keeper import broadcasting
from service.processes.link import WorkerMessage
from tests.writers import Writer, keeping, open_writer, said

HEAD = SignedHead(1, "00" * 32, "a note", ("a key",))


class _Pair(NamedTuple):
    """A keeper's and a worker's side in one process, which share the files only."""

    writer: Writer
    broadcast: Broadcast
    follower: Follower
    read_model: ReadModel
    progress: Progress

    def connect(self) -> socket.socket:
        """Link them; the keeper's end is returned."""
        theirs, ours = socket.socketpair()
        self.broadcast.attach(theirs)
        self.follower.attach(ours)
        return theirs


@asynccontextmanager
async def pair(folder: Path, *, is_empty: bool = False) -> AsyncIterator[_Pair]:
    async with open_writer(folder) as writer:
        if not is_empty:
            await writer.open()
        await writer.projector.progress.caught_up.wait()
        with keeping(writer, folder) as beside:
            async with broadcasting(beside.keeper) as broadcast:
                read_model = ReadModel(folder, 1)
                progress = Progress(read_model)
                follower = Follower()
                both = _Pair(writer, broadcast, follower, read_model, progress)
                both.connect()
                async with asyncio.timeout(30):
                    await follower.whole.wait()
                    follower.feed(read_model, progress)
                    yield both
                await follower.close()
                read_model.close()


async def test_a_revision_that_the_keeper_folds_can_be_waited_for(tmp_path: Path) -> None:
    """Who waits in the worker is woken by the fold in the keeper, and can read the revision."""
    async with pair(tmp_path) as both:
        waiting = asyncio.create_task(both.progress.wait_for("kursk", 3))
        await both.writer.record(said("a"), said("b"))
        await waiting
        assert both.progress.revision("kursk") == 3
        assert both.progress.caught_up.is_set()


async def test_waiting_hurries_the_keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keeper lets events gather while many come, but not while somebody waits for them."""
    monkeypatch.setattr(partition_projector, "_GATHERING", 1_000)
    monkeypatch.setattr(partition_projector, "_BUSY", 0)
    async with pair(tmp_path) as both:
        last = 1
        for name in "abc":
            last += 1
            await both.writer.record(said(name))
            await both.progress.wait_for("kursk", last)


async def test_heads_alarms_and_what_is_to_be_forgotten_come_over(tmp_path: Path) -> None:
    """What the keeper shows, the worker shows; more heads than go into one message too."""
    async with pair(tmp_path) as both:
        forgotten: list[str | None] = []
        both.follower.forget.append(forgotten.append)
        heads = {f"t{number}": HEAD for number in range(2_500)}
        both.broadcast.show(heads)
        both.broadcast.warn({"kursk": Finding("kursk", 1, "is another one")})
        both.broadcast.forget("kursk")
        assert await both.follower.heads.covered("t2499", 1, 30) == 1
        assert both.follower.heads.all() == heads
        assert [*both.follower.heads.alarms] == ["kursk"]
        assert forgotten == ["kursk"]


async def test_the_state_is_that_of_the_moment(tmp_path: Path) -> None:
    """A worker that asks learns how the keeper is now, each time."""
    async with pair(tmp_path) as both:
        states = await asyncio.gather(*(both.follower.state() for _ in range(20)))
        assert {state.checkpoints[0] for state in states} == {1}
        await both.writer.record(said("a"))
        await both.progress.wait_for("kursk", 2)
        assert (await both.follower.state()).checkpoints == [2]
        assert both.follower.away == 0.0


async def test_what_happened_while_the_keeper_was_away_is_made_up_for(tmp_path: Path) -> None:
    """The last state stays known while no keeper is there; with the next one, what was folded in
    between is reported, and everything is forgotten that may hold a removed text."""
    async with pair(tmp_path) as both:
        forgotten: list[str | None] = []
        both.follower.forget.append(forgotten.append)
        await both.broadcast.close()
        while not both.follower.away:  # noqa: ASYNC110 - the link sets no event when it ends
            await asyncio.sleep(0)  # noqa: TID251 - gives it its turn
        assert (await both.follower.state()).checkpoints == [1]
        waiting = asyncio.create_task(both.progress.wait_for("kursk", 2, limit=30))
        await both.writer.record(said("a"))
        await both.writer.projector.progress.wait_for("kursk", 2)
        assert not waiting.done()
        both.connect()
        await waiting
        assert forgotten == [None]


async def test_a_silent_keeper_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Since it left a question open; the next message ends that."""
    monkeypatch.setattr(follower_module, "_PATIENCE", 0.0)
    async with pair(tmp_path) as both:
        monkeypatch.setattr(both.broadcast, "_answer_all", lambda: None)
        await both.follower.state()
        assert both.follower.away
        await both.writer.record(said("a"))
        await both.progress.wait_for("kursk", 2)
        assert both.follower.away == 0.0


async def test_a_file_that_was_made_while_the_keeper_was_away_is_read(tmp_path: Path) -> None:
    """Those who wait for the first revision of a partition, of which there was no file when they
    asked, have it as soon as another keeper is there."""
    async with pair(tmp_path, is_empty=True) as both:
        folded: list[str] = []
        both.progress.on_folded.append(folded.extend)
        waiting = asyncio.create_task(both.progress.wait_for("kursk", 1, limit=30))
        await both.broadcast.close()
        await both.writer.open()
        await both.writer.projector.progress.wait_for("kursk", 1)
        both.connect()
        await waiting
        assert folded == ["kursk"]


async def test_a_worker_follows_on_where_a_part_fails(tmp_path: Path) -> None:
    """A file that cannot be turned to, or a part that cannot carry out what it is told, keeps
    neither the others nor later messages from being carried out."""
    async with pair(tmp_path) as both:
        told: list[str] = []

        def fail(*_: object) -> None:
            told.append("a part")
            raise Damaged("The read model is damaged.")

        both.progress.on_folded.append(fail)
        both.follower.forget += [fail, lambda _: told.append("another part")]
        assert both.progress.revision("kursk") == 1
        (tmp_path / file_name(0)).unlink()
        both.broadcast.turned(0, replaced=False)
        both.broadcast.folded({"kursk": 2})
        both.broadcast.forget("kursk")
        both.broadcast.show({"kursk": HEAD})
        assert await both.follower.heads.covered("kursk", 1, 30) == 1
        await both.follower.state()
        assert told[:3] == ["a part", "another part", "a part"]
        assert both.follower.away == 0.0


async def test_what_a_worker_finds_damaged_reaches_the_keeper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keeper hears of a read model, a ledger and a log that are not as they should be."""
    async with pair(tmp_path) as both:
        heard: list[Any] = []
        both.writer.store.on_damage = lambda: heard.append("read model")
        monkeypatch.setattr(both.broadcast, "_receive", heard.append)
        both.follower.damaged(0)
        both.follower.doubt("kursk")
        both.follower.suspect("kherson")
        await both.follower.state()
        messages = [message for message in heard if isinstance(message, WorkerMessage)]
        assert [one for message in messages for one in message.damaged] == [0]
        assert [one for message in messages for one in message.doubts] == ["kursk"]
        assert [one for message in messages for one in message.suspects] == ["kherson"]


async def test_a_keeper_that_stands_still_costs_a_worker_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it is asked, and whatever is found, what waits for it is merged; once it reads
    again it hears all of it, and answers who asks then."""
    monkeypatch.setattr(follower_module, "_PATIENCE", 0.0)
    async with pair(tmp_path) as both:
        theirs, ours = socket.socketpair()
        both.follower.attach(ours)
        while both.follower._link is None or both.follower._unsent.asks == 0:
            both.follower.suspect("kherson")
            await both.follower.state()
            await asyncio.sleep(0)  # noqa: TID251 - the other link is begun
        for number in range(20_000):
            both.follower.suspect(f"t{number % 50}")
            both.follower.doubt("")
            if number % 10 == 0:
                await both.follower.state()
        assert len(both.follower._answers) == 0
        assert len(both.follower._unsent.suspects) <= 51
        assert both.follower._link._writer.transport.get_write_buffer_size() < 1 << 17
        heard: list[WorkerMessage] = []
        monkeypatch.setattr(follower_module, "_PATIENCE", 30.0)
        monkeypatch.setattr(both.broadcast, "_receive", heard.append)
        both.broadcast.attach(theirs)
        assert (await both.follower.state()).checkpoints == [1]
        assert {one for message in heard for one in message.suspects} >= {
            f"t{n}" for n in range(50)
        }


async def test_a_worker_that_does_not_read_costs_the_keeper_little(tmp_path: Path) -> None:
    """What comes for a worker that stands still is merged: it is as much as there are timelines,
    and the others hear at once."""
    async with pair(tmp_path) as both:
        theirs, stuck = socket.socketpair()
        both.broadcast.attach(theirs)
        await both.follower.state()
        for number in range(20_000):
            both.broadcast.folded({"kursk": number, f"t{number % 50}": number})
            if number % 100 == 0:
                await asyncio.sleep(0)  # noqa: TID251 - gives the links their turns
        waiting = max(len(outbox._next.folded) for outbox in both.broadcast._outboxes)
        assert waiting <= 51
        await both.progress.wait_for("t49", 19_999)
        with suppress(OSError):
            stuck.close()
