"""The coordinates of C2SP tlog-tiles: a tree cut into tiles of up to 256 hashes, of height 8.

Tile N of level L holds the hashes of up to 256 nodes of the tree's level 8 · L, from node 256 · N.
A tile that is not full is *partial* and has its width in its path. Entry bundles are numbered like
the tiles of level 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

__all__ = [
    "ENTRIES",
    "FULL",
    "Tile",
    "bundle_of",
    "parse_tile_path",
    "read_bundle",
    "tile_at",
    "tile_path",
    "tiles_of",
    "width_at",
]

HEIGHT = 8
FULL = 256
ENTRIES = -1
"""The level that stands for entry bundles."""

MOST_ENTRY = 0xFFFF

_path = re.compile(
    r"(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])"
    r"/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Tile(NamedTuple):
    """One tile: its level (`ENTRIES` for a bundle of entries), its number, and how many hashes or
    entries it holds."""

    level: int
    number: int
    width: int = FULL


def tile_path(tile: Tile) -> str:
    """The tile's path below `tile/`: `0/x001/x234/067` or `entries/000.p/5`."""
    rest, last = divmod(tile.number, 1000)
    parts = [f"{last:03}"]
    while rest:
        rest, part = divmod(rest, 1000)
        parts.insert(0, f"x{part:03}")
    level = "entries" if tile.level == ENTRIES else str(tile.level)
    partial = "" if tile.width == FULL else f".p/{tile.width}"
    return f"{level}/{'/'.join(parts)}{partial}"


def parse_tile_path(path: str) -> Tile | None:
    """The tile that a path below `tile/` names, or None. Each tile has exactly one path; a path
    that is padded differently names no tile."""
    match = _path.fullmatch(path)
    if match is None:
        return None
    level = ENTRIES if match["level"] == "entries" else int(match["level"])
    index = int(match["index"].replace("x", "").replace("/", ""))
    tile = Tile(level, index, int(match["width"] or FULL))
    return tile if tile_path(tile) == path else None


def width_at(level: int, index: int, size: int) -> int:
    """How many hashes (or entries) tile `index` of `level` holds in a tree of `size` leaves: 0 if
    it does not exist."""
    count = size >> HEIGHT * max(level, 0)
    return max(0, min(FULL, count - index * FULL))


def tile_at(level: int, index: int) -> tuple[int, int, int, int]:
    """Where to find the hash of node `index` of the tree's `level`: level and index of the tile,
    and the range (first, end) of the tile's hashes that are below that node. If the level is a
    multiple of 8, the range is a single hash, the node's own."""
    tile_level, above = divmod(level, HEIGHT)
    first = index << above
    tile_index, offset = divmod(first, FULL)
    return tile_level, tile_index, offset, offset + (1 << above)


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a tree of `size` leaves, level by level, without entry bundles."""
    level = 0
    while count := size >> HEIGHT * level:
        full, rest = divmod(count, FULL)
        for index in range(full):
            yield Tile(level, index)
        if rest:
            yield Tile(level, full, rest)
        level += 1


def bundle_of(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: each entry after its length in two bytes, big-endian. Raises `ValueError`
    for an entry of more than 65,535 bytes."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MOST_ENTRY:
            raise ValueError(f"an entry of {len(entry)} bytes does not fit into a bundle")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def read_bundle(bundle: bytes) -> list[bytes]:
    """The entries of a bundle. Raises `ValueError` if it ends inside one."""
    entries = []
    at = 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if end > len(bundle) or at + 2 > len(bundle):
            raise ValueError("the bundle ends inside an entry")
        entries.append(bundle[at + 2 : end])
        at = end
    return entries
