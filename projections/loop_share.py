"""The fold's share of the event loop: as long as the others' turn took, its own may take."""

from __future__ import annotations

import asyncio
from time import monotonic

__all__ = ["LoopShare"]

_LEAST, _MOST = 0.005, 0.025
"""Seconds of one turn: an idle loop is left soon again, a busy one does not starve the fold."""


class LoopShare:
    """Measures turns. One task at a time may use it."""

    def __init__(self) -> None:
        self._until = 0.0

    async def give(self) -> None:
        """Lets the others have their turn, once our own is over."""
        began = monotonic()
        if began < self._until:
            return
        await asyncio.sleep(0)  # noqa: TID251 - waits for nothing: gives others a turn
        ended = monotonic()
        self._until = ended + min(max(ended - began, _LEAST), _MOST)
