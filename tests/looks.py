"""Polling for changes that are not reported: of another process, by requests or in files."""

from __future__ import annotations

import asyncio
import time
from typing import Final

__all__ = ["look_again", "looked_again"]

_SHORTEST: Final = 0.005
_LONGEST: Final = 0.05
"""Seconds between two looks: more frequent ones would take the processor from the process that is
watched."""
_ANOTHER: Final = 2 * _LONGEST
"""Seconds without a look after which the next one belongs to another wait."""


class _Wait:
    """A series of looks: the longer it has lasted, the longer the pauses, a tenth of that time."""

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
    """Return when it is time for another look."""
    time.sleep(_wait.pause())  # noqa: TID251 - another process sets no event here


async def looked_again() -> None:
    """The same; other tasks have the loop meanwhile."""
    await asyncio.sleep(_wait.pause())  # noqa: TID251 - another process sets no event here
