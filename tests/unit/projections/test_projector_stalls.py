"""What stops the fold of one timeline, and of no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from events.errors import Stalled
from events.event.envelope import statement_subject
from events.event.types import (
    StatementRecorded,
    StatementRetracted,
)
from projections import queries
from projections.fold.changes import Changes
from projections.fold.statements import Statements
from tests.histories import said, tables
from tests.unit.projections.scripted import Scripted, projecting, short, standing_of


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
            assert (running.progress.revision("kursk"), running.progress.revision("other")) == (
                4,
                1,
            )
            assert running.checkpoint(0) == 7
            with pytest.raises(Stalled):
                await running.progress.wait_for("kursk", 5)
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


async def test_an_entry_without_a_header_is_reported_and_its_timeline_stops_next(
    tmp_path: Path,
) -> None:
    """An entry that shows no timeline stops none, but is reported; the timeline that lacks it stops
    at its next event."""
    history = short()
    history.record("c")
    history.entries[-1] = history.entries[-1]._replace(header=b"{")
    async with projecting(Scripted(history), tmp_path / "one") as (running, _):
        assert [(s.timeline, s.position) for s in running.stalls()] == [("", 5)]
        assert running.progress.revision("kursk") == 4
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

    def broken(self: Statements, changes: Changes, st: int, event: StatementRetracted) -> None:
        whole(self, changes, st, event)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Statements, "retract", broken)
        async with projecting(Scripted(history), tmp_path) as (running, store):
            (stall,) = running.stalls()
            assert (stall.timeline, stall.revision) == ("kursk", 5)
            assert "ZeroDivisionError" in stall.reason
            assert running.progress.revision("other") == 1
            assert standing_of(store, "a") == "disputed"
            half = store.reader.all("SELECT 1 FROM statement_versions WHERE since > 4")
            assert not half
    async with projecting(Scripted(history), tmp_path) as (running, store):
        assert not running.stalls()
        assert running.progress.revision("kursk") == 6
        folded = tables(store)
    rebuilt = history.store(tmp_path / "rebuilt")
    assert folded == tables(rebuilt)
    rebuilt.close()
