"""The clock and the makers of ids and of chance: the only place that asks the system for them.

Everything else is given them as arguments.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

__all__ = ["Clock", "IdMaker", "Randomness", "now", "random_bytes"]

Clock = Callable[[], int]
"""Microseconds since 1970."""

Randomness = Callable[[int], bytes]
"""That many unpredictable bytes."""

_VERSION = 7 << 76
_VARIANT = 0b10 << 62
_RANDOM_BITS = (1 << 62) - 1


def now() -> int:
    """The system's time in microseconds since 1970."""
    return time.time_ns() // 1_000


def random_bytes(count: int) -> bytes:
    """`count` bytes of the system's randomness."""
    return secrets.token_bytes(count)


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
        return self.many(1)[0]

    def many(self, count: int) -> list[str]:
        """`count` new ids, ascending."""
        chance = self._randomness(8 * count)
        milliseconds, rest = divmod(self._clock(), 1_000)
        tick = max(milliseconds << 12 | (rest << 12) // 1_000, self._last + 1)
        self._last = tick + count - 1
        ids = []
        for n in range(count):
            low = int.from_bytes(chance[8 * n : 8 * n + 8], "big") & _RANDOM_BITS
            stamp = tick + n
            value = (stamp >> 12) << 80 | _VERSION | (stamp & 0xFFF) << 64 | _VARIANT | low
            text = f"{value:032x}"
            ids.append(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")
        return ids
