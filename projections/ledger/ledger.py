"""The ledger: the leaf hashes of every timeline, as the tiles of its Merkle tree, in a file of its
own that no rebuild drops.

It normally only grows. If the log lost events, their leaves may be cut off, unless a checkpoint was
signed for them; leaves below a timeline's `held` size are never cut off. A leaf, the tiles that it
fills and the position that was read are committed together: after a crash the ledger is consistent
with its position, and the rest is read from the log again. Losing or damaging the file does only
one harm: if the log was tampered with, the ledger cannot show the first revision that differs until
it is rebuilt. Therefore the ledger is believed against the log only about a leaf that is proved
under a signed root (`projections.ledger.proofs`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from events.errors import Damaged
from events.log.contract import Identity
from events.tlog.merkle import HASH_SIZE
from events.tlog.proof import ReadNode, root_at
from events.tlog.tile import FULL, tile_at
from projections.ledger.divergences import Divergences
from projections.ledger.edge import TileEdge, root_of
from projections.ledger.tables import LedgerTables

__all__ = ["Ledger"]

_EDGES: Final = 256
"""The number of timelines whose edges stay in memory; each takes some kilobytes."""


class Ledger:
    """Owns the file; made by `open`. It is used by one thread only. Sizes and revisions count
    leaves: the leaf of revision r has the index r − 1. Every method that reads raises `Damaged` if
    the file is damaged; `tables` then knows what must be repaired."""

    def __init__(self, tables: LedgerTables) -> None:
        self.tables = tables
        self.divergences = Divergences(tables)
        self._edges: dict[str, tuple[int, TileEdge]] = {}
        self._grown: set[str] = set()

    @classmethod
    def open(cls, folder: Path, identity: Identity) -> Ledger:
        """Open the ledger of this log in `folder`, which must exist; a damaged file is renamed and
        kept. Raises `LogReplaced` if the file is another log's, and `ReadModelError` if the file
        cannot be created."""
        return cls(LedgerTables(folder, identity))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything that the block writes, or nothing. The block must not await."""
        try:
            with self.tables.guarded(), self.tables.connection:
                yield
                for name in self._grown:
                    self._save(*self._edges[name])
        except BaseException:
            self._edges.clear()
            raise
        finally:
            self._grown.clear()
        if len(self._edges) > _EDGES:
            self._edges.clear()

    def position(self, partition: int) -> tuple[int, bytes]:
        """The last position that was read, 0 for none, and the SHA-256 of its header."""
        row = self.tables.one(
            "SELECT position, header FROM positions WHERE partition = ?", partition
        )
        return (int(row[0]), bytes(row[1])) if row else (0, b"")

    def save_position(self, partition: int, position: int, header: bytes) -> None:
        """Within a transaction: save that everything up to `position`, which has this header, was
        read."""
        self.tables.all(
            "INSERT OR REPLACE INTO positions (partition, position, header) VALUES (?, ?, ?)",
            partition,
            position,
            sha256(header).digest(),
        )

    def append(self, timeline: str, partition: int, leaves: bytes) -> None:
        """Within a transaction: add the hashes of the next leaves, concatenated."""
        found = self._edges.get(timeline)
        if found is None:
            found = self._edges[timeline] = self._take_up(timeline, partition)
        tl, edge = found
        self._grown.add(timeline)
        for level, tile, hashes in edge.append(leaves):
            self.tables.put_tile(tl, level, tile, hashes)

    def size(self, timeline: str) -> int:
        """The number of leaves that the ledger keeps of the timeline, from its first revision
        on."""
        found = self._edges.get(timeline)
        if found is not None:
            return found[1].size
        row = self.tables.row(timeline)
        return row.size if row else 0

    def held(self, timeline: str) -> int:
        """The size below which no leaf is cut off."""
        row = self.tables.row(timeline)
        return row.held if row else 0

    def hold(self, timeline: str, size: int) -> None:
        """Never cut off leaves below `size` from now on. Raises ValueError if the ledger keeps
        fewer."""
        if size > self.size(timeline):
            raise ValueError(f"{timeline!r} has no {size} leaves to hold")
        self.tables.all("UPDATE timelines SET held = max(held, ?) WHERE name = ?", size, timeline)

    def holds(self) -> list[tuple[str, int]]:
        """The timelines with held leaves, each with the held size."""
        return [(*row,) for row in self.tables.all("SELECT name, held FROM timelines WHERE held")]

    def cut_back(self, timeline: str, size: int) -> None:
        """Within a transaction: drop the leaves after the first `size`, because the log has other
        ones or none there. Raises ValueError if `size` is below the held size."""
        row = self.tables.row(timeline)
        if row is None or size >= row.size:
            return
        if size < row.held:
            raise ValueError(f"{timeline!r} is held at {row.held}, and cannot be cut to {size}")
        if timeline in self._grown:
            raise ValueError(f"{timeline!r} is both grown and cut in one transaction")
        self._edges.pop(timeline, None)
        for level in range(8):
            full, rest = divmod(size >> 8 * level, FULL)
            self.tables.all(
                "DELETE FROM tiles WHERE tl = ? AND level = ? AND tile >= ?",
                row.tl,
                level,
                full + (rest > 0),
            )
            if rest:
                kept = self.tables.tile(row.tl, level, full)[: rest * HASH_SIZE]
                self.tables.put_tile(row.tl, level, full, kept)
        self.tables.all("UPDATE timelines SET size = ? WHERE tl = ?", size, row.tl)

    def timelines(self, partition: int) -> list[tuple[str, int]]:
        """The timelines of a partition with their sizes."""
        rows = self.tables.all(
            "SELECT name, size FROM timelines WHERE partition = ? ORDER BY name", partition
        )
        return [(str(name), int(size)) for name, size in rows]

    def hashes(self, timeline: str, level: int, tile: int, width: int = FULL) -> bytes | None:
        """The first `width` hashes of a tile, concatenated, or None if it has fewer."""
        row = self.tables.row(timeline)
        found = self.tables.tile(row.tl, level, tile) if row else b""
        wanted = width * HASH_SIZE
        return found[:wanted] if 0 < wanted <= len(found) else None

    def nodes(self, timeline: str) -> ReadNode:
        """A function that reads the hash of a complete subtree, for proofs and roots. It raises
        LookupError if the hash is not kept."""
        row = self.tables.row(timeline)

        def read(level: int, index: int) -> bytes:
            tile_level, tile, first, end = tile_at(level, index)
            kept = self.tables.tile(row.tl, tile_level, tile) if row else b""
            if end * HASH_SIZE > len(kept):
                if row and index + 1 << level <= row.size:
                    raise self.tables.suspect(timeline)
                raise LookupError(f"{timeline!r} has no node {index} on level {level}")
            return root_of(kept[first * HASH_SIZE : end * HASH_SIZE])

        return read

    def leaf(self, timeline: str, revision: int) -> bytes:
        """The leaf hash of a revision. Raises LookupError if it is not kept."""
        return self.nodes(timeline)(0, revision - 1)

    def leaves(self, timeline: str, revision: int) -> bytes:
        """The leaf hashes from the revision to the end of its tile, concatenated; empty if the
        first of them is missing or cannot be read."""
        tile, first = divmod(revision - 1, FULL)
        try:
            row = self.tables.row(timeline)
            if row is None or revision > row.size:
                return b""
            hashes = self.tables.tile(row.tl, 0, tile)
            if len(hashes) < min(row.size - tile * FULL, FULL) * HASH_SIZE:
                raise self.tables.suspect(timeline)
        except Damaged:
            return b""
        return hashes[first * HASH_SIZE :]

    def root(self, timeline: str, size: int) -> bytes:
        """The root of the first `size` leaves. Raises LookupError if fewer are kept."""
        return root_at(size, self.nodes(timeline))

    def close(self) -> None:
        """Close the file. Closing twice is harmless."""
        self.tables.close()

    def renew(self) -> None:
        """Start with an empty file. The damaged one is renamed and kept."""
        self._edges.clear()
        self.tables.renew()

    def forget(self, timeline: str) -> None:
        """Drop the leaves of the timeline, so that they are read from the log again."""
        self._edges.pop(timeline, None)
        self.tables.forget(timeline)

    def _take_up(self, timeline: str, partition: int) -> tuple[int, TileEdge]:
        row = self.tables.row_of(timeline, partition)
        levels = -(-row.size.bit_length() // 8)
        partial = [self.tables.tile(row.tl, n, row.size >> 8 * n + 8) for n in range(levels)]
        if any(len(t) != (row.size >> 8 * n) % FULL * HASH_SIZE for n, t in enumerate(partial)):
            raise self.tables.suspect(timeline)
        return row.tl, TileEdge(row.size, partial)

    def _save(self, tl: int, edge: TileEdge) -> None:
        for level, hashes in enumerate(edge.partial):
            if hashes:
                tile = edge.size >> 8 * level + 8
                self.tables.put_tile(tl, level, tile, bytes(hashes))
        self.tables.all("UPDATE timelines SET size = ? WHERE tl = ?", edge.size, tl)
