"""Proofs over trees of any size: what is made holds, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.tlog.errors import BadProof
from events.tlog.merkle import Frontier, leaf_hash, node_hash
from events.tlog.proof import (
    consistency_proof,
    inclusion_proof,
    root_at,
    verify_consistency,
    verify_inclusion,
)

SIZES = st.integers(1, 300)


def read(level: int, index: int) -> bytes:
    """The hash of a complete subtree whose leaves are the numbers of their places."""
    if level == 0:
        return leaf_hash(b"%d" % index)
    return node_hash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1))


@given(SIZES)
def test_a_tree_grown_leaf_by_leaf_has_the_root_of_its_subtrees(size: int) -> None:
    """Growing from the edge of any earlier size gives the same root as the whole."""
    tree = Frontier()
    for index in range(size):
        tree = Frontier(tree.size, tree.nodes)
        tree.append(read(0, index))
    assert (tree.size, tree.root()) == (size, root_at(size, read))


@given(st.data(), SIZES)
def test_a_leaf_is_proved_where_it_is_and_nowhere_else(data: st.DataObject, size: int) -> None:
    """The proof of a leaf holds; of another place, size, leaf or root it does not."""
    index = data.draw(st.integers(0, size - 1))
    path, root, leaf = inclusion_proof(index, size, read), root_at(size, read), read(0, index)
    verify_inclusion(index, size, leaf, path, root)
    other = data.draw(st.integers(0, size).filter(lambda place: place != index))
    for false in (
        (other, size, leaf, path, root),
        (index, size, read(0, size), path, root),
        (index, size, leaf, path, root_at(size + 1, read)),
        (index, size, leaf, [*path, leaf], root),
        (index, size, leaf, [leaf[1:], *path], root),
        (-1, size, leaf, path, root),
    ):
        with pytest.raises(BadProof):
            verify_inclusion(*false)


@given(st.data(), SIZES)
def test_a_tree_is_proved_to_extend_its_own_past_alone(data: st.DataObject, size: int) -> None:
    """The proof between two sizes holds; between other roots, or cut, it does not."""
    old = data.draw(st.integers(1, size))
    path = consistency_proof(old, size, read)
    roots = root_at(old, read), root_at(size, read)
    verify_consistency(old, size, *roots, path)
    for false in (
        (old, size, roots[0], read(0, 999), path),
        (old, size, read(0, 999), roots[1], path),
        (old, size, *roots, [*path, roots[0]]),
        (0, size, *roots, path),
        (size + 1, size, *roots, path),
        *((old, size, *roots, path[:end]) for end in range(len(path))),
    ):
        with pytest.raises(BadProof):
            verify_consistency(*false)


def test_what_is_not_in_the_tree_has_no_proof() -> None:
    """A leaf beyond the tree, an empty past and a past beyond the present are refused."""
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="not in a tree"):
            inclusion_proof(index, size, read)
    for old, new in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="no proof"):
            consistency_proof(old, new, read)
    with pytest.raises(ValueError, match="subtrees"):
        Frontier(3, [b"1"])
