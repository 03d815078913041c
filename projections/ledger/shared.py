"""The ledger's tables for processes that only read, while another process keeps the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import apsw

from events.errors import Damaged
from projections.ledger.file import LEDGER
from projections.ledger.tables import LedgerTables
from projections.storage.database import open_reader

__all__ = ["SharedTables"]

_IS_MADE = "SELECT 1 FROM sqlite_schema WHERE name = 'timelines'"


class SharedTables(LedgerTables):
    """Reads the file in `folder`, and switches when another file takes its place. `doubt` is called
    with a timeline whose rows are inconsistent, or "" if the file is damaged, so that the process
    that writes the file repairs it."""

    def __init__(self, folder: Path, doubt: Callable[[str], None]) -> None:
        self._path = folder / LEDGER
        self._doubt = doubt
        self.is_damaged = False
        self.suspects = set()
        self.on_damage = lambda: doubt("")
        self._file: tuple[int, int] | None = None
        self._open: apsw.Connection | None = None

    @property
    def connection(self) -> apsw.Connection:  # type: ignore[override]  # - it is another one by and by
        """A connection to the current file. Raises Damaged if none can be opened."""
        try:
            found = self._path.stat()
            file = (found.st_dev, found.st_ino)
            if self._open is None or file != self._file:
                self.close()
                self._open, self._file = open_reader(self._path), file
                if not self._open.execute(_IS_MADE).fetchone():
                    self.close()
                    raise Damaged("The ledger is just being made.")
        except OSError as error:
            raise Damaged(f"The ledger is not there: {error}.") from error
        except apsw.Error as error:
            self.on_damage()
            raise Damaged(f"The ledger cannot be opened: {error}.") from error
        return self._open

    def suspect(self, timeline: str) -> Damaged:
        self._doubt(timeline)
        return Damaged(f"The ledger is damaged in {timeline!r}.")

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
