"""The file of the ledger, and its tables."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import apsw
import structlog

from events.errors import LogReplaced, ReadModelError
from events.log.contract import Identity
from projections.storage.database import COMPANIONS, remove
from projections.storage.files.log_file import (
    LogFileKind,
    OfAnotherLog,
    UnusableFile,
    open_log_file,
)

__all__ = ["ASIDE", "LEDGER", "drop_aside", "open_ledger", "set_aside"]

LEDGER: Final = "ledger.sqlite3"
ASIDE: Final = "ledger.damaged.sqlite3"
"""The name under which a damaged ledger is kept."""

_log = structlog.get_logger(__name__)

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


_KIND: Final = LogFileKind("ledger", _SCHEMA, "tiles")


def open_ledger(folder: Path, identity: Identity) -> apsw.Connection:
    """Open the only connection to the ledger of this log in `folder`, which must exist. A missing
    file is created, a damaged one replaced. Raises `LogReplaced` if the ledger is another log's,
    because evidence is never dropped automatically, and `ReadModelError` if the file cannot be
    created."""
    try:
        try:
            return _opened(folder, identity)
        except UnusableFile as reason:
            _log.error(f"the ledger {reason}: it is built from the log again", kept=str(ASIDE))
            set_aside(folder)
            return _opened(folder, identity)
    except (OSError, apsw.Error, UnusableFile) as error:
        raise ReadModelError(
            f"The ledger {folder / LEDGER} cannot be opened: {error}. Look at the folder's disk, "
            "its owner and its mode: the service makes the file from the log where it can."
        ) from error


def set_aside(folder: Path) -> None:
    """Rename the damaged file, replacing one that was kept before. It contains only hashes; if the
    log was tampered with too, they may show where. Raises OSError."""
    drop_aside(folder)
    for companion in COMPANIONS:
        found = folder / f"{LEDGER}{companion}"
        if found.exists() or found.is_symlink():
            found.rename(folder / f"{ASIDE}{companion}")


def drop_aside(folder: Path) -> None:
    """Remove the damaged file that was kept. Raises OSError."""
    remove(folder / ASIDE)


def _opened(folder: Path, identity: Identity) -> apsw.Connection:
    """Open the file. Raises UnusableFile if it cannot be used, and LogReplaced."""
    path = folder / LEDGER
    try:
        return open_log_file(path, identity, _KIND)
    except OfAnotherLog as error:
        raise LogReplaced(
            f"{path} is the ledger of another log. Put that log back; or, to go on with this one, "
            "move the file away, and keep it."
        ) from error
