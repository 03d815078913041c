"""The redactor: what it removes, what it leaves, and what it does again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from events.errors import LogUnavailable
from events.event.envelope import StoredEvent, statement_subject
from events.event.types import StatementGraded, StatementRedacted
from events.log.contract import Append, Removal
from projections import queries
from service.datafolder.files import FolderFiles
from service.signing.redacting import redactor as module
from service.signing.redacting.redactor import Redactor
from tests.writers import CODEC, Writer, open_writer, said


class _Signer:
    """Covers everything, or nothing yet. `asked_again` is set when it is asked a second time."""

    def __init__(self) -> None:
        self.covers = True
        self.count = 0
        self.asked_again = asyncio.Event()

    async def covered(self, timeline: str, revision: int, limit: float) -> int | None:
        self.count += 1
        if self.count > 1:
            self.asked_again.set()
        return revision if self.covers else None


class _Scene:
    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.signer = _Signer()
        self.calls: list[Sequence[Removal]] = []
        self.failing = 0
        self.forgotten: list[str] = []
        self.came = asyncio.Event()
        self.purges = 0
        self._purge = writer.projector.purge
        writer.projector.purge = self.purge  # type: ignore[method-assign]  # - what the test is about
        self._remove = writer.log.remove
        writer.log.remove = self.remove  # type: ignore[method-assign]  # - what the test is about

    async def remove(self, partition: int, removals: Sequence[Removal]) -> None:
        """As the log does it; while it is failing it does not get to its files."""
        self.calls.append(removals)
        self.signer.asked_again.set()  # whoever waits for that sees that it came too early
        await self._remove(partition, removals)
        if self.failing:
            self.failing -= 1
            raise LogUnavailable("The disk is full.")

    async def purge(self, timelines: Iterable[str]) -> None:
        assert self.calls, "the log comes first"
        self.purges += 1
        await self._purge(timelines)

    async def redact(self, id: str) -> None:  # noqa: A002 - the field's own name
        done = await self.writer.do(id, StatementRedacted(revisions=(), reason="A court."))
        await self.writer.projector.progress.wait_for("kursk", done.revision)

    @asynccontextmanager
    async def running(self, **owned: bool) -> AsyncIterator[Redactor]:
        """A redactor, until the block ends; 20 seconds at most, and no longer than it lives."""
        writer = self.writer
        redactor = Redactor(
            writer.log, CODEC, writer.stores, writer.projector, self.signer, **owned
        )
        redactor.forgotten.append(self.forget)
        async with asyncio.TaskGroup() as group, asyncio.timeout(20):
            task = group.create_task(redactor.run())
            yield redactor
            task.cancel()

    def forget(self, timeline: str) -> None:
        self.forgotten.append(timeline)
        self.came.set()

    async def until_forgotten(self, count: int = 1) -> None:
        """Run a redactor until it has gone through everything so often."""
        async with self.running():
            while len(self.forgotten) < count:
                self.came.clear()
                await self.came.wait()


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[_Scene]:
    monkeypatch.setattr(module, "_DELAY", 0.001)
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.record(said("a"), said("b"), said("c"))
        yield _Scene(writer)


async def gone(scene: _Scene) -> list[int]:
    """The revisions whose data is gone."""
    entries = await scene.writer.log.read(0, 0, 100)
    return [entry.position for entry in entries if entry.data is None]


async def test_redactions_share_one_copy(scene: _Scene) -> None:
    """Two statements, one removal, of their own events alone."""
    await scene.redact("a")
    await scene.redact("c")
    ids = [event.header.id for event in await scene.writer.events()]
    await scene.until_forgotten()
    assert scene.calls == [[Removal(2, "kursk", ids[1], 5), Removal(4, "kursk", ids[3], 6)]]
    assert await gone(scene) == [2, 4]
    assert scene.purges == 1


async def test_nothing_goes_before_it_is_signed(scene: _Scene) -> None:
    """While no checkpoint covers the redaction it is looked at again and again, the log is left
    alone, and health says what is waited for; once one does, the text goes."""
    scene.signer.covers = False
    await scene.redact("a")
    async with scene.running() as redactor:
        await scene.signer.asked_again.wait()
        assert (scene.calls, scene.forgotten, await gone(scene)) == ([], [], [])
        assert redactor.health.pending == 1
        assert "signed checkpoint" in (redactor.health.problem or "")
        scene.signer.covers = True
        await scene.came.wait()
    assert await gone(scene) == [2]


async def test_a_removal_that_was_cut_off_is_done_again(scene: _Scene) -> None:
    """Where the files could not be written they are written later, by another process too, though
    the log has nothing left to remove, and whatever is signed by then."""
    scene.failing = 1
    await scene.redact("a")
    await scene.until_forgotten()
    assert [len(call) for call in scene.calls] == [1, 0]
    scene.signer.covers = False
    await scene.until_forgotten(2)
    assert [len(call) for call in scene.calls] == [1, 0, 0]


async def test_one_damaged_event_keeps_no_other(scene: _Scene) -> None:
    """A redaction that names an event that is not what it was is reported once and left; others are
    carried out."""
    await scene.redact("a")
    await scene.redact("b")
    entries = scene.writer.log._entries[0]
    entries[1] = entries[1]._replace(data=b"{}")
    with capture_logs() as logs:
        await scene.until_forgotten()
    assert await gone(scene) == [3]
    assert [entry["log_level"] for entry in logs].count("error") == 1


async def test_an_event_that_is_missing_is_not_taken_for_removed(
    scene: _Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the log lacks an event that a redaction names, the redaction is reported as one that
    cannot be carried out, and the timeline as one to look at; others are carried out."""
    await scene.redact("a")
    await scene.redact("b")
    fetch = scene.writer.log.fetch

    async def lacking(partition: int, positions: Sequence[int]) -> Sequence[StoredEvent]:
        return [stored for stored in await fetch(partition, positions) if stored.position != 2]

    monkeypatch.setattr(scene.writer.log, "fetch", lacking)
    amiss: list[str] = []
    async with scene.running() as redactor:
        redactor.mismatches.send_to(amiss.append)
        await scene.came.wait()
        while redactor.health.problem is None:
            await turn()
        assert redactor.health.pending == 1
        assert "cannot be carried out" in redactor.health.problem
    assert (amiss, await gone(scene)) == (["kursk"], [3])


