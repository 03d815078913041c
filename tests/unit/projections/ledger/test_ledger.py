from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import LogReplaced
from events.tlog.merkle import leaf_hash, node_hash
from events.tlog.proof import inclusion_proof, verify_inclusion
from events.tlog.tile import FULL, tiles_of
from projections.ledger.divergences import Divergence
from projections.ledger.ledger import Ledger
from tests.histories import IDENTITY
from tests.searches import examples

LEAVES = [leaf_hash(b"%d" % n) for n in range(70_000)]


def naive_root(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962, 2.1, writes it."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(naive_root(leaves[:middle]), naive_root(leaves[middle:]))


def add(ledger: Ledger, leaves: list[bytes], timeline: str = "kursk") -> None:
    with ledger.transaction():
        ledger.append(timeline, 0, b"".join(leaves))


def fail_half_way(ledger: Ledger) -> None:
    with ledger.transaction():
        for leaf in LEAVES[300:900]:
            ledger.append("kursk", 0, leaf)
        ledger.save_position(0, 900, b"header")
        raise KeyError


def reopened(folder: Path) -> Ledger:
    return Ledger.open(folder, IDENTITY)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(tmp_path, IDENTITY)
    yield opened
    opened.close()


@examples(1 / 2)
@given(st.lists(st.integers(0, 300), max_size=6), st.integers(0, 1000), st.integers(0, 300))
def test_tree_is_the_naive_one_however_it_grew(batches: list[int], cut: int, more: int) -> None:
    """Grown in batches, closed between them, cut back and grown with other leaves, its root of
    every size asked for is the recursion's."""
    with TemporaryDirectory() as name:
        leaves: list[bytes] = []
        for count in batches:
            ledger = reopened(Path(name))
            added = LEAVES[len(leaves) : len(leaves) + count]
            add(ledger, added)
            leaves += added
            ledger.close()
        ledger = reopened(Path(name))
        with ledger.transaction():
            ledger.cut_back("kursk", cut)
        leaves = leaves[:cut] + LEAVES[-more or len(LEAVES) :]
        add(ledger, LEAVES[-more or len(LEAVES) :])
        assert ledger.size("kursk") == len(leaves)
        for size in {0, 1, len(leaves) // 2, len(leaves)}:
            if size <= len(leaves):
                assert ledger.root("kursk", size) == naive_root(leaves[:size])
        ledger.close()


def test_tiles_are_those_of_the_standard(ledger: Ledger) -> None:
    """Beyond 256² leaves, each tile of each level holds the roots of its subtrees, and no more."""
    add(ledger, LEAVES)
    for level, index, width in tiles_of(len(LEAVES)):
        span = FULL**level
        first = index * FULL
        wanted = b"".join(
            naive_root(LEAVES[n * span : (n + 1) * span]) for n in range(first, first + width)
        )
        assert ledger.hashes("kursk", level, index, width) == wanted
        assert width == FULL or ledger.hashes("kursk", level, index, width + 1) is None
    index = 65_535
    path = inclusion_proof(index, len(LEAVES), ledger.nodes("kursk"))
    verify_inclusion(index, len(LEAVES), LEAVES[index], path, ledger.root("kursk", len(LEAVES)))


def test_transaction_is_whole_or_not_at_all(ledger: Ledger, tmp_path: Path) -> None:
    """What fails half-way leaves neither leaves nor position, in memory or in the file."""
    add(ledger, LEAVES[:300])
    with pytest.raises(KeyError):
        fail_half_way(ledger)
    for seen in (ledger, reopened(tmp_path)):
        assert seen.size("kursk") == 300
        assert seen.position(0) == (0, b"")
        assert seen.root("kursk", 300) == naive_root(LEAVES[:300])
    add(ledger, LEAVES[300:600])
    assert ledger.root("kursk", 600) == naive_root(LEAVES[:600])


def test_nothing_held_is_cut_off(ledger: Ledger) -> None:
    """The ledger is cut back to the size that is held, and never below, nor held beyond it."""
    add(ledger, LEAVES[:10])
    ledger.hold("kursk", 7)
    ledger.hold("kursk", 3)
    with pytest.raises(ValueError, match="held at 7"), ledger.transaction():
        ledger.cut_back("kursk", 6)
    with ledger.transaction():
        ledger.cut_back("kursk", 7)
    assert (ledger.size("kursk"), ledger.held("kursk")) == (7, 7)
    with pytest.raises(ValueError, match="no 8 leaves"):
        ledger.hold("kursk", 8)


def test_timelines_are_apart(ledger: Ledger) -> None:
    """Leaves, sizes and faults of one timeline are not another's."""
    with ledger.transaction():
        for n in range(600):
            ledger.append("a" if n % 3 else "b", 0, LEAVES[n])
        ledger.divergences.save(0, [Divergence("b", 201, "is missing")], whole=False)
    assert ledger.timelines(0) == [("a", 400), ("b", 200)]
    assert ledger.root("b", 200) == naive_root(LEAVES[:600:3])
    assert ledger.divergences.all() == [Divergence("b", 201, "is missing")]
    with ledger.transaction():
        ledger.divergences.save(0, [], whole=True)
    assert not ledger.divergences.exist_in(0)


def test_ledger_of_another_log_is_kept(ledger: Ledger, tmp_path: Path) -> None:
    """Evidence is not dropped: another log's ledger is refused, and stays as it was."""
    add(ledger, LEAVES[:5])
    with pytest.raises(LogReplaced, match="another log"):
        Ledger.open(tmp_path, IDENTITY._replace(id="11111111-0000-4000-8000-000000000000"))
    assert reopened(tmp_path).size("kursk") == 5


def test_kept_leaves_are_read_a_tile_at_a_time(ledger: Ledger) -> None:
    """From a revision to the end of its tile or of the tree; none behind the tree, and of a tile
    that lacks some the timeline is suspect."""
    add(ledger, LEAVES[:600])
    assert ledger.leaves("kursk", 1) == b"".join(LEAVES[:256])
    assert ledger.leaves("kursk", 256) == LEAVES[255]
    assert ledger.leaves("kursk", 520) == b"".join(LEAVES[519:600])
    assert ledger.leaves("kursk", 601) == ledger.leaves("absent", 1) == b""
    assert not ledger.tables.suspects
    ledger.tables.put_tile(ledger.tables.row_of("kursk", 0).tl, 0, 1, b"".join(LEAVES[256:500]))
    assert ledger.leaves("kursk", 300) == b""
    assert ledger.tables.suspects == {"kursk"}


def test_what_is_not_kept_is_said(ledger: Ledger) -> None:
    """A node beyond the tree, or of no timeline, is a LookupError, not a wrong hash."""
    add(ledger, LEAVES[:5])
    for timeline, size in (("kursk", 6), ("absent", 1)):
        with pytest.raises(LookupError):
            ledger.root(timeline, size)
    assert ledger.hashes("absent", 0, 0, 1) is None
