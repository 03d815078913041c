"""Connections to a read model's file: one that writes, and others that only read.

A crash leaves a consistent file: in WAL mode a commit is either complete or absent. With
`synchronous=NORMAL` a power failure may lose the last commits, but never a part of one; their
events are folded again.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import apsw

__all__ = ["COMPANIONS", "DAMAGE", "TROUBLE", "open_reader", "open_writer", "remove"]

DAMAGE = (apsw.CorruptError, apsw.NotADBError)
"""SQLite's errors for a damaged file."""

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
"""Errors that come from the file, not from the data that is written to it."""

COMPANIONS: Final = ("", "-wal", "-shm", "-journal")
"""The suffixes of the files that belong to a database file."""

_STATEMENTS = 256
"""The number of prepared statements that a connection caches."""

_BUSY_MS = 10_000
_CHECKPOINT_PAGES = 4_000
"""After this many pages (16 MiB) the writer moves the write-ahead log into the file."""

_WRITER = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -131072;
PRAGMA journal_size_limit = 67108864;
PRAGMA temp_store = MEMORY;
"""

# The pages are those of one question: a larger cache saves no processor time, and as many questions
# as are under way have one each. Readers that stay open share theirs (`CacheBudget`).
# No file is mapped: pages that a query walks through would count as memory of every process that
# reads them, and a page of statements is found as quickly without.
_READER = """
PRAGMA query_only = ON;
PRAGMA cache_size = -2048;
PRAGMA mmap_size = 0;
PRAGMA temp_store = MEMORY;
"""


def open_writer(path: Path) -> apsw.Connection:
    """The connection that folds into `path`. The file is created if it is missing."""
    connection = apsw.Connection(str(path), statementcachesize=_STATEMENTS)
    try:
        connection.set_busy_timeout(_BUSY_MS)
        connection.execute(_WRITER)
        connection.wal_autocheckpoint(_CHECKPOINT_PAGES)
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: Path) -> apsw.Connection:
    """A read-only connection to `path`, which must exist."""
    flags = apsw.SQLITE_OPEN_READONLY
    connection = apsw.Connection(str(path), flags=flags, statementcachesize=_STATEMENTS)
    try:
        connection.set_busy_timeout(_BUSY_MS)
        connection.execute(_READER)
    except BaseException:
        connection.close()
        raise
    return connection


def remove(path: Path) -> None:
    """Remove a file and its companions; a folder with one of these names is removed too. Raises
    OSError."""
    for companion in COMPANIONS:
        found = path.with_name(f"{path.name}{companion}")
        if found.is_dir() and not found.is_symlink():
            shutil.rmtree(found)
        else:
            found.unlink(missing_ok=True)
