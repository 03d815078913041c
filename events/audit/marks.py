"""A set of ids that were seen, in some twenty bytes for each."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

__all__ = ["Marks"]

_SIZE: Final = 16
"""Bytes of a mark, which is a hash of an id: long enough that in practice no two ids share one."""
_FULL: Final = 64
"""The average number of marks in a bucket: few enough to be searched at once."""


class Marks:
    """Keeps a mark of each id in one of many buckets. When there are too many marks for the
    buckets, one bucket is split in two, so no single addition takes long (linear hashing)."""

    def __init__(self) -> None:
        self._buckets = [bytearray()]
        self._half = 1
        self._room = _FULL

    def add(self, id_: str) -> bool:
        """Add an id. Returns False, and changes nothing, if it was there before."""
        mark = blake2b(id_.encode(), digest_size=_SIZE).digest()
        bucket = self._buckets[self._number(mark)]
        at = bucket.find(mark)
        while at >= 0:
            if at % _SIZE == 0:
                return False
            at = bucket.find(mark, at + 1)
        bucket += mark
        self._room -= 1
        if not self._room:
            self._split()
        return True

    def _number(self, mark: bytes) -> int:
        """The bucket of a mark. Buckets from `_half` on were split off the earlier buckets, in the
        same order."""
        half = self._half
        number = int.from_bytes(mark[:4], "little") & (2 * half - 1)
        return number if number < len(self._buckets) else number - half

    def _split(self) -> None:
        half = self._half
        number = len(self._buckets) - half
        old = bytes(self._buckets[number])
        parts = bytearray(), bytearray()
        for at in range(0, len(old), _SIZE):
            mark = old[at : at + _SIZE]
            parts[int.from_bytes(mark[:4], "little") & half != 0].extend(mark)
        self._buckets[number] = parts[0]
        self._buckets.append(parts[1])
        self._room = _FULL
        if len(self._buckets) == 2 * half:
            self._half = 2 * half
