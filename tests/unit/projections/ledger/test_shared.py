"""The ledger's tables in a process that only reads them."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from events.errors import Damaged
from projections.ledger.file import LEDGER
from projections.ledger.ledger import Ledger
from projections.ledger.shared import SharedTables
from tests.histories import IDENTITY


def grown(folder: Path, leaves: int) -> Ledger:
    """The ledger of the folder, with so many leaves more."""
    ledger = Ledger.open(folder, IDENTITY)
    with ledger.transaction():
        for number in range(leaves):
            ledger.append("kursk", 0, bytes([number]) * 32)
    return ledger


def test_what_another_process_adds_is_read(tmp_path: Path) -> None:
    """Leaves that are committed are seen at once; a file that takes the place of another one is
    followed."""
    kept = grown(tmp_path, 3)
    read = Ledger(SharedTables(tmp_path, lambda _: None))
    assert (read.size("kursk"), read.leaf("kursk", 2)) == (3, bytes([1]) * 32)
    with kept.transaction():
        kept.append("kursk", 0, bytes(32))
    assert (read.size("kursk"), read.root("kursk", 4)) == (4, kept.root("kursk", 4))
    kept.renew()
    assert read.size("kursk") == 0
    read.close()
    kept.close()


def test_damage_is_reported_to_whoever_keeps_the_file(tmp_path: Path) -> None:
    """A timeline whose rows do not fit is reported by its name, a file that is none as a whole."""
    kept = grown(tmp_path, 3)
    doubts: list[str] = []
    read = Ledger(SharedTables(tmp_path, doubts.append))
    kept.tables.all("DELETE FROM tiles")
    with pytest.raises(Damaged):
        read.leaf("kursk", 2)
    assert doubts == ["kursk"]
    kept.tables.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    kept.close()
    read.close()
    (tmp_path / LEDGER).write_bytes(b"no database" * 1_000)
    with pytest.raises(Damaged):
        read.size("kursk")
    assert doubts == ["kursk", ""]
    read.close()


def test_a_ledger_that_is_missing_is_damaged(tmp_path: Path) -> None:
    """Until there is a file, every question says so."""
    read = Ledger(SharedTables(tmp_path, lambda _: None))
    with pytest.raises(Damaged):
        read.size("kursk")
