"""Which files are gone on with, and why the others are not."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from events.log.contract import Identity
from projections.storage.files.log_file import (
    LogFileKind,
    OfAnotherLog,
    UnusableFile,
    open_log_file,
)

KIND = LogFileKind(
    "notebook",
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT); CREATE TABLE notes (note TEXT);",
    "notes",
)
LOG = Identity("one", 2)


def test_a_file_is_made_once_and_used_again(tmp_path: Path) -> None:
    """What was written is there when the file is opened again for the same log."""
    path = tmp_path / "a.sqlite3"
    made = open_log_file(path, LOG, KIND)
    made.execute("INSERT INTO notes VALUES ('kept')")
    made.close()
    again = open_log_file(path, LOG, KIND)
    assert again.execute("SELECT note FROM notes").fetchall() == [("kept",)]
    again.close()


@pytest.mark.parametrize("other", [Identity("two", 2), Identity("one", 3)])
def test_a_file_of_another_log_is_distinguished_from_a_broken_one(
    tmp_path: Path, other: Identity
) -> None:
    """Another id, or another number of partitions, is another log."""
    path = tmp_path / "a.sqlite3"
    open_log_file(path, other, KIND).close()
    with pytest.raises(OfAnotherLog, match=r"^belongs to another log$"):
        open_log_file(path, LOG, KIND)


def folder(path: Path) -> None:
    path.mkdir()


def noise(path: Path) -> None:
    path.write_bytes(b"noise " * 2_000)


def nameless(path: Path) -> None:
    open_log_file(path, LOG, KIND).close()
    connection = apsw.Connection(str(path))
    connection.execute("DELETE FROM meta")
    connection.close()


def other_kind(path: Path) -> None:
    open_log_file(path, LOG, KIND._replace(schema=KIND.schema.replace("notes", "letters"))).close()


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (folder, "is not a file"),
        (noise, r"is damaged \(.+\)"),
        (nameless, "is not a notebook"),
        (other_kind, "is not a notebook"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, broken: object, reason: str) -> None:
    """Nothing stays open, and nothing is changed: what becomes of the file is for others to say."""
    path = tmp_path / "a.sqlite3"
    assert callable(broken)
    broken(path)
    with pytest.raises(UnusableFile, match=f"^{reason}$") as caught:
        open_log_file(path, LOG, KIND)
    assert not isinstance(caught.value, OfAnotherLog)
    assert path.exists()
