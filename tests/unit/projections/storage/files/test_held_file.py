"""A database that is written to while it is copied."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import apsw
import pytest

from projections.storage.database import open_writer
from projections.storage.files.held_file import UnreadableFile, held_still


def test_a_copy_is_the_database_of_one_moment(tmp_path: Path) -> None:
    """While another connection commits pairs of rows and moves its log into the file as often as
    it can, every copy is sound, and has both rows of each pair."""
    path, copy = tmp_path / "a.sqlite3", tmp_path / "copy" / "a.sqlite3"
    made = open_writer(path)
    made.execute("CREATE TABLE pairs (n INTEGER, half INTEGER, filler BLOB)")
    made.close()
    ended, began = threading.Event(), threading.Event()

    def write() -> None:
        n, writer = 0, open_writer(path)
        writer.set_busy_timeout(0)
        while not ended.is_set():
            with writer:
                for half in (0, 1):
                    writer.execute("INSERT INTO pairs VALUES (?, ?, zeroblob(9000))", (n, half))
                writer.execute("DELETE FROM pairs WHERE n < ?", (n - 100,))
            n += 1
            try:
                writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_RESTART)
            except apsw.BusyError:
                began.set()
        writer.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(20):
            shutil.rmtree(copy.parent, ignore_errors=True)
            copy.parent.mkdir()
            with held_still(path) as parts:
                began.clear()
                shutil.copy(parts[0], copy.parent)
                assert began.wait(20)  # the writer has tried to move its log from under the copy
                for part in parts[1:]:
                    shutil.copy(part, copy.parent)
            found = apsw.Connection(str(copy))
            assert found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            odd = "SELECT n FROM pairs GROUP BY n HAVING count(*) <> 2"
            assert found.execute(odd).fetchall() == []
            assert found.execute("SELECT count(*) FROM pairs").fetchall() != [(0,)]
            found.close()
    finally:
        ended.set()
        thread.join()


def test_a_copy_changes_nothing(tmp_path: Path) -> None:
    """What a killed writer left in its log stays there."""
    path = tmp_path / "a.sqlite3"
    writer = open_writer(path)
    writer.execute("CREATE TABLE t (n)")
    left = {p.name: p.read_bytes() for p in tmp_path.iterdir() if not p.name.endswith("-shm")}
    assert left["a.sqlite3-wal"]
    (killed := tmp_path / "killed").mkdir()
    for name, content in left.items():
        (killed / name).write_bytes(content)
    writer.close()
    with held_still(killed / path.name) as parts:
        assert [part.name for part in parts] == ["a.sqlite3", "a.sqlite3-wal"]
    assert {name: (killed / name).read_bytes() for name in left} == left


@pytest.mark.parametrize("content", [b"no database" * 999, None])
def test_what_is_no_database_is_reported(tmp_path: Path, content: bytes | None) -> None:
    """With its path."""
    path = tmp_path / "a.sqlite3"
    path.write_bytes(content) if content is not None else path.mkdir()
    with pytest.raises(UnreadableFile, match=r"a\.sqlite3"), held_still(path):
        pass
