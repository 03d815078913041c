"""Proofs of RFC 6962 (2.1.1 and 2.1.2): that a leaf is in a tree, and that a tree extends another.

A proof is made with a function that reads the hash of a complete subtree by level and index; even
in a tree of 2^64 leaves it reads at most some 130. Proofs are verified as RFC 9162 describes
(2.1.3.2 and 2.1.4.2), from hashes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from events.tlog.errors import BadProof
from events.tlog.merkle import EMPTY_ROOT, HASH_SIZE, node_hash

__all__ = [
    "ReadNode",
    "consistency_proof",
    "inclusion_proof",
    "root_at",
    "verify_consistency",
    "verify_inclusion",
]

ReadNode = Callable[[int, int], bytes]
"""Level and index of a complete subtree → its hash."""


def root_at(size: int, read: ReadNode) -> bytes:
    """The root of the first `size` leaves."""
    return _hash_of(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: ReadNode) -> list[bytes]:
    """The path from leaf `index` to the root of the first `size` leaves. Raises `ValueError` unless
    0 ≤ index < size."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    low, high = 0, size
    path = []
    while high - low > 1:
        middle = low + _half(high - low)
        if index < middle:
            path.append(_hash_of(middle, high, read))
            high = middle
        else:
            path.append(_hash_of(low, middle, read))
            low = middle
    return path[::-1]


def consistency_proof(old: int, new: int, read: ReadNode) -> list[bytes]:
    """The proof that a tree of `new` leaves begins with the tree of the first `old`. Raises
    `ValueError` unless 0 < old ≤ new."""
    if not 0 < old <= new:
        raise ValueError(f"no proof leads from a tree of {old} leaves to one of {new}")
    low, high = 0, new
    path = []
    whole = True  # so far the old tree is the whole left part, whose root is known
    while old != high:
        middle = low + _half(high - low)
        if old <= middle:
            path.append(_hash_of(middle, high, read))
            high = middle
        else:
            path.append(_hash_of(low, middle, read))
            low = middle
            whole = False
    if not whole:
        path.append(_hash_of(low, high, read))
    return path[::-1]


def verify_inclusion(
    index: int, size: int, leaf: bytes, hashes: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf with hash `leaf` is number `index` in the tree of `size` leaves with this
    `root`. Raises `BadProof` if the hashes do not prove it."""
    if not 0 <= index < size:
        raise BadProof(f"leaf {index} is not in a tree of {size}")
    _check_hashes(leaf, root, *hashes)
    found = leaf
    for sibling, is_left in _climb(index, size - 1, hashes):
        found = node_hash(sibling, found) if is_left else node_hash(found, sibling)
    if found != root:
        raise BadProof("the proof does not lead to the root")


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, hashes: Sequence[bytes]
) -> None:
    """Check that the tree of `new` leaves begins with the tree of `old`. Raises `BadProof` if the
    hashes do not prove it. Nothing can be proved for an empty tree."""
    if not 0 < old <= new:
        raise BadProof(f"no proof leads from a tree of {old} leaves to one of {new}")
    if old == new:
        if hashes or old_root != new_root:
            raise BadProof("two trees of one size have one root, and need no proof of it")
        return
    _check_hashes(old_root, new_root, *hashes)
    # If the old tree is complete, its root is the proof's first hash, and the proof leaves it out.
    path = [old_root, *hashes] if old & (old - 1) == 0 else hashes
    if not path:
        raise BadProof("the proof is too short")
    _check_roots(_right_edge(old - 1, new - 1), path, old_root, new_root)


def _check_roots(
    edge: tuple[int, int], path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the path leads from the last subtree at the old tree's edge to both roots."""
    first = second = path[0]
    for sibling, is_left in _climb(*edge, path[1:]):
        if is_left:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
        else:
            second = node_hash(second, sibling)
    if (first, second) != (old_root, new_root):
        raise BadProof("the proof does not lead to both roots")


def _half(count: int) -> int:
    """The largest power of two below `count`; `count` is at least 2."""
    return int(1 << (count - 1).bit_length() - 1)


def _hash_of(low: int, high: int, read: ReadNode) -> bytes:
    """The hash over the leaves from `low` to before `high`. `low` must be a multiple of a power of
    two that is at least `high - low`, as every left end in a proof is."""
    nodes = []
    while low < high:
        level = (high - low).bit_length() - 1
        nodes.append(read(level, low >> level))
        low += 1 << level
    found = nodes.pop()
    while nodes:
        found = node_hash(nodes.pop(), found)
    return found


def _climb(place: int, last: int, hashes: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each hash on the path from node `place` to the root, with whether it is the left one. `last`
    is the last node of the level. Raises `BadProof` if there are too many or too few hashes."""
    for sibling in hashes:
        if last == 0:
            raise BadProof("the proof is too long")
        is_left = bool(place & 1 or place == last)
        yield sibling, is_left
        while is_left and place and not place & 1:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    if last:
        raise BadProof("the proof is too short")


def _right_edge(place: int, last: int) -> tuple[int, int]:
    """Climb while the node is a right child: to the top of the last subtree of the old tree."""
    while place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _check_hashes(*hashes: bytes) -> None:
    if any(len(each) != HASH_SIZE for each in hashes):
        raise BadProof("a hash is not 32 bytes long")
