"""Opens an SQLite file that belongs to one log: uses it, creates it, or refuses it with a reason.

The caller decides what becomes of a refused file: a read model is dropped, a ledger is kept aside.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import apsw

from events.log.contract import Identity
from projections.storage.database import DAMAGE, open_writer

__all__ = ["LogFileKind", "OfAnotherLog", "UnusableFile", "open_log_file"]


class LogFileKind(NamedTuple):
    """A kind of file: its name in messages, its schema with a table `meta`, and a further table
    that every file of the kind has."""

    name: str
    schema: str
    table: str


class UnusableFile(Exception):
    """The file exists but cannot be used; the message is the end of a sentence that says why."""


class OfAnotherLog(UnusableFile):
    """The file is sound, but belongs to another log, or to another partition."""

    def __init__(self) -> None:
        super().__init__("belongs to another log")


def open_log_file(
    path: Path, identity: Identity, kind: LogFileKind, partition: int | None = None
) -> apsw.Connection:
    """A writer to the file at `path`, which is created if it is missing. The file belongs to one
    partition of the log, or to the whole log.

    Raises UnusableFile, and OSError or apsw.Error if the disk does not let it be opened.
    """
    if path.exists() and not path.is_file():
        raise UnusableFile("is not a file")
    connection: apsw.Connection | None = None
    try:
        connection = open_writer(path)
        part = "" if partition is None else f" {partition}"
        _check(connection, f"{identity.id} {identity.partitions}{part}", kind)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, (*DAMAGE, apsw.CantOpenError, apsw.IOError, apsw.SQLError)):
            raise UnusableFile(f"is damaged ({error})") from error
        raise
    return connection


def _check(connection: apsw.Connection, log: str, kind: LogFileKind) -> None:
    """Create the tables in a new file; raise UnusableFile for a file of another kind or log."""
    if not connection.table_exists(None, "meta"):
        with connection:
            connection.execute(kind.schema)
            connection.execute("INSERT INTO meta (name, value) VALUES ('log', ?)", (log,))
        return
    row = connection.execute("SELECT value FROM meta WHERE name = 'log'").fetchone()
    if row is None or not connection.table_exists(None, kind.table):
        raise UnusableFile(f"is not a {kind.name}")
    if row != (log,):
        raise OfAnotherLog
