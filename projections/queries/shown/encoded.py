"""A cache of encoded statements, each version once.

The JSON of a statement as of a revision never changes, so it is cached by the statement and the
revision at which it changed, or, if it has changed since, the revision of the query. Only a
redaction changes the past: it drops the columns, and this cache with them. Nothing depends on the
caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from operator import itemgetter
from threading import Lock
from typing import Final

__all__ = [
    "DIGEST",
    "LARGEST",
    "EncodedStatements",
    "digest_of_json",
    "encoded",
    "encoded_digest",
    "encoded_json",
]

DIGEST: Final = 8
"""Bytes of a statement's digest. It distinguishes versions of one statement as of one revision,
which only a redaction can change."""

LARGEST: Final = 256 << 10
"""The most bytes of a statement that is cached."""
_BESIDE: Final = 150
"""About how many bytes of memory an entry takes beside its content."""


encoded_json: Final = itemgetter(slice(None, -DIGEST))
encoded_digest: Final = itemgetter(slice(-DIGEST, None))
"""Splits an encoded statement into its two parts."""


def encoded(json: bytes) -> bytes:
    """An encoded statement: the JSON of `ShownStatement`, followed by its digest."""
    return json + digest_of_json(json)


def digest_of_json(json: bytes) -> bytes:
    """The first bytes of the JSON's SHA-256."""
    return sha256(json).digest()[:DIGEST]


class EncodedStatements:
    """The cache of one timeline. Any thread may read and add."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._young: dict[int, bytes] = {}
        self._old: dict[int, bytes] = {}
        self._sizes = [0, 0]

    @property
    def size(self) -> int:
        """About how many bytes all of them take."""
        return sum(self._sizes)

    def find(self, sts: Sequence[int], changes: Sequence[int]) -> list[bytes | None]:
        """The cached statements that were recorded at the revisions `sts`, as they were at the
        revisions `changes`; None for each that is not cached."""
        keys = [st << 32 | change for st, change in zip(sts, changes, strict=True)]
        with self._lock:
            young = self._young.get
            found = [young(key) for key in keys]
            if None in found and self._old:
                pairs = zip(keys, found, strict=True)
                found = [self._again(key) if one is None else one for key, one in pairs]
        return found

    def keep(self, versions: Iterable[tuple[int, int, bytes]]) -> None:
        """Cache statements by the revision at which they were recorded, and one at which they were
        so."""
        with self._lock:
            for st, change, statement in versions:
                if len(statement) <= LARGEST:
                    self._add(st << 32 | change, statement)

    def age(self) -> None:
        """Drop entries that were not used since the last call."""
        with self._lock:
            self._old, self._young = self._young, {}
            self._sizes = [0, self._sizes[0]]

    def _again(self, key: int) -> bytes | None:
        """An older entry, which counts as used again."""
        statement = self._old.pop(key, None)
        if statement is not None:
            self._sizes[1] -= _size_of(statement)
            self._add(key, statement)
        return statement

    def _add(self, key: int, statement: bytes) -> None:
        if key not in self._young:
            self._young[key] = statement
            self._sizes[0] += _size_of(statement)


def _size_of(statement: bytes) -> int:
    return len(statement) + _BESIDE
