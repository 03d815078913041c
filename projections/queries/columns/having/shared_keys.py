"""Many keys in arrays, which processes can share: a list and a dict of a million texts would take
each of them 170 MB."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Final, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

__all__ = ["SharedKeys", "packed_keys"]


_AT_ONCE: Final = 50_000


class _Table(NamedTuple):
    """The key with the number `n` ends at `ends[n]` of the bytes `texts`. To find one, `hashes` are
    sorted, each that of the key with the number at its place in `numbers`."""

    texts: NDArray[Any]
    ends: NDArray[Any]
    hashes: NDArray[Any]
    numbers: NDArray[Any]

    @classmethod
    def of(cls, keys: Sequence[str]) -> _Table:
        """Made of some at a time: a million texts and hashes would take 100 MB meanwhile."""
        texts, lengths, hashes = bytearray(), [], []
        for begin in range(0, len(keys) or 1, _AT_ONCE):
            some = [key.encode() for key in keys[begin : begin + _AT_ONCE]]
            texts += b"".join(some)
            lengths.append(np.fromiter(map(len, some), np.int64, len(some)))
            hashes.append(np.fromiter(map(_hash_of, some), np.uint64, len(some)))
        every = np.concatenate(hashes)
        order = every.argsort(kind="stable")
        ends = np.concatenate(lengths).cumsum()
        return cls(np.frombuffer(texts, np.uint8), ends, every[order], order.astype(np.uint32))

    def joined(self, other: _Table) -> _Table:
        """A table of these keys, and behind them those of another one."""
        begin = self.ends[-1] if len(self.ends) else np.int64(0)
        hashes = np.concatenate([self.hashes, other.hashes])
        numbers = np.concatenate([self.numbers, other.numbers + np.uint32(len(self.ends))])
        order = hashes.argsort(kind="stable")
        return _Table(
            np.concatenate([self.texts, other.texts]),
            np.concatenate([self.ends, other.ends + begin]),
            hashes[order],
            numbers[order],
        )

    def text(self, number: int) -> bytes:
        begin = int(self.ends[number - 1]) if number else 0
        return self.texts[begin : int(self.ends[number])].tobytes()

    def find(self, key: str) -> int | None:
        text = key.encode()
        hash_ = np.uint64(_hash_of(text))
        at = int(self.hashes.searchsorted(hash_))
        while at < len(self.hashes) and self.hashes[at] == hash_:
            number = int(self.numbers[at])
            if self.text(number) == text:
                return number
            at += 1
        return None


class SharedKeys(Sequence[str]):
    """Keys by their numbers: those of a table, and behind them others that were appended."""

    def __init__(self, table: _Table, newer: list[str]) -> None:
        self._table = table
        self._newer = newer

    @classmethod
    def of(cls, parts: dict[str, Any]) -> SharedKeys:
        """The keys that were packed."""
        return cls(_Table(**parts), [])

    def __len__(self) -> int:
        return len(self._table.ends) + len(self._newer)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> SharedKeys: ...
    def __getitem__(self, at: int | slice) -> str | SharedKeys:
        """A key, or with `[:]` all of them, without those that are appended later."""
        if isinstance(at, slice):
            return SharedKeys(self._table, self._newer[:])
        newer = at - len(self._table.ends)
        return self._newer[newer] if newer >= 0 else self._table.text(at).decode()

    def append(self, key: str) -> None:
        self._newer.append(key)

    def find(self, key: str) -> int | None:
        """The number of a key of the table; None if it is not there, though it may be newer."""
        return self._table.find(key)

    def packed(self) -> _Table:
        return self._table.joined(_Table.of(self._newer)) if self._newer else self._table


def packed_keys(keys: list[str] | SharedKeys) -> dict[str, Any]:
    """Arrays of the keys, by name."""
    table = keys.packed() if isinstance(keys, SharedKeys) else _Table.of(keys)
    return table._asdict()


def _hash_of(text: bytes) -> int:
    return int.from_bytes(blake2b(text, digest_size=8).digest())
