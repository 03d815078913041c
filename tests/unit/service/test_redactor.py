"""The redactor: what it removes, what it leaves, and what it does again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from events.errors import LogUnavailable
from events.log import Removal
from events.types import StatementRedacted
from service import redactor as module
from service.redactor import Redactor
from tests.writers import CODEC, Writer, open_writer, said


class _Signer:
    """Covers everything, or nothing yet."""

    def __init__(self) -> None:
        self.covers = True

    def sign(self) -> None:
        self.covers = True

    async def covered(self, timeline: str, revision: int, limit: float) -> int | None:
        return revision if self.covers else None


class _Scene:
    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.signer = _Signer()
        self.calls: list[Sequence[Removal]] = []
        self.failing = 0
        self.forgotten: list[str] = []
        self._remove = writer.log.remove
        writer.log.remove = self.remove  # type: ignore[method-assign]  # - what the test is about

    async def remove(self, partition: int, removals: Sequence[Removal]) -> None:
        """As the log does it; while it is failing it does not get to its files."""
        self.calls.append(removals)
        await self._remove(partition, removals)
        if self.failing:
            self.failing -= 1
            raise LogUnavailable("The disk is full.")

    async def redact(self, id: str) -> None:  # noqa: A002 - the field's own name
        done = await self.writer.do(id, StatementRedacted(revisions=(), reason="A court."))
        await self.writer.projector.wait_for("kursk", done.revision)

    async def until_forgotten(self, count: int = 1) -> None:
        """Run a redactor until it has gone through everything so often."""
        writer = self.writer
        redactor = Redactor(writer.log, CODEC, writer.store, writer.projector, self.signer)
        came = asyncio.Event()

        def forget(timeline: str) -> None:
            self.forgotten.append(timeline)
            if len(self.forgotten) >= count:
                came.set()

        redactor.forgotten.append(forget)
        task = asyncio.create_task(redactor.run())
        async with asyncio.timeout(20):
            await came.wait()
        task.cancel()
        await asyncio.wait({task})


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
    await scene.until_forgotten()
    assert [[r.position for r in call] for call in scene.calls] == [[2, 4]]
    assert await gone(scene) == [2, 4]


async def test_nothing_goes_before_it_is_signed(scene: _Scene) -> None:
    """It is waited for."""
    scene.signer.covers = False
    await scene.redact("a")
    asyncio.get_running_loop().call_later(0.05, scene.signer.sign)
    await scene.until_forgotten()
    assert await gone(scene) == [2]


async def test_a_removal_that_was_cut_off_is_done_again(scene: _Scene) -> None:
    """Where the files could not be written they are written later, by another process too, though
    the log has nothing left to remove."""
    scene.failing = 1
    await scene.redact("a")
    await scene.until_forgotten()
    assert [len(call) for call in scene.calls] == [1, 0]
    await scene.until_forgotten(2)
    assert [len(call) for call in scene.calls] == [1, 0, 0]


async def test_one_damaged_event_keeps_no_other(scene: _Scene) -> None:
    """A redaction that names an event that is not what it was is told once and left; others are
    carried out."""
    await scene.redact("a")
    await scene.redact("b")
    entries = scene.writer.log._entries[0]
    entries[1] = entries[1]._replace(data=b"{}")
    with capture_logs() as logs:
        await scene.until_forgotten()
    assert await gone(scene) == [3]
    assert [entry["log_level"] for entry in logs].count("error") == 1
