"""The heap of the C library: memory that is free goes back to the system. Only glibc keeps it for
as long as some of what was taken later is in use; with other libraries nothing is done with it."""

from __future__ import annotations

import asyncio
import ctypes
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

__all__ = ["give_back", "giving_back", "have_one_heap"]

_PAUSE: Final = 10.0
"""Seconds between two times: what a burst took is taken again more cheaply than it is held."""
_LONGEST: Final = 80.0
"""The same while next to nothing is given back."""
_WORTH: Final = 1 << 20
"""Bytes that are worth the milliseconds of a look through the whole heap."""
_ARENA_MAX: Final = -8
"""`M_ARENA_MAX` of glibc's `malloc.h`."""

_library: Final[Any] = ctypes.CDLL(None)
_trim: Final[Any] = getattr(_library, "malloc_trim", None)


def have_one_heap() -> None:
    """Let all threads of this process, and of those that are forked from it, share one heap. By
    default each thread has its own, in which what its work took is left when it ends."""
    if _trim is not None:
        _library.mallopt(_ARENA_MAX, 1)


def give_back() -> int:
    """Give the system what is free, and return how many bytes that was."""
    if _trim is None:
        return 0
    before = _resident()
    _trim(0)
    return before - _resident()


async def giving_back(parts: Iterable[Callable[[], None]]) -> None:
    """Do so again and again, until cancelled, each time after the parts of the process were told to
    drop what they do not use at present."""
    pause = _PAUSE
    while True:
        await asyncio.sleep(pause)  # noqa: TID251 - nothing tells that much was freed
        for rest in parts:
            rest()
        pause = _PAUSE if give_back() >= _WORTH else min(2 * pause, _LONGEST)


def _resident() -> int:
    """Bytes of this process that the system holds in memory. glibc is on Linux only."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
