"""How many live streams a caller may have open at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any, Final

from service.http.limits.caller import counted_as
from service.http.requests import TooManyStreams
from service.tally import HOLDERS, Tally, TallyRow

__all__ = ["StreamSlots"]

_PROBES: Final = 16
"""How many numbers are searched for a caller's. If others have all of them, the caller shares the
first."""


class StreamSlots:
    """Counts the streams of each caller in the row of one process; `most` is for all processes
    together, None means unlimited. The slots of a process that dies become free."""

    def __init__(self, row: TallyRow, most: int | None) -> None:
        self._row = row
        self._most = most

    @contextmanager
    def taken(self, scope: Any) -> Iterator[None]:
        """A slot for the request's caller while the block lasts. Raises TooManyStreams."""
        if self._most is None:
            yield
            return
        tally = self._row.tally
        holder = _holder(tally, counted_as(scope))
        if tally.held(holder) >= self._most:
            raise TooManyStreams(f"You have {self._most:,} live streams open, which is the most.")
        self._row.hold(holder, 1)
        try:
            yield
        finally:
            self._row.hold(holder, -1)


def _holder(tally: Tally, name: str) -> int:
    """The number under which the caller's slots are counted."""
    hashed = blake2b(name.encode(), digest_size=8, key=tally.secret).digest()
    key = int.from_bytes(hashed)
    probes = [(key + probe) % HOLDERS for probe in range(_PROBES)]
    for holder in probes:
        if tally.holders[holder] == key:
            return holder
    for holder in probes:
        if tally.held(holder) == 0:
            tally.holders[holder] = key
            return holder
    return probes[0]
