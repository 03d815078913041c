"""Statements as they are shown, encoded, each version once.

What was shown of a statement as of a revision never changes, so it is kept by the statement and
that revision: the one at which it changed, or, if it has changed since, the one that was asked for.
Only a redaction changes the past: it ends the columns, and what is kept here with them. Nothing
depends on who asks.
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
"""Bytes of a statement's digest. It tells apart what is shown of the same statement as of the same
revision, which a redaction alone can change."""

LARGEST: Final = 256 << 10
"""Bytes of the largest statement that is kept."""
_BESIDE: Final = 150
"""About how many bytes of memory one takes beside its own."""


encoded_json: Final = itemgetter(slice(None, -DIGEST))
encoded_digest: Final = itemgetter(slice(-DIGEST, None))
"""The two parts of an encoded statement."""


def encoded(json: bytes) -> bytes:
    """An encoded statement: the JSON of `ShownStatement`, and behind it its digest."""
    return json + digest_of_json(json)


def digest_of_json(json: bytes) -> bytes:
    """The first bytes of its SHA-256."""
    return sha256(json).digest()[:DIGEST]


class EncodedStatements:
    """Those of one timeline. Each thread may ask and add."""

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
        """The statements that were recorded at the revisions `sts`, as they were at the
        revisions `changes`; None for each that is not kept."""
        keys = [st << 32 | change for st, change in zip(sts, changes, strict=True)]
        with self._lock:
            young = self._young.get
            found = [young(key) for key in keys]
            if None in found and self._old:
                pairs = zip(keys, found, strict=True)
                found = [self._again(key) if one is None else one for key, one in pairs]
        return found

    def keep(self, versions: Iterable[tuple[int, int, bytes]]) -> None:
        """Keep statements by when they were recorded, and a revision at which they were so."""
        with self._lock:
            for st, change, statement in versions:
                if len(statement) <= LARGEST:
                    self._add(st << 32 | change, statement)

    def age(self) -> None:
        """Drop what was not asked for since the last time."""
        with self._lock:
            self._old, self._young = self._young, {}
            self._sizes = [0, self._sizes[0]]

    def _again(self, key: int) -> bytes | None:
        """One that was kept before, which is young again."""
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
