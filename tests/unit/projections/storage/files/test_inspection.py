"""A look at a read model from outside."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from events.log.contract import Identity
from projections.storage.files.inspection import Unreadable, inspect_read_model, sqlite_version
from projections.storage.store import Store


def test_it_tells_whose_model_it_is_and_how_far(tmp_path: Path) -> None:
    """The log's id and every checkpoint, also while the file's owner has it open."""
    store = Store.open(tmp_path, Identity("log-1", 2), 1)
    with store.transaction():
        store.save_checkpoint(7, b"header")
    for _ in ("open", "closed"):
        found = inspect_read_model(tmp_path)
        assert found is not None
        assert found.logs == {"log-1"}
        assert found.checkpoints.keys() == {1}
        assert found.checkpoints[1].position == 7
        assert found.checkpoints[1].digest == sha256(b"header").digest()
        store.close()


def test_where_there_is_none_none_is_made(tmp_path: Path) -> None:
    """Looking makes no file."""
    assert inspect_read_model(tmp_path) is None
    assert not list(tmp_path.iterdir())


def test_a_spoiled_file_is_reported(tmp_path: Path) -> None:
    """What is no database raises, with the file's path."""
    store = Store.open(tmp_path, Identity("log-1", 1))
    with store.transaction():
        store.save_checkpoint(1, b"")
    store.close()
    (path,) = tmp_path.glob("readmodel-*.sqlite3")
    path.write_bytes(b"spoiled" * 1000)
    with pytest.raises(Unreadable, match=path.name):
        inspect_read_model(tmp_path)


def test_the_version_is_that_of_the_library_in_use() -> None:
    """Three numbers, and not older than the first without the race in its write-ahead log."""
    assert tuple(map(int, sqlite_version().split("."))) >= (3, 51, 3)
