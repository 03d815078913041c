"""The right edge of a timeline's tree, cut into tiles: where leaves are added.

Of each level that is a multiple of 8 the tile that is not full is kept; a tile that fills up is
handed out for ever, and its root is added to the level above.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from events.merkle import HASH_SIZE
from events.tile import FULL

__all__ = ["TILE_BYTES", "TileEdge", "root_of"]

TILE_BYTES: Final = FULL * HASH_SIZE


class TileEdge:
    """A tree of `size` leaves, taken up from its `partial` tiles, lowest level first; all levels
    that have hashes are there, and an empty one where the tile before it is just full."""

    def __init__(self, size: int = 0, partial: Sequence[bytes] = ()) -> None:
        self.size = size
        self.partial = [bytearray(tile) for tile in partial]

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Adds a leaf by its hash; level, index and hashes of each tile that it made full."""
        self.size += 1
        full: list[tuple[int, int, bytes]] = []
        found, level = leaf, 0
        while True:
            if level == len(self.partial):
                self.partial.append(bytearray())
            tile = self.partial[level]
            tile += found
            if len(tile) < TILE_BYTES:
                return full
            hashes = bytes(tile)
            tile.clear()
            full.append((level, (self.size >> 8 * level + 8) - 1, hashes))
            found, level = root_of(hashes), level + 1


def root_of(hashes: bytes) -> bytes:
    """The root over hashes that lie one behind another; their number is a power of two."""
    while len(hashes) > HASH_SIZE:
        hashes = b"".join(
            sha256(b"\1" + hashes[at : at + 2 * HASH_SIZE]).digest()
            for at in range(0, len(hashes), 2 * HASH_SIZE)
        )
    return hashes
