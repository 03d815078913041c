"""The right edge of a timeline's tree, cut into tiles: where leaves are added.

For each level that is a multiple of 8 the last, incomplete tile is kept. A tile that becomes full
is returned once and never changes again; its root is added to the level above.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final

from events.tlog.merkle import HASH_SIZE
from events.tlog.tile import FULL

__all__ = ["TILE_BYTES", "TileEdge", "root_of"]

TILE_BYTES: Final = FULL * HASH_SIZE


class TileEdge:
    """The edge of a tree of `size` leaves, continued from its `partial` tiles, lowest level first.
    Every level that has hashes is included, with an empty tile if the one before is exactly
    full."""

    def __init__(self, size: int = 0, partial: Sequence[bytes] = ()) -> None:
        self.size = size
        self.partial = [bytearray(tile) for tile in partial]

    def append(self, leaves: bytes) -> list[tuple[int, int, bytes]]:
        """Add leaves by their hashes, concatenated. Returns level, index and hashes of each tile
        that was completed."""
        full: list[tuple[int, int, bytes]] = []
        while leaves:
            room = TILE_BYTES - len(self.partial[0]) if self.partial else TILE_BYTES
            some, leaves = leaves[:room], leaves[room:]
            self.size += len(some) // HASH_SIZE
            full += self._add(some)
        return full

    def _add(self, found: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add at most as many hashes to the lowest level as fill its tile. Yields each completed
        tile."""
        level = 0
        while True:
            if level == len(self.partial):
                self.partial.append(bytearray())
            tile = self.partial[level]
            tile += found
            if len(tile) < TILE_BYTES:
                return
            hashes = bytes(tile)
            tile.clear()
            yield level, (self.size >> 8 * level + 8) - 1, hashes
            found, level = root_of(hashes), level + 1


def root_of(hashes: bytes) -> bytes:
    """The root over concatenated hashes; their number must be a power of two."""
    while len(hashes) > HASH_SIZE:
        hashes = b"".join(
            sha256(b"\1" + hashes[at : at + 2 * HASH_SIZE]).digest()
            for at in range(0, len(hashes), 2 * HASH_SIZE)
        )
    return hashes
