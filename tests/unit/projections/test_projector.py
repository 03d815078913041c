from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from events import memory_log
from events.envelope import TIMELINE, SealedEvent, StoredEvent, Subject, statement_subject
from events.errors import Lagging, LogUnavailable, Stalled
from events.log import Append, Identity, partition_of
from events.memory_log import MemoryLog
from events.types import (
    Event,
    StatementRecorded,
    StatementRedacted,
    TimelineDescribed,
    TimelineOpened,
)
from projections import projector, queries
from projections.changes import Changes
from projections.projector import Projector
from projections.statements import Statements
from projections.store import Store
from tests.histories import CODEC, IDENTITY, History, said, tables


class Scripted(MemoryLog):
    """A log that holds just the entries it is given, and is away when told so."""

    def __init__(self, history: History) -> None:
        super().__init__(itertools.count(1).__next__, IDENTITY)
        self._entries = [history.entries]
        self.away = False
        self.tried = asyncio.Event()
        self.reads: list[int] = []

    async def read(self, partition: int, after: int, limit: int) -> Sequence[StoredEvent]:
        self.reads.append(after)
        return await super().read(partition, after, limit)

    def grow(self) -> None:
        """Tell who follows that entries were added."""
        self._wake()

    def replace(self, history: History) -> None:
        """Become another history, and drop every connection."""
        self._entries = [history.entries]
        self.away = True
        self._wake()

    async def check(self) -> None:
        self.tried.set()
        if self.away:
            raise LogUnavailable("away")


@asynccontextmanager
async def projecting(log: MemoryLog, folder: Path) -> AsyncIterator[tuple[Projector, Store]]:
    """A projector at work, which has caught up once; half a minute at most."""
    store = Store.open(folder, log.identity)
    running = Projector(log, CODEC, store)
    task = asyncio.create_task(running.run())
    try:
        async with asyncio.timeout(30):
            await running.caught_up.wait()
            yield running, store
    finally:
        task.cancel()
        await asyncio.wait({task})
        store.close()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "_FIRST_DELAY", 0.001)
    monkeypatch.setattr(projector, "_MOST_DELAY", 0.001)


def short() -> History:
    """A timeline with two statements, one disputing the other: revisions 1 to 4."""
    history = History()
    history.open()
    history.record("a")
    history.record("b", "Syrskyi")
    history.relate("b", "disputes", "a")
    return history


def standing_of(store: Store, id_: str) -> str | None:
    """A statement's standing now; None where it is not there."""
    ref = queries.timeline_at(store.reader, "kursk")
    shown = ref and queries.show_statement(store.reader, ref, id_, ref.revision)
    return None if not shown else shown.json.split(b'"standing":"')[1].split(b'"')[0].decode()


async def test_it_follows_what_is_appended(tmp_path: Path) -> None:
    """What is appended while it runs is folded, and who waits for it is woken."""
    log = MemoryLog(itertools.count(1).__next__, IDENTITY)
    async with projecting(log, tmp_path) as (running, store):
        waiting = [asyncio.create_task(running.wait_for("kursk", 2)) for _ in range(1_000)]
        for id_, subject, event in (
            ("e1", "timeline", TimelineOpened(title="Kursk")),
            ("e2", "statements/a", StatementRecorded(statement=said("a"))),
        ):
            await log.append(Append("kursk", (sealed(id_, subject, event),), {}))
        await asyncio.gather(*waiting)
        assert running.revision("kursk") == running.checkpoint(0) == 2
        assert standing_of(store, "a") == "asserted"
        assert [lag.events for lag in await running.lag()] == [0]
        assert running.connected


def sealed(id_: str, subject: str, event: Event) -> SealedEvent:
    return CODEC.seal("kursk", id_, Subject(subject), event, "desk", bytes(16))


async def test_each_partition_has_its_own_checkpoint(tmp_path: Path) -> None:
    """Timelines of two partitions are folded side by side, and numbered so that they never
    meet; a restart goes on in both."""
    log = MemoryLog(itertools.count(1).__next__, Identity("two", 2))
    names = ("a", "b", "c", "d", "e")
    homes = [partition_of(name, 2) for name in names]
    assert set(homes) == {0, 1}
    for again in range(2):
        async with projecting(log, tmp_path) as (running, store):
            for name in names:
                event = TimelineOpened(title=name) if not again else TimelineDescribed(title="B")
                made = CODEC.seal(name, f"e{again}", TIMELINE, event, "desk", bytes(16))
                await log.append(Append(name, (made,), {}))
            for name in names:
                await running.wait_for(name, again + 1)
            refs = [queries.timeline_at(store.reader, name) for name in names]
            assert [ref.tl % 2 for ref in refs if ref] == homes
            assert len({ref.tl for ref in refs if ref}) == len(names)
            assert [running.checkpoint(p) for p in (0, 1)] == [
                homes.count(p) * (again + 1) for p in (0, 1)
            ]
            assert [t.timeline for t in queries.list_timelines(store.reader)[0]] == list(names)


async def test_a_revision_that_does_not_come_is_lagging(tmp_path: Path) -> None:
    """Waiting ends at its limit, tells where the fold is, and leaves nobody behind."""
    async with projecting(Scripted(short()), tmp_path) as (running, _):
        with pytest.raises(Lagging) as told:
            await running.wait_for("kursk", 5, limit=0.001)
        assert (told.value.revision, told.value.wanted) == (4, 5)
        assert not running._waiters._gates


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
        await running.wait_for("kursk", 5)
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
        running.on_reset.append(turned.set)
        log.replace(other)
        log.tried.clear()
        await log.tried.wait()
        assert standing_of(store, "a") == "disputed"
        log.away = False
        await turned.wait()
        assert not running.rebuilding
        assert standing_of(store, "a") is None
        assert standing_of(store, "e") == "asserted"
        assert running.revision("kursk") == 4
        folded = tables(store)
    rebuilt = other.store(tmp_path / "rebuilt")
    assert folded == tables(rebuilt)
    rebuilt.close()
    assert not (tmp_path / "readmodel-2.new.sqlite3").exists()


