"""Columns that were loaded once are mapped by everybody else, as long as they are true."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from events.statement.statement import Origin
from projections.queries.columns import current_columns
from projections.queries.columns.cached_columns import keep_true
from projections.queries.columns.columns import Columns
from projections.queries.columns.having.shared_keys import SharedKeys
from projections.queries.columns.sharing import array_file, image, snapshots
from projections.queries.columns.sharing.array_file import write_arrays
from projections.queries.columns.sharing.image import hand_over, pack_keys
from projections.queries.columns.sharing.snapshots import SharedTimeline
from projections.queries.columns.shelf import Shelf
from projections.storage import file_memory
from projections.storage.schema import ORIGIN
from projections.storage.store import Store
from tests.histories import History, commit
from tests.program import LIMIT
from tests.unit.projections.queries.columns.sharing.sharing_workers import (
    kept,
    listed,
    loaded,
    snapshot_of,
    worker,
)


def more(history: History, store: Store, number: int) -> None:
    known = len(history.entries)
    for one in range(number):
        history.record(f"more {known} {one}", tags=("t",))
    commit(store, history.entries[known:])


def refused(*_: object) -> None:
    raise AssertionError("the tables are read")


@pytest.mark.usefixtures("store")
def test_one_loads_and_the_others_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first worker maps what it has written; the second one reads no row, and no statement
    either; it does not wait until nobody asks. Both answer as the tables did."""
    with worker(tmp_path) as first, worker(tmp_path) as second:
        before = listed(first)
        assert loaded(first).mapped.inode == snapshot_of(tmp_path).stat().st_ino
        monkeypatch.setattr(file_memory.FileMemory, "await_quiet", refused)
        monkeypatch.setattr(current_columns, "advance", refused)
        assert loaded(second).mapped == loaded(first).mapped
        monkeypatch.setattr("projections.queries.listing.encoding.show_some", refused)
        assert listed(first) == listed(second) == before
        assert kept(tmp_path) == {snapshot_of(tmp_path), loaded(first).mapped.shelf}


def test_each_goes_on_for_itself_until_there_is_a_newer_one(
    tmp_path: Path, history: History, store: Store
) -> None:
    """A few events are added to what is mapped, by each; once they are many, whoever sorts them
    writes the next snapshot, and the others map that one. What was written on the shelf by one is
    not read by the other in its place."""
    with worker(tmp_path) as first, worker(tmp_path) as second:
        at_first = loaded(first).mapped
        assert loaded(second).mapped == at_first
        more(history, store, 3)
        history.correct("s7", text="Another text.")
        commit(store, history.entries[-1:])
        assert listed(first) == listed(second)
        assert b"Another text." in b"".join(listed(second))
        assert loaded(first).mapped == loaded(second).mapped == at_first
        more(history, store, 20)
        newer = loaded(first).mapped
        assert newer.revision > at_first.revision
        memory = second.reader_of("kursk").memory
        keep_true(second, ["kursk"])  # as the keeper tells each worker, also one that nobody asks
        memory.wait()
        assert [columns.mapped for columns in memory.columns.values()] == [newer]
        assert loaded(second).mapped == newer
        assert listed(first) == listed(second)
        assert len(kept(tmp_path)) == 2


