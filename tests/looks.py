"""Looking again at what reports no change by itself: another process, asked or seen in files."""

from __future__ import annotations

import asyncio
import time
from typing import Final

__all__ = ["look_again", "looked_again"]

_PAUSE: Final = 0.005
"""Seconds between two looks: else those who look take a processor from what they look at."""


def look_again() -> None:
    """Come back when it is time for another look."""
    time.sleep(_PAUSE)  # noqa: TID251 - another process sets no event here


async def looked_again() -> None:
    """The same; others have the loop meanwhile."""
    await asyncio.sleep(_PAUSE)  # noqa: TID251 - another process sets no event here
