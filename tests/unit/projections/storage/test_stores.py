"""The files of all partitions, for the process that folds."""

from __future__ import annotations

from pathlib import Path

from events.log.contract import Identity
from projections.storage.cache_budget import CacheBudget
from projections.storage.read_model import file_name
from projections.storage.schema import VERSION
from projections.storage.store import WRITING, Store
from projections.storage.stores import Stores, drop
from tests.histories import History, commit

TWO = Identity("two", 2)


def filled(folder: Path) -> Stores:
    """Stores of which the second has a timeline."""
    history = History()
    history.open()
    stores = Stores.open(folder, TWO)
    commit(stores.each[1], history.entries)
    return stores


def test_only_other_versions_are_removed(tmp_path: Path) -> None:
    """The files of other releases go once this one has caught up, that of all partitions among
    them; its own and whatever else is in the folder stays."""
    stores = filled(tmp_path)
    for name in ("readmodel-0.sqlite3", "readmodel-0.sqlite3-wal", f"readmodel-{VERSION}.sqlite3"):
        (tmp_path / name).touch()
    for name in (file_name(2), "readmodel-0.1.sqlite3", "ledger.sqlite3"):
        (tmp_path / name).touch()
    stores.remove_others()
    left = {path.name for path in tmp_path.iterdir() if not path.name.endswith(("-wal", "-shm"))}
    assert left == {file_name(1), "ledger.sqlite3"}
    stores.close()
    drop(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.sqlite3"]


def test_stores_of_one_budget_are_closed_one_by_one(tmp_path: Path) -> None:
    """One that is closed leaves its part of the memory to those that are still used."""
    budget, history = CacheBudget(WRITING), History()
    history.open()
    for folder in ("a", "b"):
        store = Store.open(tmp_path / folder, Identity("one", 1), budget=budget)
        commit(store, history.entries)
        store.close()


def test_a_partition_starts_over_alone(tmp_path: Path) -> None:
    """While one file is filled anew beside the old one, the other partitions go on in theirs."""
    stores = filled(tmp_path)
    stores.each[1].start_over()
    stores.remove_others()
    assert (tmp_path / file_name(1, beside=True)).exists()
    assert [store.rebuilding for store in stores.each] == [False, True]
    assert stores.read_model.checkpoint(1) == 1
    assert stores.each[1].checkpoint().position == 0
    stores.each[1].take_over()
    assert [store.rebuilding for store in stores.each] == [False, False]
    assert stores.read_model.checkpoint(1) == 0
    stores.close()
    assert [path.name for path in tmp_path.iterdir()] == [file_name(1)]
