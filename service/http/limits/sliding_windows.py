"""Sliding windows: how often each caller did something lately, in memory that all processes share.

A caller may do `limit` things in any span of `seconds`. Each is noted with its time, and one more
is allowed if fewer were noted within the last `seconds`. The notes of a caller are a ring of a
fixed size. If a limit is larger than the ring, a note stands for several things in a row and has
the time of the last one. So slightly less is allowed, never more.

There is no lock, because a process that is killed or stopped would leave it locked. So numbers that
must not be lost have one writer: each process counts in its own number, and a caller's count is
their sum. Each process may have one decision under way, so a limit can be exceeded by at most one
less than the number of processes. All processes write times and places in the ring. From a process
that was stopped they may come late: then a note ends too early, or is recognized as older.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from service.settings.rate import Rate
from service.tally import ROOM, TallyRow

__all__ = ["SlidingWindows"]

_KEY, _UNTIL, _OLDEST, _RING = range(4)
"""The numbers of a caller: its name's hash; until when no other caller takes its place; the number
of the oldest note that still counts; the ring; and after it, how many things each process has
noted."""
_NOTES: Final = 60
_COUNTS: Final = _RING + _NOTES
_GROUPS: Final = _NOTES - 2
"""The most notes that a limit needs, because one begins and one ends within a note's span."""
_PROBES: Final = 8
"""Places in which a caller may be found. If others who still count have all of them, it gets the
place of the one that counts for the shortest time."""


class SlidingWindows:
    """The windows of all callers; the process of this row notes there what it allows."""

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

    def admit(self, key: int, rate: Rate, now: float) -> tuple[int, float, float | None]:
        """Note one more thing of the caller at `now`, unless it has reached its limit. `now` is in
        seconds of a clock that all processes share.

        Returns three numbers: how many more things it may do now; the seconds until nothing that it
        did counts any more; and if it was refused, the seconds until it may do the next thing."""
        counts, times = self._counts, self._times
        limit, seconds = rate
        place = key % self._callers * self._width
        if self._keys[place] != key:
            place = self._find(key)
        size = 1 if limit <= _GROUPS else -(-limit // _GROUPS)
        count = sum(counts[place + _COUNTS : place + self._width])
        oldest = counts[place + _OLDEST]
        if count - oldest > limit + self._processes:
            oldest = count - limit  # another process wrote an older place late
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
        """Skip what was noted up to `begin`. Returns the number of the oldest note that still
        counts."""
        times, ring = self._times, place + _RING
        while oldest < count and times[ring + oldest // size % _NOTES] <= begin:
            oldest = min(count, (oldest // size + 1) * size)
        self._counts[place + _OLDEST] = oldest
        return oldest

    def _find(self, key: int) -> int:
        """The index of the caller's numbers, existing or new."""
        keys, times, width = self._keys, self._times, self._width
        free, first = -1, key % self._callers
        for probe in range(first, first + _PROBES):
            place = probe % self._callers * width
            if keys[place] == key:
                return place
            if free < 0 or times[place + _UNTIL] < times[free + _UNTIL]:
                free = place
        # Counted before looking again, so that what others note for this caller meanwhile is added.
        count = sum(self._counts[free + _COUNTS : free + width])
        if keys[free] != key:
            self._counts[free + _OLDEST] = count
            keys[free] = key
        return free
