from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from events.errors import QueryTooLong
from events.log import Identity
from projections.schema import VERSION
from projections.store import Store, drop
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
            store.save_checkpoint(0, 1, entries[0].header)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert tables(store) == before
    commit(store, entries)
    assert store.checkpoint(0).position == 2
    assert store.checkpoint(0).matches(entries[1].header)
    assert not store.checkpoint(0).matches(entries[0].header)
    store.close()


def test_a_file_of_another_log_is_dropped(tmp_path: Path) -> None:
    """A data folder that is pointed at another log answers nothing of the one before."""
    history().store(tmp_path).close()
    again = Store.open(tmp_path, IDENTITY)
    assert again.checkpoint(0).position == 2
    again.close()
    other = Store.open(tmp_path, Identity("another", 1))
    assert other.checkpoint(0).position == 0
    other.close()


def test_only_other_versions_are_removed(tmp_path: Path) -> None:
    """The file of another release goes once this one has caught up; its own and whatever else is
    in the folder stays."""
    store = history().store(tmp_path)
    (tmp_path / "readmodel-0.sqlite3").touch()
    (tmp_path / "readmodel-0.sqlite3-wal").touch()
    (tmp_path / "ledger.sqlite3").touch()
    store.remove_others()
    left = {path.name for path in tmp_path.iterdir() if not path.name.endswith(("-wal", "-shm"))}
    assert left == {f"readmodel-{VERSION}.sqlite3", "ledger.sqlite3"}
    store.close()
    drop(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.sqlite3"]


def test_a_half_filled_file_is_no_obstacle(tmp_path: Path) -> None:
    """A crash while a new file was filled leaves the old one, and the next start drops the rest."""
    store = history().store(tmp_path)
    store.start_over()
    commit(store, history().entries[:1])
    assert store.rebuilding
    store.close()
    again = Store.open(tmp_path, IDENTITY)
    assert not again.rebuilding
    assert again.checkpoint(0).position == 2
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
