"""What a removal waits for."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NoReturn

import apsw
import pytest

from events.errors import QueryTooLong
from projections import queries
from projections.storage.reader import Reader
from service.datafolder.files import FolderFiles
from tests.unit.service.signing.redacting.scenes import Scene, gone, reset, turn


async def test_nothing_goes_before_it_is_signed(scene: Scene) -> None:
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


async def test_it_is_not_done_while_a_strange_file_is_in_the_folder(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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


async def test_only_the_bundled_server_s_folder_is_known(scene: Scene, tmp_path: Path) -> None:
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


@pytest.mark.parametrize(
    "error", [apsw.IOError("disk I/O error"), QueryTooLong("The query took more than 5 s.")]
)
async def test_a_read_model_that_does_not_answer_is_asked_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Where the redactions cannot be read now, health says why, and they are carried out later."""

    def fail(_: Reader) -> NoReturn:
        raise error

    await scene.redact("a")
    with monkeypatch.context() as patch:
        patch.setattr(queries, "list_redactions", fail)
        async with scene.running() as redactor:
            while redactor.health.problem is None:
                await turn()
            assert redactor.health.problem == str(error)
            patch.undo()
            await scene.came.wait()
    assert await gone(scene) == [2]


@pytest.mark.parametrize("while_", ["not caught up", "rebuilding"])
async def test_it_waits_for_the_history_that_is_to_be_answered_from(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, while_: str
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


async def test_all_are_pending_until_it_is_known_what_was_done(scene: Scene) -> None:
    """A service that was killed before it had removed something does not say that it has, while it
    catches up with the log."""
    await scene.redact("a")
    scene.writer.projector.progress.caught_up.clear()
    async with scene.running() as redactor:
        await asyncio.sleep(0)  # noqa: TID251 - the redactor's turn
        assert redactor.health.pending == 1
        scene.writer.projector.progress.caught_up.set()
        while redactor.health.pending:
            await turn()
    assert await gone(scene) == [2]