def test_nobody_falls_behind_what_is_in_memory(
    tmp_path: Path, history: History, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this worker has read beyond a newer snapshot is added to that one before it is used,
    because what was cached may be about those rows."""
    gave: list[tuple[int, int, int]] = []

    def noted(known: Columns, fresh: Columns) -> None:
        gave.append((fresh.mapped.revision, known.revision, fresh.revision))
        hand_over(known, fresh)
        assert fresh.encoded is known.encoded

    with worker(tmp_path) as first, worker(tmp_path) as second:
        assert loaded(first).mapped == loaded(second).mapped
        more(history, store, 7)
        listed(second)
        monkeypatch.setattr(SharedTimeline, "is_due", lambda *_: True)
        monkeypatch.setattr(current_columns, "_is_outdone", lambda *_: True)
        newer = loaded(first).mapped.revision
        more(history, store, 2)
        monkeypatch.setattr(current_columns, "hand_over", noted)
        monkeypatch.setattr(SharedTimeline, "is_due", lambda *_: False)
        assert loaded(second).revision == newer + 2
        assert gave == [(newer, newer + 2, newer + 2)]
        assert listed(first) == listed(second)


def test_what_is_added_while_it_is_written_is_kept(
    tmp_path: Path, history: History, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question may add events to the columns meanwhile: the snapshot is of the state before."""
    reached, go_on = threading.Event(), threading.Event()

    def wait(tree: dict[str, Any]) -> None:
        reached.set()
        go_on.wait(LIMIT)
        pack_keys(tree)

    with worker(tmp_path) as first:
        monkeypatch.setattr(snapshots, "pack_keys", wait)
        listed(first)
        assert reached.wait(LIMIT)
        more(history, store, 2)
        assert len(listed(first)) == 32
        go_on.set()
        first.reader_of("kursk").memory.wait()
        (columns,) = first.reader_of("kursk").memory.columns.values()
        assert columns.mapped.revision == 33
        assert columns.revision == 35
        assert len(listed(first)) == 32


def test_who_ends_meanwhile_leaves_what_was_there(
    tmp_path: Path, history: History, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is replaced while it writes a newer snapshot: the one before, and its shelf,
    are for the next one."""
    reached = threading.Event()
    with worker(tmp_path) as first:
        mapped = loaded(first).mapped
        more(history, store, 20)
        memory = first.reader_of("kursk").memory

        def wait(path: Path, tree: dict[str, Any]) -> None:
            write_arrays(path, tree)
            reached.set()
            while not memory.closed:
                assert tree["revision"]

        with monkeypatch.context() as patch:
            patch.setattr(snapshots, "write_arrays", wait)
            listed(first)
            assert reached.wait(LIMIT)
            first.close()
    assert kept(tmp_path) == {snapshot_of(tmp_path), mapped.shelf}
    assert snapshot_of(tmp_path).stat().st_ino == mapped.inode
    with worker(tmp_path) as second:
        assert loaded(second).mapped.shelf == mapped.shelf


def test_many_ids_of_origins_are_shared(
    tmp_path: Path, history: History, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are found like those that are each worker's own, also once newer ones were packed with
    them; few are each worker's own."""
    monkeypatch.setattr(image, "_MANY", 10)
    seen = list[bool]()
    with worker(tmp_path) as first:
        for count in (9, 30, 60):
            known = len(history.entries)
            for number in range(known - 33, count):
                history.record(f"o{number}", origin=Origin(dataset="acled", id=f"row {number}"))
            commit(store, history.entries[known:])
            terms = loaded(first).terms[ORIGIN]
            found = [terms.number_of(f"row {number}") for number in range(count + 1)]
            assert found == [*range(count), None]
            seen.append(isinstance(terms.keys, SharedKeys))
    assert seen == [False, True, True]


def test_what_is_mapped_grows_beyond_its_room(
    tmp_path: Path, history: History, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing newer can be written, each has the rest for itself."""
    monkeypatch.setattr(array_file, "_LEAST", 1)
    with worker(tmp_path) as first, worker(tmp_path) as second:
        mapped = loaded(first).mapped
        monkeypatch.setattr(SharedTimeline, "is_due", lambda *_: False)
        for number in (2, 5, 30, 100):
            more(history, store, number)
            assert len(loaded(second)) == len(loaded(first)) == len(history.entries) - 2
            assert listed(second) == listed(first)
        assert loaded(first).mapped == loaded(second).mapped == mapped


def test_a_shelf_that_is_outdated_is_replaced_for_all(
    tmp_path: Path, history: History, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its successor is published with a snapshot, and the old one is gone."""
    with worker(tmp_path) as first, worker(tmp_path) as second:
        old = loaded(first).mapped.shelf
        assert loaded(second).mapped.shelf == old
        with monkeypatch.context() as patch:
            patch.setattr("projections.queries.columns.shelf._OUTDATED", -(2**40))
            patch.setattr(Shelf, "is_outdated", property(lambda self: self.path == old))
            more(history, store, 1)
            new = loaded(first).mapped.shelf
            assert new not in {old, None}
        more(history, store, 1)
        assert loaded(second).mapped.shelf == new
        assert listed(first) == listed(second)
        assert kept(tmp_path) == {snapshot_of(tmp_path), new}
