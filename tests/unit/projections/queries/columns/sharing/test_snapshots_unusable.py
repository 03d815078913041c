"""Where a snapshot cannot be made, found or used, a worker loads the columns itself."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from projections import queries
from projections.queries.columns import current_columns
from projections.queries.columns.sharing import array_file, snapshots
from projections.queries.columns.sharing.snapshots import SharedTimeline
from projections.storage.reader import Reader
from projections.storage.store import Store
from tests.histories import History, commit
from tests.unit.projections.queries.columns.sharing.sharing_workers import (
    kept,
    listed,
    loaded,
    snapshot_of,
    worker,
)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    "damage",
    [
        "its head",
        "no shelf",
        "another shelf",
        "less of its shelf",
        "of another file",
        "other parts",
    ],
)
def test_what_cannot_be_used_is_made_again(tmp_path: Path, damage: str) -> None:
    """A snapshot with a damaged head or without the shelf that it had, one of another read model,
    and one with the parts of another version: the columns are loaded from the tables."""
    with worker(tmp_path) as first:
        before, mapped = listed(first), loaded(first).mapped
    path, shelf = snapshot_of(tmp_path), mapped.shelf
    assert shelf is not None
    content = path.read_bytes()
    if damage == "its head":
        path.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
    elif damage == "no shelf":
        shelf.unlink()
    elif damage == "other parts":
        image = array_file.map_arrays(path)
        del image["shelf"]["inode"]
        path.unlink()
        array_file.write_arrays(path, image)
    elif damage == "less of its shelf":
        os.truncate(shelf, shelf.stat().st_size - 1)
    else:
        _become_others([shelf] if damage == "another shelf" else tmp_path.glob("readmodel-*"))
    with worker(tmp_path) as second, path.open():  # so that its inode is not used again
        assert loaded(second).mapped.inode not in {0, mapped.inode}
        assert listed(second) == before
        assert kept(tmp_path) == {path, loaded(second).mapped.shelf}


def _become_others(paths: Iterable[Path]) -> None:
    """Put other files with the same contents in their places."""
    for path in sorted(paths):
        copy = path.with_name("copy")
        copy.write_bytes(path.read_bytes())
        copy.replace(path)


@pytest.mark.usefixtures("store")
def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    """A folder with the name of a snapshot: each worker has columns of its own."""
    snapshot_of(tmp_path).mkdir()
    with worker(tmp_path) as first:
        before = listed(first)
        columns = loaded(first)
        assert len(columns)
        assert columns.mapped.inode == 0
        assert listed(first) == before
    assert kept(tmp_path) == {snapshot_of(tmp_path)}


@pytest.mark.usefixtures("store")
def test_who_cannot_map_leaves_it_to_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process without memory for it loads the columns itself, and answers the same."""

    def refused(*_: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    with worker(tmp_path) as first, worker(tmp_path) as second:
        before, mapped = listed(first), loaded(first).mapped
        monkeypatch.setattr(snapshots, "map_arrays", refused)
        monkeypatch.setattr(SharedTimeline, "is_due", lambda *_: False)
        assert loaded(second).mapped.inode == 0
        assert snapshot_of(tmp_path).stat().st_ino == mapped.inode
        assert listed(second) == before


def test_who_cannot_load_loads_others_meanwhile(
    tmp_path: Path, history: History, store: Store
) -> None:
    """While another process loads a timeline, the tables answer, this one loads another timeline,
    and it can end. Once the other process is done, whoever asks next begins."""
    known = len(history.entries)
    history.timeline = "caspian"
    history.open()
    for number in range(29):
        history.record(f"s{number}")
    commit(store, history.entries[known:])
    with worker(tmp_path) as first, worker(tmp_path) as second:
        before = listed(first)
        loaded(first)
        snapshot_of(tmp_path).unlink()
        with _shared(first.reader_of("kursk")).turn() as is_ours:
            assert is_ours
            assert [listed(second) for _ in range(3)] == [before] * 3
            memory = second.reader_of("kursk").memory
            assert not memory.is_working
            listed(second, "caspian")
            memory.wait()
            assert sorted(len(columns) for columns in memory.columns.values()) == [0, 29]
        listed(second)
        memory.wait()
        assert sorted(len(columns) for columns in memory.columns.values()) == [29, 31]
        assert snapshot_of(tmp_path).exists()


@pytest.mark.usefixtures("store")
def test_who_could_not_load_asks_again_though_nothing_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that has all rows by questions alone maps them when the other process is done."""
    monkeypatch.setattr(current_columns, "_BEHIND", 100)
    with worker(tmp_path) as first, worker(tmp_path) as second:
        before = listed(first)
        mapped = loaded(first).mapped
        with _shared(first.reader_of("kursk")).turn():
            assert listed(second) == before
            assert loaded(second).mapped.inode == 0
        loaded(second)
        assert loaded(second).mapped == mapped
        assert listed(second) == before


def _shared(reader: Reader) -> SharedTimeline:
    ref = queries.timeline_at(reader, "kursk")
    assert ref is not None
    shared = SharedTimeline.of(reader.memory, ref)
    assert shared is not None
    return shared


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("step", ["open", "write", "replace"])
def test_a_full_disk_leaves_everything_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The columns are this worker's own, and nothing is left in the folder; once there is room, the
    next one shares them."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with worker(tmp_path) as first, worker(tmp_path) as second:
        with monkeypatch.context() as patch:
            if step == "open":
                patch.setattr(array_file, "_private", full)
            elif step == "write":
                patch.setattr(array_file, "_write", full)
            else:
                patch.setattr(Path, "replace", full)
            before = listed(first)
            assert loaded(first).mapped.inode == 0
            assert listed(first) == before
            assert kept(tmp_path) == set()
        assert loaded(second).mapped.inode
        assert listed(second) == before
