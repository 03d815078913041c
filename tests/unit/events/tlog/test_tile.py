"""Coordinates of tiles, and entry bundles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.tlog.tile import (
    ENTRIES,
    FULL,
    Tile,
    bundle_of,
    parse_tile_path,
    read_bundle,
    tile_at,
    tile_path,
    tiles_of,
    width_at,
)
from tests.rows import each_row

TILES = st.builds(
    Tile, st.sampled_from([ENTRIES, 0, 1, 7]), st.integers(0, 2**55), st.integers(1, FULL)
)


@given(TILES)
def test_a_path_names_the_tile_that_it_was_made_of(tile: Tile) -> None:
    """Reading a tile's path gives the tile."""
    assert parse_tile_path(tile_path(tile)) == tile


def test_paths_are_those_of_the_standard() -> None:
    """The examples of tlog-tiles come out as it writes them."""
    assert tile_path(Tile(0, 1234067)) == "0/x001/x234/067"
    assert tile_path(Tile(1, 3, 5)) == "1/003.p/5"
    assert tile_path(Tile(ENTRIES, 0, 255)) == "entries/000.p/255"


@each_row(
    "path",
    ["", "0", "0/0", "0/x000/067", "00/000", "64/000", "0/000.p/0", "0/000.p/256", "0/000.p/01",
     "0/000/001", "0/x001", "0/000.p/-1", "data/000", "0/٠٠٠", "0/000\n", "0/000.p/256/"],
)  # fmt: skip
def test_a_second_spelling_names_no_tile(path: str) -> None:
    """Each tile has one path."""
    assert parse_tile_path(path) is None


@given(st.integers(0, 10**6))
def test_the_tiles_of_a_size_hold_all_its_hashes(size: int) -> None:
    """The widths of a level's tiles add up to the complete subtrees of that level."""
    widths: dict[int, int] = {}
    for tile in tiles_of(size):
        assert tile.width == width_at(tile.level, tile.number, size)
        widths[tile.level] = widths.get(tile.level, 0) + tile.width
    assert widths == {level: size >> 8 * level for level in range(8) if size >> 8 * level}
    assert width_at(ENTRIES, 0, size) == min(size, FULL)


@given(st.integers(0, 40), st.integers(0, 2**30))
def test_a_node_lies_in_one_tile(level: int, index: int) -> None:
    """A node's hashes lie inside one tile, and cover the node's own leaves."""
    tile_level, tile_index, first, end = tile_at(level, index)
    assert 0 <= first < end <= FULL
    assert (tile_index * FULL + first) << 8 * tile_level == index << level
    assert (end - first) << 8 * tile_level == 1 << level


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    """Entries come out as they went in; a bundle cut inside one is refused."""
    bundle = bundle_of(entries)
    assert read_bundle(bundle) == entries
    if entries:
        with pytest.raises(ValueError, match="inside"):
            read_bundle(bundle[:-1])


def test_too_long_an_entry_is_refused() -> None:
    """An entry's length must fit into two bytes."""
    assert read_bundle(bundle_of([bytes(65_535)])) == [bytes(65_535)]
    with pytest.raises(ValueError, match="does not fit"):
        bundle_of([bytes(65_536)])
