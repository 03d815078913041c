"""Long work on the event loop, done in slices, so that other requests get their turns."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Final

__all__ = ["Slices"]

_LONGEST: Final = 0.003
"""The most seconds that others wait, apart from a single step."""


class Slices:
    """One task of long work. `step` is awaited between its steps, `turn` around long ones."""

    def __init__(self) -> None:
        self._end = perf_counter() + _LONGEST

    async def step(self) -> None:
        """Let others have their turn if this slice is used up."""
        if perf_counter() >= self._end:
            await self.turn()

    async def turn(self) -> None:
        """Let others have their turn, before or after a step that is long by itself."""
        await asyncio.sleep(0)  # noqa: TID251 - waits for nothing: others have their turn
        self._end = perf_counter() + _LONGEST
