"""How often each caller did something lately, counted in memory that all processes share.

A caller may do `limit` things in any span of `seconds`: each is noted with its time, and one more
is allowed if fewer than that were noted within the last `seconds`. The notes of a caller are a ring
of a fixed size. Where a limit is larger than the ring, a note stands for several things in a row
and has the time of the last of them, so that slightly less is allowed, never more.

There is no lock, because a process that is killed or stopped would leave it closed. So what must
not be lost has one writer: each process counts in a number of its own, and what a caller did is
their sum. Each may have one decision under way, so that a limit is passed by one less than there
are processes at most. What all of them write, a time or a place in the ring, may come late from one
that was stopped: then a note ends too early, or it is seen to be older.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from service.settings.rate import Rate
from service.tally import ROOM, TallyRow

__all__ = ["Windows"]

_KEY, _UNTIL, _OLDEST, _RING = range(4)
"""Numbers of a caller: its name's hash, until when no other caller takes its place, which of all
things that were noted is the oldest that still counts, and the ring; behind that, how many each
process has noted."""
_NOTES: Final = 60
_COUNTS: Final = _RING + _NOTES
_GROUPS: Final = _NOTES - 2
"""The most notes that a limit needs, for one begins and one ends within it."""
_PROBES: Final = 8
"""Places in which a caller may be found. If all are taken by others who still count, it gets that
of the one that counts for the shortest time."""


class Windows:
    """The windows of all callers, in which the process of this row notes what it allows."""

    def __init__(self, row: TallyRow) -> None:
        tally = row.tally
        self._counts = tally.room.cast("q")
        self._times = tally.room.cast("d")
        self._keys = tally.room.cast("Q")
        self._secret = tally.secret
        self._processes = tally.rows
        self._width = _COUNTS + tally.rows
        self._callers = ROOM // (self._width * 8)
        self._own = _COUNTS + row.number

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
        place = key % self._callers * self._width
        if self._keys[place] != key:
            place = self._find(key)
        size = 1 if limit <= _GROUPS else -(-limit // _GROUPS)
        count = sum(counts[place + _COUNTS : place + self._width])
        oldest = counts[place + _OLDEST]
        if count - oldest > limit + self._processes:
            oldest = count - limit  # an older place came late
        ring, begin = place + _RING, now - seconds
        if oldest < count and times[ring + oldest // size % _NOTES] <= begin:
            oldest = self._pass_over(place, size, begin, oldest, count)
        left = limit - count + oldest
        if left <= 0:
            wait = times[ring + oldest // size % _NOTES] - begin
            return 0, max(wait, times[place + _UNTIL] - now), wait
        times[ring + count // size % _NOTES] = now
        times[place + _UNTIL] = now + seconds
        counts[place + self._own] += 1
        return left - 1, seconds, None

    def _pass_over(self, place: int, size: int, begin: float, oldest: int, count: int) -> int:
        """Leave out what was noted until `begin`; the number of the oldest that still counts."""
        times, ring = self._times, place + _RING
        while oldest < count and times[ring + oldest // size % _NOTES] <= begin:
            oldest = min(count, (oldest // size + 1) * size)
        self._counts[place + _OLDEST] = oldest
        return oldest

    def _find(self, key: int) -> int:
        """Where the caller's numbers are, or begin."""
        keys, times, width = self._keys, self._times, self._width
        free, first = -1, key % self._callers
        for probe in range(first, first + _PROBES):
            place = probe % self._callers * width
            if keys[place] == key:
                return place
            if free < 0 or times[place + _UNTIL] < times[free + _UNTIL]:
                free = place
        # Counted before another look: what others note for this caller meanwhile comes on top.
        count = sum(self._counts[free + _COUNTS : free + width])
        if keys[free] != key:
            self._counts[free + _OLDEST] = count
            keys[free] = key
        return free
