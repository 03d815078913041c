"""Proofs and tiles from the ledger. Each is checked against the signed head before it is returned.

A proof that does not lead to that head is never returned: `Damaged` is raised, and the timeline is
read from the log again. `Lagging` is raised if leaves are not kept yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from events.errors import Damaged, Lagging
from events.tlog.errors import BadProof
from events.tlog.merkle import TreeHead
from events.tlog.proof import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from events.tlog.tile import FULL, Tile, width_at
from projections.ledger.edge import root_of
from projections.ledger.ledger import Ledger

__all__ = ["Consistency", "Inclusion", "LedgerProofs"]


class Inclusion(NamedTuple):
    """The hash of a leaf, the hashes that lead from it to a root, and that root."""

    leaf: bytes
    hashes: list[bytes]
    root: bytes


class Consistency(NamedTuple):
    """The hashes that lead from one root to another, and both roots."""

    hashes: list[bytes]
    old_root: bytes
    new_root: bytes


class LedgerProofs:
    """Makes the proofs of a timeline under its signed `head`."""

    def __init__(self, ledger: Ledger, timeline: str, head: TreeHead) -> None:
        self._ledger = ledger
        self._timeline = timeline
        self._head = head
        self._read = ledger.nodes(timeline)

    def inclusion(self, revision: int, size: int) -> Inclusion:
        """The proof that the event of `revision` is in the tree of the first `size` leaves; 0 <
        revision ≤ size ≤ the head's size. Raises Damaged, Lagging."""
        with self._held_against():
            found = Inclusion(
                self._ledger.leaf(self._timeline, revision),
                inclusion_proof(revision - 1, size, self._read),
                self._root(size),
            )
            verify_inclusion(revision - 1, size, found.leaf, found.hashes, found.root)
        return found

    def consistency(self, old: int, new: int) -> Consistency:
        """The proof that the tree of the first `new` leaves begins with that of the first `old`; 0
        < old ≤ new ≤ the head's size. Raises Damaged, Lagging."""
        with self._held_against():
            found = Consistency(
                consistency_proof(old, new, self._read), self._root(old), self._root(new)
            )
            verify_consistency(old, new, found.old_root, found.new_root, found.hashes)
        return found

    def tile(self, tile: Tile) -> bytes:
        """The hashes of a tile of the head's tree, concatenated. Raises Damaged, Lagging."""
        level, number = tile.level, tile.number
        with self._held_against():
            hashes = found = self._hashes(level, number, tile.width)
            self._root(self._head.size)
            while width_at(level, number, self._head.size) == FULL:
                if len(found) < FULL:
                    found = self._hashes(level, number, FULL)
                if root_of(found) != self._read(8 * level + 8, number):
                    raise BadProof("the tile is not the one that is under the root")
                level, number = level + 1, number >> 8
                found = b""
        return hashes

    def proves(self, revision: int) -> bool:
        """Whether the other kept hashes prove that the kept leaf of a revision is in the head's
        tree. False if the revision is beyond the head's size."""
        try:
            found = self._ledger.leaf(self._timeline, revision)
            path = inclusion_proof(revision - 1, self._head.size, self._read)
            verify_inclusion(revision - 1, self._head.size, found, path, self._head.root)
        except (BadProof, Damaged, LookupError, ValueError):
            return False
        return True

    def _hashes(self, level: int, number: int, width: int) -> bytes:
        found = self._ledger.hashes(self._timeline, level, number, width)
        if found is None:
            raise LookupError(f"tile {number} of level {level} is not kept")
        return found

    def _root(self, size: int) -> bytes:
        """The root of the first `size` leaves, a beginning of the head's tree."""
        root = self._ledger.root(self._timeline, size)
        path = consistency_proof(size, self._head.size, self._read)
        verify_consistency(size, self._head.size, root, self._head.root, path)
        return root

    @contextmanager
    def _held_against(self) -> Iterator[None]:
        try:
            yield
        except BadProof as error:
            raise self._ledger.tables.suspect(self._timeline) from error
        except LookupError as error:
            kept = self._ledger.size(self._timeline)
            if kept >= self._head.size:
                raise self._ledger.tables.suspect(self._timeline) from error
            raise Lagging(kept, self._head.size) from error
