"""The purge beside the store whose files it rewrites."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import apsw
import pytest

from events.event.envelope import StoredEvent
from events.log.memory import MemoryLog
from projections.fold.fold import Fold
from projections.projector import Projector
from projections.storage.files.purge import Purge
from projections.storage.store import Store
from projections.storage.stores import Stores
from tests.histories import CODEC, IDENTITY, History, commit, tables
from tests.leftovers import in_files
from tests.threads import Held, held_rewriting
from tests.writers import open_writer, said

SECRET = "Zyxwvut"


@pytest.fixture
def held() -> Iterator[Held]:
    with held_rewriting() as held:
        yield held


def test_only_who_stops_it_ends_it_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rewriting that nobody has stopped is not taken for a done one."""

    def interrupted(_: Path) -> None:
        raise apsw.InterruptError

    purge = Purge([tmp_path / "model"])
    monkeypatch.setattr(purge, "_purge", interrupted)
    with pytest.raises(apsw.InterruptError):
        purge.run()
    purge.stop()
    purge.run()


async def test_while_it_runs_the_projector_answers(
    tmp_path: Path, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the midst of rewriting the file, each thing that the loop asks of the store is answered:
    checkpoints, the lag, what has stopped, an idle look at the log; the fold waits, and goes on
    behind it."""
    async with open_writer(tmp_path) as writer:
        projector, log = writer.projector, writer.log
        await writer.open()
        await writer.record(said("a"))
        await projector.progress.wait_for("kursk", 2)
        purging = asyncio.create_task(projector.purge(["kursk"]))
        await asyncio.to_thread(held.began.wait)
        assert projector.checkpoint(0) == 2
        assert [lag.events for lag in await projector.lag()] == [0]
        assert projector.stalls() == []
        fetch, looked = log.fetch, asyncio.Event()

        async def look(partition: int, positions: Sequence[int]) -> Sequence[StoredEvent]:
            looked.set()
            return await fetch(partition, positions)

        monkeypatch.setattr(log, "fetch", look)
        log._wake()  # with nothing new: the log is held against the checkpoint
        await looked.wait()
        await writer.record(said("b"))
        assert projector.progress.revision("kursk") == 2
        assert [lag.events for lag in await projector.lag()] == [1]
        assert not purging.done()
        held.go_on.set()
        await purging
        await projector.progress.wait_for("kursk", 3)


async def test_who_gives_up_leaves_nobody_writing(tmp_path: Path, held: Held) -> None:
    """A purge that is cancelled ends its thread before it ends itself; nothing of the file is lost,
    and a further one does it."""
    history = History()
    history.open()
    for n in range(40):
        history.record(f"s{n}", text=f"{SECRET} {n}")
    history.store(tmp_path).close()
    stores = Stores.open(tmp_path, IDENTITY)
    (store,) = stores.each
    before = tables(store)
    projector = Projector(MemoryLog(itertools.count(1).__next__, IDENTITY), CODEC, stores)
    purging = asyncio.create_task(projector.purge(["kursk"]))
    await asyncio.to_thread(held.began.wait)
    purging.cancel()
    await asyncio.to_thread(bool)  # a turn: it is cancelled, and waits for its thread
    assert not purging.done()
    held.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await purging
    assert tables(store) == before
    await projector.purge(["kursk"])
    assert tables(store) == before
    stores.close()


def test_both_files_are_purged_while_one_is_filled_beside_the_other(tmp_path: Path) -> None:
    """While another history is folded, what was dropped goes from the file that answers as well as
    from the one that is filled."""
    history = History()
    history.open()
    history.record("a", text=SECRET)
    store = history.store(tmp_path)
    drop(store)
    store.start_over()
    commit(store, history.entries)
    drop(store)
    assert in_files(tmp_path, [SECRET]) == {SECRET}
    store.purge().run()
    assert in_files(tmp_path, [SECRET]) == set()
    store.close()


def drop(store: Store) -> None:
    """Drop the timeline, as for a redaction."""
    with store.transaction():
        Fold(store.writer, CODEC, 1).restart(0, "kursk")
