"""Inspects a ledger's file from outside: whether it can be read, is consistent, and leads to the
signed heads. It changes nothing, and works while a service has the file open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from events.errors import ReadModelError
from events.tlog.merkle import HASH_SIZE, TreeHead
from events.tlog.proof import root_at
from events.tlog.tile import FULL, tile_at
from projections.ledger.edge import root_of
from projections.ledger.file import LEDGER
from projections.storage.database import open_reader

__all__ = ["LedgerInspection", "UnreadableLedger", "inspect_ledger"]


class UnreadableLedger(ReadModelError):
    """The file exists but cannot be read."""


class LedgerInspection(NamedTuple):
    """The id of the ledger's log, the number of its timelines, and its faults in words."""

    log: str
    timelines: int
    faults: tuple[str, ...]


def inspect_ledger(folder: Path, signed: Mapping[str, TreeHead]) -> LedgerInspection | None:
    """Inspect the ledger in `folder`; None if there is none yet. Every tile is checked against
    those below it, and each timeline against its signed head. Raises UnreadableLedger."""
    path = folder / LEDGER
    if not path.exists():
        return None
    try:
        connection = open_reader(path)
        try:
            connection.execute("BEGIN")  # a consistent view, even while it grows
            return _inspected(connection, signed)
        finally:
            connection.close()
    except apsw.Error as error:
        raise UnreadableLedger(f"{path} cannot be read: {error}.") from error


def _inspected(connection: apsw.Connection, signed: Mapping[str, TreeHead]) -> LedgerInspection:
    faults = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)") if row[0] != "ok"]
    row = connection.execute("SELECT value FROM meta WHERE name = 'log'").fetchone()
    log = str(row[0]).partition(" ")[0] if row else ""
    query = "SELECT tl, name, size, wrong_at, reason FROM timelines ORDER BY name"
    rows: list[Any] = connection.execute(query).fetchall()
    for tl, name, size, wrong_at, reason in rows:
        if wrong_at is not None:
            faults.append(f"revision {wrong_at} of {name!r} {reason}")
        faults += _faults(_Tiles(connection, tl), name, size, signed.get(name))
    return LedgerInspection(log, len(rows), tuple(faults))


class _Tiles:
    """The tiles of one timeline."""

    def __init__(self, connection: apsw.Connection, tl: int) -> None:
        self._connection = connection
        self._tl = tl

    def hashes(self, level: int, tile: int) -> bytes:
        query = "SELECT hashes FROM tiles WHERE tl = ? AND level = ? AND tile = ?"
        row = self._connection.execute(query, (self._tl, level, tile)).fetchone()
        return bytes(row[0]) if row else b""

    def node(self, level: int, index: int) -> bytes:
        tile_level, tile, first, end = tile_at(level, index)
        return root_of(self.hashes(tile_level, tile)[first * HASH_SIZE : end * HASH_SIZE])


def _faults(tiles: _Tiles, name: str, size: int, head: TreeHead | None) -> Iterator[str]:
    """The timeline's first fault, if it has one."""
    if not _fits(tiles, size):
        yield f"the tiles of {name!r} do not fit together"
    elif head is not None and 0 < head.size <= size and root_at(head.size, tiles.node) != head.root:
        yield f"{name!r} does not lead to the head of {head.size} events that was signed"


def _fits(tiles: _Tiles, size: int) -> bool:
    """Whether no leaf is missing, and each tile above has the roots of the full tiles below."""
    level, count, due = 0, size, None
    while count:
        roots = bytearray()
        for tile in range(-(-count // FULL)):
            width = min(FULL, count - tile * FULL) * HASH_SIZE
            kept = tiles.hashes(level, tile)[:width]
            begin = tile * FULL * HASH_SIZE
            if len(kept) < width or (due is not None and kept != due[begin : begin + width]):
                return False
            if width == FULL * HASH_SIZE:
                roots += root_of(kept)
        level, count, due = level + 1, count // FULL, bytes(roots)
    return True
