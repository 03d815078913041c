"""Whether a service is ready whose read model does not follow."""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from events.errors import LogError, LogReplaced, LogUnavailable
from service.operations import disk, health
from service.operations.health import Vitals
from service.tally import Tally
from tests.writers import Writer, keeping, open_writer, said


def fill_disk(writer: Writer) -> None:
    """The read model's file may not grow any more, as on a disk without room."""
    pages = writer.store.writer.execute("PRAGMA page_count").fetchone()
    assert pages is not None
    writer.store.writer.execute(f"PRAGMA max_page_count = {pages[0]}")


def clock() -> int:
    """The time by which the log in memory has recorded a million events."""
    return 1_000_000


async def test_a_fold_that_stands_still_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no room for the read model, health reports how old the oldest event is that is
    not folded, and ready is false once it is too old; with room again the fold goes on and all is
    well."""
    async with open_writer(tmp_path) as writer, AsyncExitStack() as stack:
        await writer.open()
        await writer.projector.progress.wait_for("kursk", 1)
        beside = stack.enter_context(keeping(writer, tmp_path))
        vitals = Vitals(writer.log, beside, list, Tally(), clock)
        assert (await vitals.check()).ready
        fill_disk(writer)
        for n in range(40):
            await writer.record(said(f"s{n}", "Kursk " * 600))
        monkeypatch.setattr(health, "_BEHIND", 0.0)
        seen = await vitals.check()
        assert not seen.ready
        assert seen.projection.problem is not None
        assert "events behind the log; the oldest" in seen.projection.problem
        assert [part.seconds for part in seen.projection.partitions] == [1.0]
        monkeypatch.setattr(health, "_BEHIND", 1_000.0)
        assert (await vitals.check()).ready
        writer.store.writer.execute("PRAGMA max_page_count = 1000000")
        await writer.projector.progress.wait_for("kursk", 41, limit=30)
        monkeypatch.setattr(health, "_BEHIND", 0.0)
        assert (await vitals.check()).ready


async def test_a_log_that_is_gone_is_reported(tmp_path: Path) -> None:
    """Where another log is in its place, health says so instead of failing itself."""
    async with open_writer(tmp_path) as writer, AsyncExitStack() as stack:
        await writer.open()
        beside = stack.enter_context(keeping(writer, tmp_path))
        vitals = Vitals(writer.log, beside, list, Tally(), clock)

        async def gone() -> None:
            raise LogReplaced("It is not there.")

        writer.log.check = gone  # type: ignore[method-assign]  # - every call of this log begins with it
        seen = await vitals.check()
        assert (seen.ready, seen.log.problem) == (False, "It is not there.")
        assert [part.events for part in seen.projection.partitions] == [None]


async def test_a_fold_that_has_not_caught_up_is_why_it_is_not_ready(tmp_path: Path) -> None:
    """Also if it is not late: after a start, ready is false until it has, and says how much is
    left."""
    async with open_writer(tmp_path) as writer, AsyncExitStack() as stack:
        await writer.open()
        await writer.projector.progress.wait_for("kursk", 1)
        beside = stack.enter_context(keeping(writer, tmp_path))
        writer.projector.progress.caught_up.clear()
        seen = await Vitals(writer.log, beside, list, Tally(), clock).check()
        assert not seen.ready
        assert "has not caught up" in str(seen.projection.problem)
        assert "0 events are left" in str(seen.projection.problem)


async def test_a_full_disk_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk has fewer free bytes than needed, nothing can be written, and health says
    which disk it is, though the log itself looks well; with room again all is well."""
    async with open_writer(tmp_path) as writer, AsyncExitStack() as stack:
        await writer.open()
        await writer.projector.progress.wait_for("kursk", 1)
        beside = stack.enter_context(keeping(writer, tmp_path))
        full = partial(disk.full_disk, tmp_path)
        vitals = Vitals(writer.log, beside, list, Tally(), clock, full)
        assert (await vitals.check()).ready
        with monkeypatch.context() as patch:
            patch.setattr(disk, "_LEAST", 1 << 62)
            seen = await vitals.check()
        assert (seen.ready, seen.log.reachable, seen.log.writable) == (False, True, False)
        assert str(seen.log.problem).startswith(f"The disk of {tmp_path} is full (")
        assert vitals.reason == "disk"
        assert (await vitals.check()).ready
        assert vitals.reason is None


async def test_a_full_disk_is_why_the_log_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the server has ended because it could not write, health says so, and not only that it
    does not answer; a log that was replaced is that, however full the disk is."""
    monkeypatch.setattr(disk, "_LEAST", 1 << 62)
    async with open_writer(tmp_path) as writer, AsyncExitStack() as stack:
        await writer.open()
        beside = stack.enter_context(keeping(writer, tmp_path))
        vitals = Vitals(writer.log, beside, list, Tally(), clock, partial(disk.full_disk, tmp_path))
        raised: LogError = LogUnavailable("It does not answer.")

        async def gone() -> None:
            raise raised

        writer.log.check = gone  # type: ignore[method-assign]  # - every call of this log begins with it
        seen = await vitals.check()
        assert (seen.log.reachable, seen.log.writable, vitals.reason) == (False, False, "disk")
        assert str(seen.log.problem).startswith(f"The disk of {tmp_path} is full (")
        assert str(seen.log.problem).endswith(" It does not answer.")
        raised = LogReplaced("It is not there.")
        assert (await vitals.check()).log.problem == "It is not there."
        assert vitals.reason == "replaced"
