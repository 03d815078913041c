from __future__ import annotations

import re
import sys
from hashlib import sha256
from pathlib import Path

import apsw
import pytest

from events.errors import QueryTooLong
from events.log.contract import Identity
from projections.storage.read_model import file_name
from projections.storage.store import Store
from tests.histories import IDENTITY, History, commit, tables


def history() -> History:
    made = History()
    made.open()
    made.record("a")
    return made


def test_the_reader_cannot_write(tmp_path: Path) -> None:
    """Not even by mistake."""
    store = history().store(tmp_path)
    with pytest.raises(apsw.ReadOnlyError):
        store.reader.all("DELETE FROM timelines")
    store.close()


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    """Whoever closes need not ask whether somebody did."""
    store = history().store(tmp_path)
    store.close()
    store.close()


def test_a_transaction_is_whole_or_nothing(tmp_path: Path) -> None:
    """Rows and checkpoint come together, and where something is raised neither does."""
    store = Store.open(tmp_path, IDENTITY)
    before = tables(store)
    entries = history().entries

    def fail() -> None:
        with store.transaction():
            store.save_checkpoint(1, entries[0].header)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert tables(store) == before
    commit(store, entries)
    assert store.checkpoint().position == 2
    assert store.checkpoint().digest == sha256(entries[1].header).digest()
    store.close()


def test_a_file_of_another_log_is_dropped(tmp_path: Path) -> None:
    """A data folder that is pointed at another log answers nothing of the one before."""
    history().store(tmp_path).close()
    again = Store.open(tmp_path, IDENTITY)
    assert again.checkpoint().position == 2
    again.close()
    other = Store.open(tmp_path, Identity("another", 1))
    assert other.checkpoint().position == 0
    other.close()


def test_a_file_is_made_when_something_is_folded(tmp_path: Path) -> None:
    """Until then there is none, whatever is asked; what a crash left while it was made is
    dropped."""
    (tmp_path / file_name(0, beside=True)).write_bytes(b"half")
    store = Store.open(tmp_path, IDENTITY)
    assert store.checkpoint().position == 0
    assert store.reader.all("SELECT * FROM timelines") == []
    store.purge().run()
    assert list(tmp_path.iterdir()) == []
    commit(store, history().entries)
    assert store.reader.all("SELECT revision FROM timelines") == [(2,)]
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == [file_name(0)]


def test_a_half_filled_file_is_no_obstacle(tmp_path: Path) -> None:
    """A crash while a new file was filled leaves the old one, and the next start drops the rest."""
    store = history().store(tmp_path)
    store.start_over()
    commit(store, history().entries[:1])
    assert store.rebuilding
    store.close()
    again = Store.open(tmp_path, IDENTITY)
    assert not again.rebuilding
    assert again.checkpoint().position == 2
    again.close()


def test_a_runaway_question_is_cut(tmp_path: Path) -> None:
    """At the limit, with an error of ours; the next question is answered."""
    store = history().store(tmp_path)
    store.reader.limit = 0.01
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with pytest.raises(QueryTooLong):
        store.reader.all(endless)
    assert store.reader.one("SELECT 1") == (1,)
    store.close()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what is mapped")
def test_a_walk_maps_no_part_of_the_file(tmp_path: Path) -> None:
    """However much of the file is read, the process does not hold it: a digest of a long record
    would count all of it as memory."""
    store = history().store(tmp_path)
    store.writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    with store.file.aside() as reader:
        reader.all("SELECT * FROM contents")
        mapped = Path("/proc/self/maps").read_text()
        assert f"{tmp_path}/" in mapped  # the index of the write-ahead log
        assert not re.search(rf"{re.escape(str(tmp_path))}/\S*\.sqlite3$", mapped, re.MULTILINE)
    store.close()
