"""The purge: removes the remains of deleted rows from a read model's files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import apsw

from projections.storage.database import open_writer

__all__ = ["Purge"]

_STEPS = 20_000
"""SQLite's steps between two checks whether to stop: well under a millisecond."""


class Purge:
    """Rewrites the files, so that no deleted text is left in the search index's segments, in free
    pages or in the write-ahead log.

    `run` may be called in another thread than the store's, because it uses connections of its own.
    Meanwhile the files can be read as usual, but must not be written to. A crash at any point loses
    no row; the next run completes the work.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._stopped = False

    def run(self) -> None:
        """Purge every file, which takes as long as writing it. Returns early after `stop`."""
        try:
            for path in self._paths:
                self._purge(path)
        except apsw.InterruptError:
            if not self._stopped:
                raise

    def stop(self) -> None:
        """Make `run` end soon; any thread may call it."""
        self._stopped = True

    def _purge(self, path: Path) -> None:
        connection = open_writer(path)
        try:
            connection.set_progress_handler(lambda: self._stopped, _STEPS)
            connection.execute("INSERT INTO search (search) VALUES ('optimize')")
            connection.execute("VACUUM")
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        finally:
            connection.close()
