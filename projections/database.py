"""Connections to a read model's file: one that writes, others that cannot.

A crash leaves a whole file: in WAL mode a commit is there or not, and `synchronous=NORMAL` may
lose the last ones when the power goes, never half of one. They are folded again then.
"""

from __future__ import annotations

from pathlib import Path

import apsw

__all__ = ["TROUBLE", "open_reader", "open_writer"]

TROUBLE = (
    apsw.BusyError,
    apsw.CantOpenError,
    apsw.CorruptError,
    apsw.FullError,
    apsw.IOError,
    apsw.LockedError,
    apsw.NoMemError,
    apsw.NotADBError,
    apsw.PermissionsError,
    apsw.ProtocolError,
    apsw.ReadOnlyError,
    apsw.ConnectionClosedError,
)
"""What goes wrong with the file, not with what is written to it."""

_STATEMENTS = 256
"""Prepared statements that a connection keeps."""

_BUSY_MS = 10_000
_CHECKPOINT_PAGES = 4_000
"""The writer moves the write-ahead log into the file at every so many pages (16 MiB)."""

_WRITER = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -131072;
PRAGMA journal_size_limit = 67108864;
PRAGMA temp_store = MEMORY;
"""

_READER = """
PRAGMA query_only = ON;
PRAGMA cache_size = -65536;
PRAGMA mmap_size = 1073741824;
PRAGMA temp_store = MEMORY;
"""


def open_writer(path: Path) -> apsw.Connection:
    """The connection that folds into `path`, which is made where it is missing."""
    connection = apsw.Connection(str(path), statementcachesize=_STATEMENTS)
    connection.set_busy_timeout(_BUSY_MS)
    connection.execute(_WRITER)
    connection.wal_autocheckpoint(_CHECKPOINT_PAGES)
    return connection


def open_reader(path: Path) -> apsw.Connection:
    """A connection that reads `path`, which is there, and cannot write."""
    flags = apsw.SQLITE_OPEN_READONLY
    connection = apsw.Connection(str(path), flags=flags, statementcachesize=_STATEMENTS)
    connection.set_busy_timeout(_BUSY_MS)
    connection.execute(_READER)
    return connection
