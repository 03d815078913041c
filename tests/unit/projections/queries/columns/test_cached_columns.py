"""Which columns are in memory, and of which state of the file they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from events.event.types import StatementRedacted
from projections import queries
from projections.queries import StatementFilter, TimelineRef
from projections.queries.columns import cached_columns, current_columns
from projections.queries.columns.cached_columns import matching_in
from projections.storage import file_memory
from projections.storage.reader import Reader
from projections.storage.store import Store
from tests.histories import History, commit
from tests.writers import open_writer, said

CLAIMS = StatementFilter(tags=("t",))


def ref_of(reader: Reader, name: str = "kursk") -> TimelineRef:
    ref = queries.timeline_at(reader, name)
    assert ref is not None
    return ref


def total(store: Store, name: str = "kursk") -> int | None:
    ref = ref_of(store.reader, name)
    matching = matching_in(store.reader, ref, CLAIMS, ref.revision)
    return None if matching is None else matching.total


def test_a_long_timeline_is_loaded_beside_the_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks first is not kept waiting for many events: they are loaded once nobody asks. A few
    that come later are added by whoever asks next."""
    monkeypatch.setattr(cached_columns, "_FEWEST", 0)
    monkeypatch.setattr(current_columns, "_BEHIND", 5)
    history = History()
    history.open()
    for number in range(12):
        history.record(f"s{number}", tags=("t",))
    store = history.store(tmp_path)
    monkeypatch.setattr(file_memory, "_QUIET", 600.0)
    monkeypatch.setattr(file_memory, "_PATIENCE", 600.0)
    assert total(store) is None
    assert total(store) is None
    store.reader.memory.wait()
    assert total(store) == 12
    known = len(history.entries)
    history.record("late", tags=("t",))
    commit(store, history.entries[known:])
    assert total(store) == 13
    store.close()
    assert store.reader.memory.columns == {}


async def test_what_is_redacted_is_not_in_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a redaction, which changes the past, the next question sees nothing of the statement,
    as of an earlier revision either; once it is purged, nothing of it is in memory."""
    monkeypatch.setattr(cached_columns, "_FEWEST", 0)
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.record(said("a", tags=("t",)))
        done = await writer.record(said("b", tags=("t",)))
        await writer.projector.progress.wait_for("kursk", 3)
        assert total(writer.store) == 2
        done = await writer.do("b", StatementRedacted(revisions=(3,), reason="court"))
        await writer.projector.progress.wait_for("kursk", done.revision)
        assert total(writer.store) == 1
        reader = writer.store.reader
        matching = matching_in(reader, ref_of(reader), CLAIMS, 3)
        assert matching is not None
        assert matching.total == 1
        await writer.projector.purge(["kursk"])
        assert reader.memory.columns == {}


def test_what_was_asked_longest_ago_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The columns of all timelines together are bounded."""
    monkeypatch.setattr(cached_columns, "_FEWEST", 0)
    monkeypatch.setattr(current_columns, "_MOST_EVENTS", 3)
    history = History()
    for name in ("kursk", "other", "third"):
        history.timeline = name
        history.open()
        history.record("s", tags=("t",))
    store = history.store(tmp_path)
    assert [total(store, name) for name in ("kursk", "other", "kursk", "third")] == [1, 1, 1, 1]
    wanted = [ref_of(store.reader, name).tl for name in ("kursk", "third")]
    assert [*store.reader.memory.columns] == wanted
    store.close()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_what_is_loaded_before_a_fork_starts_no_thread() -> None:
    """A lock that a thread holds would never be released in a forked process."""
    code = (
        "import os, sys; from projections.queries.columns.cached_columns import load_libraries; "
        "load_libraries(); print(len(os.listdir('/proc/self/task')), 'numpy' in sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={}
    )
    assert shown.stdout.split() == ["1", "True"]
