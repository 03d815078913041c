"""The ledger: the leaf hashes of every timeline, as the tiles of its Merkle tree, in a file of its
own that no rebuild drops.

It grows only. What no checkpoint was signed for yet may be cut off, where the log lost it; what
lies below a timeline's `held` size, never. A leaf, the tiles that it fills and the position that
was read are committed together: after a crash the ledger is true of its position, and what is
missing is read from the log again. The file can be lost without harm but one: until it is read
anew, it cannot tell which revision of a log that was tampered with is the first that differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import apsw

from events.log import Identity
from events.merkle import HASH_SIZE
from events.proof import ReadNode, root_at
from events.tile import FULL, tile_at
from projections.ledger_file import open_ledger
from projections.tile_edge import TileEdge, root_of

__all__ = ["Fault", "Ledger"]

_EDGES: Final = 256
"""Timelines whose edge stays in memory: some kilobytes each."""

_TILE: Final = "SELECT hashes FROM tiles WHERE tl = ? AND level = ? AND tile = ?"
_PUT: Final = "INSERT OR REPLACE INTO tiles (tl, level, tile, hashes) VALUES (?, ?, ?, ?)"


class Fault(NamedTuple):
    """The first revision at which the log does not go on from what the ledger keeps of it."""

    timeline: str
    revision: int
    reason: str


class _Row(NamedTuple):
    tl: int
    size: int
    held: int


class Ledger:
    """Owns the file; made by `open`. All is done by one thread. Sizes and revisions count leaves:
    the leaf of revision r has the index r − 1."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._edges: dict[str, tuple[int, TileEdge]] = {}
        self._grown: set[str] = set()

    @classmethod
    def open(cls, folder: Path, identity: Identity) -> Ledger:
        """The ledger of this log in `folder`, which is there. Raises `LogReplaced` where the file
        is another log's: evidence is not dropped unasked."""
        return cls(open_ledger(folder, identity))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What happens within is kept whole or not at all; nothing is awaited meanwhile."""
        try:
            with self._connection:
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
        row = self._one("SELECT position, header FROM positions WHERE partition = ?", partition)
        return (int(row[0]), bytes(row[1])) if row else (0, b"")

    def save_position(self, partition: int, position: int, header: bytes) -> None:
        """Within a transaction: all up to `position`, whose header is given, was read."""
        self._connection.execute(
            "INSERT OR REPLACE INTO positions (partition, position, header) VALUES (?, ?, ?)",
            (partition, position, sha256(header).digest()),
        )

    def append(self, timeline: str, partition: int, leaf: bytes) -> None:
        """Within a transaction: add the hash of the next leaf."""
        found = self._edges.get(timeline)
        if found is None:
            found = self._edges[timeline] = self._take_up(timeline, partition)
        tl, edge = found
        self._grown.add(timeline)
        for level, tile, hashes in edge.append(leaf):
            self._connection.execute(_PUT, (tl, level, tile, hashes))

    def size(self, timeline: str) -> int:
        """How many leaves are kept of the timeline, from its first revision on."""
        found = self._edges.get(timeline)
        if found is not None:
            return found[1].size
        row = self._row(timeline)
        return row.size if row else 0

    def held(self, timeline: str) -> int:
        """The size below which nothing is cut off."""
        row = self._row(timeline)
        return row.held if row else 0

    def hold(self, timeline: str, size: int) -> None:
        """From now on nothing below `size`, which is kept, is ever cut off. ValueError where it
        is not kept."""
        if size > self.size(timeline):
            raise ValueError(f"{timeline!r} has no {size} leaves to hold")
        self._connection.execute(
            "UPDATE timelines SET held = max(held, ?) WHERE name = ?", (size, timeline)
        )

    def cut_back(self, timeline: str, size: int) -> None:
        """Within a transaction: forget the leaves behind the first `size`, of which the log has
        others or none. ValueError below the size that is held."""
        row = self._row(timeline)
        if row is None or size >= row.size:
            return
        if size < row.held:
            raise ValueError(f"{timeline!r} is held at {row.held}, and cannot be cut to {size}")
        if timeline in self._grown:
            raise ValueError(f"{timeline!r} is both grown and cut in one transaction")
        self._edges.pop(timeline, None)
        for level in range(8):
            full, rest = divmod(size >> 8 * level, FULL)
            self._connection.execute(
                "DELETE FROM tiles WHERE tl = ? AND level = ? AND tile >= ?",
                (row.tl, level, full + (rest > 0)),
            )
            if rest:
                self._connection.execute(
                    "UPDATE tiles SET hashes = substr(hashes, 1, ?) "
                    "WHERE tl = ? AND level = ? AND tile = ?",
                    (rest * HASH_SIZE, row.tl, level, full),
                )
        self._connection.execute("UPDATE timelines SET size = ? WHERE tl = ?", (size, row.tl))

    def faults(self) -> list[Fault]:
        """Where the log, as it was read last, does not go on from what is kept."""
        rows = self._connection.execute(
            "SELECT name, wrong_at, reason FROM timelines WHERE wrong_at IS NOT NULL ORDER BY name"
        )
        return [Fault(*row) for row in rows]

    def is_wrong(self, partition: int) -> bool:
        """Whether a timeline of the partition has a fault."""
        query = "SELECT 1 FROM timelines WHERE partition = ? AND wrong_at IS NOT NULL LIMIT 1"
        return self._one(query, partition) is not None

    def note_faults(self, partition: int, faults: Iterable[Fault], *, anew: bool) -> None:
        """Within a transaction: what was found in a partition; with `anew`, instead of what was
        found before."""
        if anew:
            self._connection.execute(
                "UPDATE timelines SET wrong_at = NULL, reason = NULL WHERE partition = ?",
                (partition,),
            )
        for name, revision, reason in faults:
            self._row_of(name, partition)
            self._connection.execute(
                "UPDATE timelines SET wrong_at = ?, reason = ? WHERE name = ?",
                (revision, reason, name),
            )

    def timelines(self, partition: int) -> list[tuple[str, int]]:
        """The timelines of a partition with their sizes."""
        rows = self._connection.execute(
            "SELECT name, size FROM timelines WHERE partition = ? ORDER BY name", (partition,)
        )
        return [(str(name), int(size)) for name, size in rows]

    def hashes(self, timeline: str, level: int, tile: int, width: int = FULL) -> bytes | None:
        """The first `width` hashes of a tile, one behind another; None where it has fewer."""
        row = self._row(timeline)
        found = self._tile(row.tl, level, tile) if row else b""
        wanted = width * HASH_SIZE
        return found[:wanted] if 0 < wanted <= len(found) else None

    def nodes(self, timeline: str) -> ReadNode:
        """What reads the hash of a complete subtree, for proofs and roots; it raises LookupError
        for one that is not kept."""
        row = self._row(timeline)

        def read(level: int, index: int) -> bytes:
            tile_level, tile, first, end = tile_at(level, index)
            kept = self._tile(row.tl, tile_level, tile) if row else b""
            if end * HASH_SIZE > len(kept):
                raise LookupError(f"{timeline!r} has no node {index} on level {level}")
            return root_of(kept[first * HASH_SIZE : end * HASH_SIZE])

        return read

    def leaf(self, timeline: str, revision: int) -> bytes:
        """The hash of the leaf of a revision; LookupError where it is not kept."""
        return self.nodes(timeline)(0, revision - 1)

    def kept(self, timeline: str, revision: int) -> bytes | None:
        """The same; None where it is not kept."""
        try:
            return self.leaf(timeline, revision)
        except LookupError:
            return None

    def root(self, timeline: str, size: int) -> bytes:
        """The root of the first `size` leaves; LookupError where not so many are kept."""
        return root_at(size, self.nodes(timeline))

    def close(self) -> None:
        """Let go of the file. Closing twice is harmless."""
        self._connection.close()

    def _take_up(self, timeline: str, partition: int) -> tuple[int, TileEdge]:
        row = self._row_of(timeline, partition)
        levels = -(-row.size.bit_length() // 8)
        partial = [self._tile(row.tl, n, row.size >> 8 * n + 8) for n in range(levels)]
        return row.tl, TileEdge(row.size, partial)

    def _save(self, tl: int, edge: TileEdge) -> None:
        for level, hashes in enumerate(edge.partial):
            if hashes:
                tile = edge.size >> 8 * level + 8
                self._connection.execute(_PUT, (tl, level, tile, bytes(hashes)))
        self._connection.execute("UPDATE timelines SET size = ? WHERE tl = ?", (edge.size, tl))

    def _row_of(self, timeline: str, partition: int) -> _Row:
        self._connection.execute(
            "INSERT OR IGNORE INTO timelines (name, partition, size, held) VALUES (?, ?, 0, 0)",
            (timeline, partition),
        )
        row = self._row(timeline)
        assert row is not None
        return row

    def _row(self, timeline: str) -> _Row | None:
        row = self._one("SELECT tl, size, held FROM timelines WHERE name = ?", timeline)
        return _Row(*row) if row else None

    def _tile(self, tl: int, level: int, tile: int) -> bytes:
        row = self._one(_TILE, tl, level, tile)
        return bytes(row[0]) if row else b""

    def _one(self, query: str, *values: object) -> Any:
        return self._connection.execute(query, values).fetchone()