async def test_a_log_that_lost_its_end_is_another_history(tmp_path: Path) -> None:
    """A head behind the checkpoint is told from an equal one: the model is folded anew."""
    history = short()
    log = Scripted(history)
    async with projecting(log, tmp_path) as (running, store):
        turned = asyncio.Event()
        running.on_reset.append(turned.set)
        del history.entries[-1]
        log.away = True
        log.grow()
        log.tried.clear()
        await log.tried.wait()
        log.away = False
        await turned.wait()
        assert running.revision("kursk") == 3
        assert standing_of(store, "a") == "asserted"


async def test_a_history_replaced_under_an_open_connection_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where no connection ends, the silence of a shorter log is looked into."""
    monkeypatch.setattr(memory_log, "HEARTBEAT", 0.001)
    history = short()
    async with projecting(Scripted(history), tmp_path) as (running, store):
        turned = asyncio.Event()
        running.on_reset.append(turned.set)
        del history.entries[-1]
        await turned.wait()
        assert standing_of(store, "a") == "asserted"


async def test_an_event_that_is_not_ours_stops_its_timeline_alone(tmp_path: Path) -> None:
    """The timeline stops before the forged event and says why, loudly and once; the other goes
    on; the events behind the stop can be found all the same."""
    history = short()
    history.record("c")
    entry = history.entries[-1]
    forged = entry._replace(data=(entry.data or b"").replace(b"claim", b"deni"))
    history.entries[-1] = forged
    history.record("d")
    history.timeline = "other"
    history.open()
    with capture_logs() as logs:
        async with projecting(Scripted(history), tmp_path) as (running, store):
            (stall,) = running.stalls()
            assert (stall.timeline, stall.revision, stall.position) == ("kursk", 5, 5)
            assert "digest" in stall.reason
            assert (running.revision("kursk"), running.revision("other")) == (4, 1)
            assert running.checkpoint(0) == 7
            with pytest.raises(Stalled):
                await running.wait_for("kursk", 5)
            ref = queries.timeline_at(store.reader, "kursk")
            assert ref is not None
            subjects = [statement_subject("d")]
            found = queries.positions_of(store.reader, ref, subjects=subjects, upto=9)
            assert found == [(6, 6)]
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["a timeline stopped"]


@pytest.mark.parametrize("revision", [4, 6])
async def test_a_revision_that_was_not_due_stops_the_timeline(
    tmp_path: Path, revision: int
) -> None:
    """A revision twice, or one left out, is no history of ours."""
    history = short()
    history.add(statement_subject("c"), StatementRecorded(statement=said("c")), revision=revision)
    async with projecting(Scripted(history), tmp_path) as (running, _):
        (stall,) = running.stalls()
        assert (stall.revision, stall.reason) == (5, f"has revision {revision} where 5 was due")


async def test_an_entry_without_a_header_is_told_and_its_timeline_stops_next(
    tmp_path: Path,
) -> None:
    """An entry that tells no timeline stops none, but is told; the timeline that lacks it stops
    at its next event."""
    history = short()
    history.record("c")
    history.entries[-1] = history.entries[-1]._replace(header=b"{")
    async with projecting(Scripted(history), tmp_path / "one") as (running, _):
        assert [(s.timeline, s.position) for s in running.stalls()] == [("", 5)]
        assert running.revision("kursk") == 4
    history.record("d")
    async with projecting(Scripted(history), tmp_path / "two") as (running, _):
        assert [(s.timeline, s.position) for s in running.stalls()] == [("kursk", 6), ("", 5)]


async def test_a_fault_of_the_fold_stops_one_timeline_until_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unexpected exception stops the timeline at the event that raised it, with nothing of it
    kept; a release without the fault folds it from there, to what a rebuild gives."""
    history = short()
    history.timeline = "other"
    history.open()
    history.timeline = "kursk"
    history.retract("b")
    history.record("c")

    whole = Statements.retract

    def broken(self: Statements, changes: Changes, st: int) -> None:
        whole(self, changes, st)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Statements, "retract", broken)
        async with projecting(Scripted(history), tmp_path) as (running, store):
            (stall,) = running.stalls()
            assert (stall.timeline, stall.revision) == ("kursk", 5)
            assert "ZeroDivisionError" in stall.reason
            assert running.revision("other") == 1
            assert standing_of(store, "a") == "disputed"
            half = store.reader.all("SELECT 1 FROM statement_versions WHERE since > 4")
            assert not half
    async with projecting(Scripted(history), tmp_path) as (running, store):
        assert not running.stalls()
        assert running.revision("kursk") == 6
        folded = tables(store)
    rebuilt = history.store(tmp_path / "rebuilt")
    assert folded == tables(rebuilt)
    rebuilt.close()


async def test_a_redacted_statement_was_never_there(tmp_path: Path) -> None:
    """After a redaction, at every revision: the statement is gone, its dispute disputes no more,
    what others said of it is not shown; the rows are those of a rebuild, with its text in the
    log still or not."""
    history = short()
    history.relate("a", "responds-to", "b")
    history.record("c", "Kim")
    log = Scripted(history)
    async with projecting(log, tmp_path / "live") as (running, store):
        event = StatementRedacted(revisions=(3, 4), reason="court")
        history.add(statement_subject("b"), event)
        history.record("d")
        log.grow()
        await running.wait_for("kursk", 8)
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
