"""The tables of the ledger: its only connection, and what happens if the file is damaged.

A file that cannot be read is renamed, and an empty one takes its place. If the file can be read but
a timeline's rows are inconsistent, that timeline alone is *suspect*. Readers only note either case;
the writer repairs it (`projections.ledger.writer`), so the file is never replaced while somebody is
using it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from events.errors import Damaged
from events.log.contract import Identity
from projections.ledger.file import drop_aside, open_ledger, set_aside
from projections.storage.database import DAMAGE

__all__ = ["LedgerTables", "TimelineRow"]

_TILE = "SELECT hashes FROM tiles WHERE tl = ? AND level = ? AND tile = ?"
_PUT = "INSERT OR REPLACE INTO tiles (tl, level, tile, hashes) VALUES (?, ?, ?, ?)"


class TimelineRow(NamedTuple):
    """A timeline's row: its key, how many leaves are kept, and the size below which none is cut
    off."""

    tl: int
    size: int
    held: int


class LedgerTables:
    """The ledger of this log in `folder`, which must exist. `on_damage` is called when the file
    proves to be damaged or a timeline suspect; `on_mended` with the timeline that was dropped, or
    None if all were; `generation` counts the drops."""

    def __init__(self, folder: Path, identity: Identity) -> None:
        self._folder = folder
        self._identity = identity
        self.connection = open_ledger(folder, identity)
        self.is_damaged = False
        self.suspects: set[str] = set()
        self.generation = 0
        self.on_damage: Callable[[], None] = lambda: None
        self.on_mended: Callable[[str | None], None] = lambda _: None

    @property
    def is_new(self) -> bool:
        """Whether no event was read into it yet."""
        return self.one("SELECT 1 FROM positions LIMIT 1") is None

    def all(self, query: str, *values: object) -> list[Any]:
        """All rows. Raises Damaged, like every method here."""
        with self.guarded():
            return self.connection.execute(query, values).fetchall()

    def one(self, query: str, *values: object) -> Any:
        """The first row, or None."""
        rows = self.all(query, *values)
        return rows[0] if rows else None

    def row(self, timeline: str) -> TimelineRow | None:
        found = self.one("SELECT tl, size, held FROM timelines WHERE name = ?", timeline)
        return TimelineRow(*found) if found else None

    def row_of(self, timeline: str, partition: int) -> TimelineRow:
        """The row of a timeline; it is created if it is missing."""
        self.all(
            "INSERT OR IGNORE INTO timelines (name, partition, size, held) VALUES (?, ?, 0, 0)",
            timeline,
            partition,
        )
        row = self.row(timeline)
        assert row is not None
        return row

    def tile(self, tl: int, level: int, tile: int) -> bytes:
        """The hashes of a tile, concatenated; empty if there is no such tile."""
        row = self.one(_TILE, tl, level, tile)
        return bytes(row[0]) if row else b""

    def put_tile(self, tl: int, level: int, tile: int, hashes: bytes) -> None:
        self.all(_PUT, tl, level, tile, hashes)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Note SQLite's errors about a damaged file, and raise them as Damaged."""
        try:
            yield
        except DAMAGE as error:
            self.is_damaged = True
            self.on_damage()
            raise Damaged(f"The ledger is damaged: {error}.") from error

    def suspect(self, timeline: str) -> Damaged:
        """Note that the timeline's rows are inconsistent, so that the timeline is read from the log
        again. Returns the error for the caller to raise."""
        self.suspects.add(timeline)
        self.on_damage()
        return Damaged(f"The ledger is damaged in {timeline!r}.")

    def doubt(self, timeline: str) -> None:
        """Note that another process found the timeline's rows inconsistent, or with "" the whole
        file damaged."""
        if timeline:
            self.suspects.add(timeline)
        else:
            self.is_damaged = True
        self.on_damage()

    def renew(self) -> None:
        """Rename the file and start an empty one. Raises OSError and SQLite's errors."""
        self.close()
        set_aside(self._folder)
        self.connection = open_ledger(self._folder, self._identity)
        self.is_damaged = False
        self.suspects.clear()
        self.generation += 1
        self.on_mended(None)

    def forget(self, timeline: str) -> None:
        """Drop all leaves of a timeline, held or not."""
        with self.guarded(), self.connection:
            row = self.row(timeline)
            if row is not None:
                self.all("DELETE FROM tiles WHERE tl = ?", row.tl)
                self.all(
                    "UPDATE timelines SET size = 0, held = 0, wrong_at = NULL, reason = NULL "
                    "WHERE tl = ?",
                    row.tl,
                )
        self.suspects.discard(timeline)
        self.generation += 1
        self.on_mended(timeline)

    def drop_aside(self) -> None:
        """Remove the damaged file that was kept, because it is no longer needed as evidence."""
        drop_aside(self._folder)

    def close(self) -> None:
        """Close the file. Closing twice is harmless."""
        self.connection.close()