async def test_it_is_not_done_while_a_strange_file_is_in_the_folder(
    scene: _Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is not the service's may hold the text: the redaction is pending, and health
    names the file, until it is gone. Meanwhile the log is not written again and again."""
    strange = tmp_path / "old" / "copy.aof"
    strange.parent.mkdir()
    strange.write_text("This is a.")
    await scene.redact("a")
    looks, strangers = [], FolderFiles.strangers

    def look(files: FolderFiles) -> list[str]:
        looks.append(files)
        return strangers(files)

    monkeypatch.setattr(FolderFiles, "strangers", look)
    async with scene.running() as redactor:
        while len(looks) < 3:
            await turn()
        assert "old/copy.aof" in (redactor.health.problem or "")
        assert (redactor.health.pending, await gone(scene)) == (1, [2])
        assert len(scene.calls) == 1
        strange.unlink()
        while redactor.health.pending:
            await turn()
    assert redactor.health.problem is None


async def test_only_the_bundled_server_s_folder_is_known(scene: _Scene, tmp_path: Path) -> None:
    """Where the log is on a server of one's own, the files of a bundled one are from other days:
    nobody rewrites them, and they may hold the text."""
    left = tmp_path / "valkey" / "appendonlydir" / "appendonly.aof.1.base.rdb"
    left.parent.mkdir(parents=True)
    left.write_text("This is a.")
    await scene.redact("a")
    async with scene.running(bundled=False) as redactor:
        while left.name not in (redactor.health.problem or ""):
            await turn()
        assert left.exists()


async def test_what_was_done_is_done_again_after_a_reset(scene: _Scene) -> None:
    """Where the answers turn to another history, its files may hold what this one has removed,
    though nothing is appended to it; also where that happens while something is removed."""
    await scene.redact("a")
    async with scene.running() as redactor:
        await scene.came.wait()
        reset(scene)  # before the first is noted as done
        while len(scene.calls) < 2 or redactor.health.pending:
            await turn()
        reset(scene)
        while len(scene.calls) < 3:
            await turn()
    assert [len(call) for call in scene.calls] == [1, 0, 0]


def reset(scene: _Scene) -> None:
    for tell in scene.writer.projector.progress.on_reset:
        tell(0)


@pytest.mark.parametrize("while_", ["not caught up", "rebuilding"])
async def test_it_waits_for_the_history_that_is_to_be_answered_from(
    scene: _Scene, monkeypatch: pytest.MonkeyPatch, while_: str
) -> None:
    """Before the read model has caught up, and while another history is folded beside it, what it
    says of redactions may be of a log that is no more: nothing is removed."""
    await scene.redact("a")
    projector, caught_up = scene.writer.projector, asyncio.Event()
    with monkeypatch.context() as patch:
        if while_ == "rebuilding":
            patch.setattr(type(projector), "rebuilding", True)
        else:
            patch.setattr(projector.progress, "caught_up", caught_up)
        async with scene.running():
            for _ in range(50):
                await turn()
            assert (scene.calls, await gone(scene)) == ([], [])
            patch.undo()
            caught_up.set()
            reset(scene)
            await scene.came.wait()
    assert await gone(scene) == [2]


async def test_only_earlier_events_of_the_statement_itself_go(scene: _Scene) -> None:
    """Whatever a redaction names, even one that the service sealed: an event of another statement,
    the redaction itself, and one that is recorded after it, keep their text."""
    subject = statement_subject("a")
    forged = StatementRedacted(revisions=(2, 3, 5, 6), reason="A court.")
    later = StatementGraded(credibility=2)
    for n, event in enumerate((forged, later)):
        sealed = CODEC.seal("kursk", f"f{n}", subject, event, "desk", bytes(16))
        await scene.writer.log.append(Append("kursk", (sealed,), {}))
    await scene.writer.projector.progress.wait_for("kursk", 6)
    await scene.until_forgotten()
    assert await gone(scene) == [2]


async def test_what_is_no_redaction_of_the_statement_removes_nothing(
    scene: _Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the read model names an event that is none, or is another statement's, nothing goes,
    and health says that it cannot be carried out."""
    await scene.redact("a")
    wrong = [queries.Redacted("kursk", "b", 5), queries.Redacted("kursk", "a", 2)]
    monkeypatch.setattr(queries, "list_redactions", lambda _: wrong)
    async with scene.running() as redactor:
        while not redactor.health.problem:
            await turn()
        assert redactor.health.pending == 2
        assert "cannot be carried out" in redactor.health.problem
    assert (scene.calls, await gone(scene)) == ([], [])


async def turn() -> None:
    """Let the others have the loop, and threads end."""
    await asyncio.to_thread(lambda: None)
