"""Proofs of RFC 6962 as the interface shows them."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["ConsistencyProof", "InclusionProof"]


class InclusionProof(Struct, frozen=True):
    """Proves that the leaf of a revision is in the tree of the first `size` events. Leaf, hashes
    and root are in base64, `checkpoint` is the latest signed note."""

    timeline: str
    revision: int
    size: int
    leaf: str
    leaf_hash: str
    hashes: list[str]
    root: str
    checkpoint: str


class ConsistencyProof(Struct, frozen=True, rename={"from_": "from"}):
    """Proves that the tree of the first `to` events begins with that of the first `from` events."""

    timeline: str
    from_: int
    to: int
    hashes: list[str]
    from_root: str
    to_root: str
    checkpoint: str
