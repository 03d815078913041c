"""How often each caller did something lately, counted in memory that all processes share.

A caller may do `limit` things in any span of `seconds`: each is noted with its time, and one more
is allowed if fewer than that were noted within the last `seconds`. The notes of a caller are a ring
of a fixed size. Where a limit is larger than the ring, a note stands for several things in a row
and has the time of the last of them, so that slightly less is allowed, never more.

There is no lock, because a process that is killed would leave it closed. Two processes that note
something at the same microsecond may count it once: that is far less than a tenth of any limit.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from service.settings.rate import Rate
from service.tally import ROOM, Tally

__all__ = ["Windows"]

_WIDTH: Final = 64
"""Numbers of a caller: its name's hash, until when they count, how many things were noted, which of
these is the oldest that still counts, and the ring."""
_KEY, _UNTIL, _COUNT, _OLDEST, _RING = range(5)
_NOTES: Final = _WIDTH - _RING
_GROUPS: Final = _NOTES - 2
"""The most notes that a limit needs, for one begins and one ends within it."""
_CALLERS: Final = ROOM // (_WIDTH * 8)
_PROBES: Final = 8
"""Places in which a caller may be found. If all are taken by others who still count, it gets that
of the one that counts for the shortest time."""


class Windows:
    """The windows of all callers."""

    def __init__(self, tally: Tally) -> None:
        self._counts = tally.room.cast("q")
        self._times = tally.room.cast("d")
        self._keys = tally.room.cast("Q")
        self._secret = tally.secret

    def key_of(self, name: str) -> int:
        """The number that stands for the caller of this name, in all processes."""
        hashed = blake2b(name.encode(), digest_size=8, key=self._secret).digest()
        return int.from_bytes(hashed)

    def take(self, key: int, rate: Rate, now: float) -> tuple[int, float, float | None]:
        """Note one more thing of the caller at `now`, unless it has done as many as it may. `now`
        is in seconds of a clock that all processes share.

        How many things it may still do at once; after how many seconds all that it did count no
        more; and, if it was refused, after how many it may do the next one."""
        counts, times = self._counts, self._times
        limit, seconds = rate
        place = key % _CALLERS * _WIDTH
        if self._keys[place] != key or times[place + _UNTIL] <= now:
            place = self._find(key, now)
        size = 1 if limit <= _GROUPS else -(-limit // _GROUPS)
        count, oldest = counts[place + _COUNT], counts[place + _OLDEST]
        ring, begin = place + _RING, now - seconds
        if oldest < count and times[ring + oldest // size % _NOTES] <= begin:
            oldest = self._pass_over(place, size, begin)
        left = limit - count + oldest
        if left <= 0:
            wait = times[ring + oldest // size % _NOTES] - begin
            return 0, times[place + _UNTIL] - now, wait
        times[ring + count // size % _NOTES] = now
        times[place + _UNTIL] = now + seconds
        counts[place + _COUNT] = count + 1
        return left - 1, seconds, None

    def _pass_over(self, place: int, size: int, begin: float) -> int:
        """Leave out what was noted until `begin`; the number of the oldest that still counts."""
        counts, times, ring = self._counts, self._times, place + _RING
        count, oldest = counts[place + _COUNT], counts[place + _OLDEST]
        while oldest < count and times[ring + oldest // size % _NOTES] <= begin:
            oldest = min(count, (oldest // size + 1) * size)
        counts[place + _OLDEST] = oldest
        return oldest

    def _find(self, key: int, now: float) -> int:
        """Where the caller's numbers are, or begin."""
        keys, times = self._keys, self._times
        free, first = -1, key % _CALLERS
        for probe in range(first, first + _PROBES):
            place = probe % _CALLERS * _WIDTH
            if keys[place] == key and times[place + _UNTIL] > now:
                return place
            if free < 0 or times[place + _UNTIL] < times[free + _UNTIL]:
                free = place
        keys[free] = key
        self._counts[free + _COUNT] = self._counts[free + _OLDEST] = 0
        return free
