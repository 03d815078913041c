"""The Merkle tree of RFC 6962 over SHA-256: hashes, and a tree that grows in constant memory.

A leaf's index is its event's revision − 1. A *node* is a complete subtree: at level L, node N
covers the leaves from N · 2^L up to but excluding (N + 1) · 2^L. All hashes are 32 bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

__all__ = ["EMPTY_ROOT", "HASH_SIZE", "Frontier", "TreeHead", "leaf_hash", "node_hash"]

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf: the bytes of an event's header."""
    return sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return sha256(b"\1" + left + right).digest()


class TreeHead(NamedTuple):
    """A tree head: how many leaves, and the root over them (32 bytes)."""

    size: int
    root: bytes


class Frontier:
    """The right edge of a growing tree: its complete subtrees from left to right, the largest
    first, one for each set bit of `size`. Appending needs nothing else."""

    def __init__(self, size: int = 0, nodes: Sequence[bytes] = ()) -> None:
        """Continue a tree of `size` leaves from its `nodes`. Raises `ValueError` if their number
        does not fit the size."""
        if size < 0 or size.bit_count() != len(nodes):
            raise ValueError(f"a tree of {size} leaves has not {len(nodes)} subtrees at its edge")
        self._size = size
        self._nodes = list(nodes)

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    @property
    def nodes(self) -> tuple[bytes, ...]:
        """The complete subtrees from left to right, from which the tree can be continued."""
        return tuple(self._nodes)

    def append(self, leaf: bytes) -> None:
        """Adds one leaf, given by its hash."""
        nodes = self._nodes
        size = self._size
        while size & 1:
            leaf = sha256(b"\1" + nodes.pop() + leaf).digest()
            size >>= 1
        nodes.append(leaf)
        self._size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._nodes:
            return EMPTY_ROOT
        *rest, root = self._nodes
        for node in reversed(rest):
            root = node_hash(node, root)
        return root
