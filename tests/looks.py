"""Looking again at what reports no change by itself: another process, asked or seen in files."""

from __future__ import annotations

import asyncio
import time
from typing import Final

__all__ = ["look_again", "looked_again"]

_SHORTEST: Final = 0.005
_LONGEST: Final = 0.05
"""Seconds between two looks: else those who look take a processor from what they look at."""
_ANOTHER: Final = 2 * _LONGEST
"""Seconds without a look behind which the next one belongs to another wait."""


class _Wait:
    """Looks that follow one another: what has taken long already may take a tenth longer."""

    def __init__(self) -> None:
        self._began = self._looked = 0.0

    def pause(self) -> float:
        """Seconds until the next look."""
        now = time.monotonic()
        if now - self._looked > _ANOTHER:
            self._began = now
        pause = min(max((now - self._began) / 10, _SHORTEST), _LONGEST)
        self._looked = now + pause
        return pause


_wait: Final = _Wait()


def look_again() -> None:
    """Come back when it is time for another look."""
    time.sleep(_wait.pause())  # noqa: TID251 - another process sets no event here


async def looked_again() -> None:
    """The same; others have the loop meanwhile."""
    await asyncio.sleep(_wait.pause())  # noqa: TID251 - another process sets no event here
