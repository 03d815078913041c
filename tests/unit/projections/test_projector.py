from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from events.errors import Lagging
from events.event.envelope import TIMELINE, statement_subject
from events.event.types import (
    StatementRecorded,
    StatementRedacted,
    TimelineDescribed,
    TimelineOpened,
)
from events.log import memory as memory_log
from events.log.contract import Append, Identity, partition_of
from events.log.memory import MemoryLog
from projections import attempts, queries
from projections.fold.fold import Fold
from tests.histories import CODEC, IDENTITY, History, said, tables
from tests.unit.projections.scripted import (
    Scripted,
    projecting,
    projecting_all,
    sealed,
    short,
    standing_of,
)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "_FIRST_DELAY", 0.001)
    monkeypatch.setattr(attempts, "_MOST_DELAY", 0.001)


async def test_it_follows_what_is_appended(tmp_path: Path) -> None:
    """What is appended while it runs is folded, and who waits for it is woken."""
    log = MemoryLog(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, tmp_path) as (running, store):
        waiting = [asyncio.create_task(running.progress.wait_for("kursk", 2)) for _ in range(1_000)]
        for id_, subject, event in (
            ("e1", "timeline", TimelineOpened(title="Kursk")),
            ("e2", "statements/a", StatementRecorded(statement=said("a"))),
        ):
            await log.append(Append("kursk", (sealed(id_, subject, event),), {}))
        await asyncio.gather(*waiting)
        assert running.progress.revision("kursk") == running.checkpoint(0) == 2
        assert standing_of(store, "a") == "asserted"
        assert [lag.events for lag in await running.lag()] == [0]
        assert running.connected


async def test_each_partition_has_its_own_checkpoint(tmp_path: Path) -> None:
    """Timelines of two partitions are folded side by side, and numbered so that they never
    meet; a restart goes on in both."""
    log = MemoryLog(itertools.count(1).__next__, Identity("two", 2))
    names = ("a", "b", "c", "d", "e")
    homes = [partition_of(name, 2) for name in names]
    assert set(homes) == {0, 1}
    for again in range(2):
        async with projecting_all(log, tmp_path) as (running, stores):
            for name in names:
                event = TimelineOpened(title=name) if not again else TimelineDescribed(title="B")
                made = CODEC.seal(name, f"e{again}", TIMELINE, event, "desk", bytes(16))
                await log.append(Append(name, (made,), {}))
            for name in names:
                await running.progress.wait_for(name, again + 1)
            readers = [stores.read_model.reader_of(name) for name in names]
            refs = [queries.timeline_at(*each) for each in zip(readers, names, strict=True)]
            assert [ref.tl % 2 for ref in refs if ref] == homes
            assert len({ref.tl for ref in refs if ref}) == len(names)
            assert [running.checkpoint(p) for p in (0, 1)] == [
                homes.count(p) * (again + 1) for p in (0, 1)
            ]
            listed, _ = queries.list_timelines(stores.read_model.readers())
            assert [shown.timeline for shown in listed] == list(names)


async def test_a_revision_that_does_not_come_is_lagging(tmp_path: Path) -> None:
    """Waiting ends at its limit, says where the fold is, and leaves nobody behind."""
    async with projecting(Scripted(short()), tmp_path) as (running, _):
        with pytest.raises(Lagging) as told:
            await running.progress.wait_for("kursk", 5, limit=0.001)
        assert (told.value.revision, told.value.wanted) == (4, 5)
        assert not running.progress._waiters._gates


async def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """After a restart it reads behind its checkpoint only."""
    history = short()
    async with projecting(Scripted(history), tmp_path):
        pass
    history.retract("b")
    log = Scripted(history)
    async with projecting(log, tmp_path) as (_, store):
        assert min(log.reads) == 4
        assert standing_of(store, "a") == "asserted"


async def test_it_survives_a_log_that_goes_away(tmp_path: Path) -> None:
    """While the log is away the answers stay; what came meanwhile is folded when it is back."""
    history = short()
    log = Scripted(history)
    async with projecting(log, tmp_path) as (running, store):
        log.away = True
        log.grow()
        log.tried.clear()
        await log.tried.wait()
        assert standing_of(store, "a") == "disputed"
        history.retract("b")
        log.away = False
        await running.progress.wait_for("kursk", 5)
        assert standing_of(store, "a") == "asserted"


