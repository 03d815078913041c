"""The file of the ledger, and its tables."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import apsw

from events.errors import LogReplaced
from events.log import Identity
from projections.database import open_writer

__all__ = ["LEDGER", "open_ledger"]

LEDGER: Final = "ledger.sqlite3"

_SCHEMA: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- How far each partition was read; header is the SHA-256 of the last event's header.
CREATE TABLE positions (
  partition INTEGER PRIMARY KEY, position INTEGER NOT NULL, header BLOB NOT NULL
) STRICT;

-- held is the size below which nothing is cut off; wrong_at the first revision at which the log,
-- as it was read last, does not go on from what is kept.
CREATE TABLE timelines (
  tl INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partition INTEGER NOT NULL,
  size INTEGER NOT NULL, held INTEGER NOT NULL, wrong_at INTEGER, reason TEXT
) STRICT;
CREATE INDEX timelines_wrong ON timelines (tl) WHERE wrong_at IS NOT NULL;

-- hashes are up to 256 of 32 bytes: of leaves on level 0, of full tiles of the level below else.
CREATE TABLE tiles (
  tl INTEGER, level INTEGER, tile INTEGER, hashes BLOB NOT NULL, PRIMARY KEY (tl, level, tile)
) STRICT;
"""


def open_ledger(folder: Path, identity: Identity) -> apsw.Connection:
    """The one connection to the ledger of this log in `folder`, which is there; the file is made
    where it is missing. Raises `LogReplaced` where it is another log's: evidence is not dropped
    unasked."""
    connection = open_writer(folder / LEDGER)
    wanted = f"{identity.id} {identity.partitions}"
    if connection.table_exists(None, "meta"):
        row = connection.execute("SELECT value FROM meta WHERE name = 'log'").fetchone()
        if row != (wanted,):
            connection.close()
            raise LogReplaced(
                f"{folder / LEDGER} is the ledger of another log. Put that log back; or, to go on "
                "with this one, move the file away, and keep it."
            )
        return connection
    with connection:
        connection.execute(_SCHEMA)
        connection.execute("INSERT INTO meta (name, value) VALUES ('log', ?)", (wanted,))
    return connection
