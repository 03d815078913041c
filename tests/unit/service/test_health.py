"""Whether a service is ready whose read model does not follow."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from events.errors import LogReplaced
from service import health
from service.health import Vitals
from service.redactor import RedactionHealth
from tests.writers import Writer, open_writer, said


def fill_disk(writer: Writer) -> None:
    """The read model's file may not grow any more, as on a disk without room."""
    pages = writer.store.writer.execute("PRAGMA page_count").fetchone()
    assert pages is not None
    writer.store.writer.execute(f"PRAGMA max_page_count = {pages[0]}")


def calm() -> RedactionHealth:
    """Nothing waits to be removed."""
    return RedactionHealth(0, None)


async def test_a_fold_that_stands_still_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no room for the read model, ready is false once that lasts, and says since
    when; with room again the fold goes on and all is well."""
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.projector.wait_for("kursk", 1)
        running = asyncio.create_task(asyncio.Event().wait())
        vitals = Vitals(writer.log, writer.projector, running, list, calm)  # type: ignore[arg-type]  # - any task that runs
        assert (await vitals.look()).ready
        fill_disk(writer)
        for n in range(40):
            await writer.record(said(f"s{n}", "Kursk " * 600))
        monkeypatch.setattr(health, "_BEHIND", 0.0)
        seen = await vitals.look()
        assert not seen.ready
        assert seen.projection.problem is not None
        assert "events behind the log" in seen.projection.problem
        monkeypatch.setattr(health, "_BEHIND", 1_000.0)
        assert (await vitals.look()).ready
        writer.store.writer.execute("PRAGMA max_page_count = 1000000")
        await writer.projector.wait_for("kursk", 41, limit=30)
        monkeypatch.setattr(health, "_BEHIND", 0.0)
        assert (await vitals.look()).ready
        running.cancel()


async def test_a_log_that_is_gone_is_told(tmp_path: Path) -> None:
    """Where another log is in its place, health says so instead of failing itself."""
    async with open_writer(tmp_path) as writer:
        await writer.open()
        running = asyncio.create_task(asyncio.Event().wait())
        vitals = Vitals(writer.log, writer.projector, running, list, calm)  # type: ignore[arg-type]  # - any task that runs

        async def gone() -> None:
            raise LogReplaced("It is not there.")

        writer.log.check = gone  # type: ignore[method-assign]  # - every call of this log begins with it
        seen = await vitals.look()
        assert (seen.ready, seen.log.problem) == (False, "It is not there.")
        assert [part.events for part in seen.projection.partitions] == [None]
        running.cancel()
