"""A set of ids that were seen, in some twenty bytes for each."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

__all__ = ["IdSet"]

_SIZE: Final = 16
"""Bytes of an id's hash: long enough that in practice no two ids share one."""
_FULL: Final = 64
"""The average number of hashes in a bucket: few enough to be searched at once."""


class IdSet:
    """Keeps a hash of each id in one of many buckets. When there are too many for the buckets, one
    bucket is split in two, so no single addition takes long (linear hashing). The buckets are made
    many at a time: made one by one during a burst, they would lie among its objects, and keep their
    memory from being given back."""

    def __init__(self) -> None:
        self._buckets = [bytearray()]
        self._used = 1
        """The number of buckets in use; the others are empty."""
        self._half = 1
        self._room = _FULL

    def add(self, id_: str) -> bool:
        """Add an id. Returns False, and changes nothing, if it was there before."""
        hashed = blake2b(id_.encode(), digest_size=_SIZE).digest()
        bucket = self._buckets[self._number(hashed)]
        at = bucket.find(hashed)
        while at >= 0:
            if at % _SIZE == 0:
                return False
            at = bucket.find(hashed, at + 1)
        bucket += hashed
        self._room -= 1
        if not self._room:
            self._split()
        return True

    def _number(self, hashed: bytes) -> int:
        """The bucket of a hash. Buckets from `_half` on were split off the earlier buckets, in the
        same order."""
        half = self._half
        number = int.from_bytes(hashed[:4], "little") & (2 * half - 1)
        return number if number < self._used else number - half

    def _split(self) -> None:
        half = self._half
        if self._used == half:
            self._buckets += [bytearray() for _ in range(half)]
        number = self._used - half
        old = bytes(self._buckets[number])
        parts = bytearray(), bytearray()
        for at in range(0, len(old), _SIZE):
            hashed = old[at : at + _SIZE]
            parts[int.from_bytes(hashed[:4], "little") & half != 0].extend(hashed)
        self._buckets[number][:] = parts[0]
        self._buckets[self._used][:] = parts[1]
        self._used += 1
        self._room = _FULL
        if self._used == 2 * half:
            self._half = 2 * half