async def test_another_history_is_folded_beside_and_takes_over(tmp_path: Path) -> None:
    """Where the entry at the checkpoint is another one, the old answers stay until the new
    history is folded; then they are of it alone, as the file is after a restart."""
    log = Scripted(short())
    other = History()
    other.open()
    other.record("c")
    other.record("d")
    other.record("e")
    async with projecting(log, tmp_path) as (running, store):
        turned = asyncio.Event()
        running.progress.on_reset.append(lambda _: turned.set())
        log.replace(other)
        log.tried.clear()
        await log.tried.wait()
        assert standing_of(store, "a") == "disputed"
        log.away = False
        await turned.wait()
        assert not running.rebuilding
        assert standing_of(store, "a") is None
        assert standing_of(store, "e") == "asserted"
        assert running.progress.revision("kursk") == 4
        folded = tables(store)
    rebuilt = other.store(tmp_path / "rebuilt")
    assert folded == tables(rebuilt)
    rebuilt.close()
    assert not (tmp_path / "readmodel-2.0.new.sqlite3").exists()


async def test_a_log_that_lost_its_end_is_another_history(tmp_path: Path) -> None:
    """A head behind the checkpoint is distinguished from an equal one: the model is folded anew."""
    history = short()
    log = Scripted(history)
    async with projecting(log, tmp_path) as (running, store):
        turned = asyncio.Event()
        running.progress.on_reset.append(lambda _: turned.set())
        del history.entries[-1]
        log.away = True
        log.grow()
        log.tried.clear()
        await log.tried.wait()
        log.away = False
        await turned.wait()
        assert running.progress.revision("kursk") == 3
        assert standing_of(store, "a") == "asserted"


async def test_a_history_replaced_under_an_open_connection_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where no connection ends, the silence of a shorter log is looked into."""
    monkeypatch.setattr(memory_log, "HEARTBEAT", 0.001)
    history = short()
    async with projecting(Scripted(history), tmp_path) as (running, store):
        turned = asyncio.Event()
        running.progress.on_reset.append(lambda _: turned.set())
        del history.entries[-1]
        await turned.wait()
        assert standing_of(store, "a") == "asserted"


async def test_a_redacted_statement_was_never_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a redaction, at every revision: the statement is gone, its dispute disputes no more,
    what others said of it is not shown; the rows are those of a rebuild, with its text in the
    log still or not. Its timeline is folded again many events at once."""
    history = short()
    history.relate("a", "responds-to", "b")
    history.record("c", "Kim")
    log = Scripted(history)
    monkeypatch.setattr(Fold, "fold_carefully", None)
    async with projecting(log, tmp_path / "live") as (running, store):
        event = StatementRedacted(revisions=(3, 4), reason="court")
        history.add(statement_subject("b"), event)
        history.record("d")
        log.grow()
        await running.progress.wait_for("kursk", 8)
        ref = queries.timeline_at(store.reader, "kursk")
        assert ref is not None
        for revision in range(1, 9):
            assert queries.show_statement(store.reader, ref, "b", revision) is None
            page = queries.list_statements(
                store.reader, ref, queries.StatementFilter(), revision, count=True
            )
            assert b"b by Syrskyi" not in b"".join(page.items)
            assert page.total == queries.show_timeline(store.reader, ref, revision).statements
        shown = queries.show_statement(store.reader, ref, "a", 8)
        assert shown is not None
        assert b'"relations":[]' in shown.json
        assert shown.changed == 5
        assert queries.redaction_of(store.reader, ref, "b") == 7
        folded = tables(store)
    for name in ("whole", "removed"):
        if name == "removed":
            for place in (2, 3):
                entry = history.entries[place]
                history.entries[place] = entry._replace(salt=None, data=None, redacted=7)
        async with projecting(Scripted(history), tmp_path / name) as (_, store):
            assert tables(store) == folded
