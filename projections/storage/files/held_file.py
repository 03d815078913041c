"""Copies an SQLite file consistently while another process may be writing to it.

While a reader's transaction is open, the write-ahead log is not restarted, and nothing newer than
what the reader sees is moved into the file. So copies of the file and its log that are made during
the transaction form a consistent database of that moment or of a later one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import apsw

from events.errors import OnrecordError

__all__ = ["UnreadableFile", "held_still"]

_BUSY_MS: Final = 10_000


class UnreadableFile(OnrecordError):
    """A database cannot be read."""


@contextmanager
def held_still(path: Path) -> Iterator[Sequence[Path]]:
    """The files to copy before the block ends, in this order. Raises UnreadableFile."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        connection.set_busy_timeout(_BUSY_MS)
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)  # a copy changes nothing
    except apsw.Error as error:
        raise UnreadableFile(f"{path} cannot be read ({error}).") from error
    try:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        log = path.with_name(f"{path.name}-wal")
        yield (path, log) if log.exists() else (path,)
    except apsw.Error as error:
        raise UnreadableFile(f"{path} cannot be read ({error}).") from error
    finally:
        connection.close()
