"""The clock, ids and randomness: the only module that gets them from the system.

All other modules get them as arguments.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

__all__ = ["Clock", "IdMaker", "RandomPool", "Randomness", "now"]

Clock = Callable[[], int]
"""Microseconds since 1970."""

Randomness = Callable[[int], bytes]
"""Returns that many unpredictable bytes."""

_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""By a random hex digit: the digit with the UUID variant in its two upper bits."""

_POOL = 4_096
"""The number of bytes that are fetched at once."""


def now() -> int:
    """The system's time in microseconds since 1970."""
    return time.time_ns() // 1_000


class RandomPool:
    """The system's randomness, fetched in larger chunks, because a request needs three small ones
    and each would be a call to the kernel. No byte is returned twice; a forked process must make a
    pool of its own."""

    def __init__(self) -> None:
        self._pool = b""
        self._next = 0

    def __call__(self, count: int) -> bytes:
        """`count` unpredictable bytes."""
        end = self._next + count
        if end > len(self._pool):
            self._pool = secrets.token_bytes(max(count, _POOL))
            self._next, end = 0, count
        taken = self._pool[self._next : end]
        self._next = end
        return taken


class IdMaker:
    """Makes UUIDv7 (RFC 9562, 5.7) that ascend within one maker, whatever its clock does.

    48 bits of milliseconds, 12 bits of their fraction (its method 3), 62 bits of chance.
    """

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self._randomness = randomness
        self._last = -1

    def __call__(self) -> str:
        """A new id, in its canonical form."""
        return _shown(self._reserve_ticks(1), self._randomness(8).hex())

    def many(self, count: int) -> list[str]:
        """`count` new ids, ascending."""
        if not count:
            return []
        chance = self._randomness(8 * count).hex()
        first = self._reserve_ticks(count)
        return [_shown(first + n, chance[16 * n : 16 * n + 16]) for n in range(count)]

    def _reserve_ticks(self, count: int) -> int:
        """The first of so many ticks that no id has yet."""
        milliseconds, rest = divmod(self._clock(), 1_000)
        first = max(milliseconds << 12 | (rest << 12) // 1_000, self._last + 1)
        self._last = first + count - 1
        return first


def _shown(tick: int, low: str) -> str:
    """An id of 60 bits of time, and of chance as 16 digits."""
    time = f"{tick:015x}"
    return f"{time[:8]}-{time[8:12]}-7{time[12:]}-{_VARIANT[low[0]]}{low[1:4]}-{low[4:]}"
