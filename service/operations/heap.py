"""The heap of the C library: gives free memory back to the system. Only glibc keeps free memory as
long as something allocated later is in use; with other libraries nothing is done. And how often
the collector of cycles looks."""

from __future__ import annotations

import asyncio
import ctypes
import gc
from collections.abc import Callable, Iterable
from time import process_time
from typing import Any, Final

__all__ = ["give_back", "giving_back", "tune_collector", "tune_heap"]

_PAUSE: Final = 3.0
"""The least seconds between two releases: each scans the whole heap, which takes milliseconds, and
allocating a burst's memory again is cheaper than holding it."""
_WORK: Final = 0.1
"""The least seconds of the processor between them: who has done nothing has freed nothing."""
_ALLOCATIONS: Final = 100_000
"""The number of new objects after which the collector examines the youngest generation. It is more
than running requests hold (a hundred hold 20,000), and more than a batch of the log's entries has.
Otherwise it would examine each burst of them in vain."""
_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1
"""`M_ARENA_MAX` and others of glibc's `malloc.h`."""
_LARGE: Final = 1 << 20
"""Bytes from which an allocation is separate from the heap, and bytes that may be free at the end
of the heap."""

_library: Final[Any] = ctypes.CDLL(None)
_trim: Final[Any] = getattr(_library, "malloc_trim", None)


def tune_heap() -> None:
    """Let all threads share one heap, in this process and in those forked from it, which gives
    large allocations and the free memory at its end back at once. By default each thread has a heap
    of its own, which keeps the memory of its work when the thread ends. And once 32 MB were freed
    at once, later allocations of that size come from the heap, which then keeps 64 MB free."""
    if _trim is not None:
        _library.mallopt(_ARENA_MAX, 1)
        _library.mallopt(_MMAP_THRESHOLD, _LARGE)
        _library.mallopt(_TRIM_THRESHOLD, _LARGE)


def tune_collector() -> None:
    """Exempt the existing objects from garbage collection, since they live as long as the process.
    Collect seldom, since neither requests nor the fold leave much garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 20, 20)


def give_back() -> None:
    """Give free memory back to the system."""
    if _trim is not None:
        _trim(0)


async def giving_back(parts: Iterable[Callable[[], bool]]) -> None:
    """Give free memory back after each piece of work, until cancelled. Before that, the process's
    parts drop what they do not use, and say whether that was anything."""
    done = process_time()
    while True:
        await asyncio.sleep(_PAUSE)  # noqa: TID251 - nothing tells that much was freed
        have_dropped = [rest() for rest in parts]
        if any(have_dropped) or process_time() - done >= _WORK:
            give_back()
            done = process_time()
