"""The heap of the C library: gives free memory back to the system. Only glibc keeps free memory as
long as something allocated later is in use; with other libraries nothing is done."""

from __future__ import annotations

import asyncio
import ctypes
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

__all__ = ["give_back", "giving_back", "have_one_heap"]

_PAUSE: Final = 10.0
"""Seconds between two releases: allocating a burst's memory again is cheaper than holding it."""
_LONGEST: Final = 80.0
"""Seconds between two releases while next to nothing is released."""
_WORTH: Final = 1 << 20
"""Released bytes that are worth the milliseconds of scanning the whole heap."""
_ARENA_MAX: Final = -8
"""`M_ARENA_MAX` of glibc's `malloc.h`."""

_library: Final[Any] = ctypes.CDLL(None)
_trim: Final[Any] = getattr(_library, "malloc_trim", None)


def have_one_heap() -> None:
    """Let all threads of this process, and of processes forked from it, share one heap. By default
    each thread has its own, which keeps the memory of its work when the thread ends."""
    if _trim is not None:
        _library.mallopt(_ARENA_MAX, 1)


def give_back() -> int:
    """Give free memory back to the system. Returns how many bytes that was."""
    if _trim is None:
        return 0
    before = _resident()
    _trim(0)
    return before - _resident()


async def giving_back(parts: Iterable[Callable[[], None]]) -> None:
    """Give free memory back again and again, until cancelled, each time after telling the process's
    parts to drop what they do not use."""
    pause = _PAUSE
    while True:
        await asyncio.sleep(pause)  # noqa: TID251 - nothing tells that much was freed
        for rest in parts:
            rest()
        pause = _PAUSE if give_back() >= _WORTH else min(2 * pause, _LONGEST)


def _resident() -> int:
    """The resident memory of this process in bytes. glibc is on Linux only."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
