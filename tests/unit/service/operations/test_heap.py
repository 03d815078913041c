"""Memory that is free goes back to the system."""

from __future__ import annotations

import asyncio
import ctypes
import mmap
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from service.operations import heap
from service.operations.heap import give_back, giving_back, tune_heap
from tests.warm import exit_code_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc is on Linux only")

_SIZE = 50_000
"""Bytes of one piece: many enough for the heap, too few for a mapping of its own."""


def _resident() -> int:
    """The resident memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * mmap.PAGESIZE


def _burst() -> list[bytearray]:
    """Some of 50 MB that were taken: between them is free what others took."""
    return [bytearray(_SIZE) for _ in range(1_000)][::50]


def _look_whether_it_is_given_back() -> None:
    kept = _burst()
    before = _resident()
    give_back()
    given = before - _resident()
    sys.exit(0 if given > 30_000_000 and kept else f"{given} bytes were given back")


def test_what_a_burst_took_is_given_back() -> None:
    """Pieces that are still in use among those of a burst do not keep the rest of it."""
    assert exit_code_of(_look_whether_it_is_given_back) == 0


def look_where_threads_take_memory() -> None:
    tune_heap()
    taken: list[bytearray] = []
    threads = [Thread(target=lambda: taken.extend(_burst())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = Path("/proc/self/maps").read_text().splitlines()
    line = next(each for each in lines if "[heap]" in each)
    begin, end = (int(part, 16) for part in line.split()[0].split("-"))
    places = [ctypes.addressof(ctypes.c_char.from_buffer(each)) for each in taken]
    sys.exit(0 if all(begin <= place < end for place in places) else 1)


def test_threads_share_one_heap() -> None:
    """What several threads take at the same time is in the heap of the process, none of it in one
    of their own."""
    code = f"from {__name__} import look_where_threads_take_memory as look; look()"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def look_what_is_left_of_large_pieces() -> None:
    tune_heap()
    burst = [bytes(30_000_000)]
    burst.clear()  # after which glibc by default takes such pieces from the heap
    before = _resident()
    burst = [b"x" * 1_500_000 for _ in range(30)]
    pin = bytearray(_SIZE)
    taken = _resident() - before
    burst.clear()
    left = _resident() - before
    if taken < 40_000_000 or left > 5_000_000 or not pin:
        sys.exit(f"{left} of {taken} bytes are left")


def test_large_pieces_are_not_kept_when_they_are_free() -> None:
    """Nobody has to look for them, though something behind them is in use."""
    code = f"from {__name__} import look_what_is_left_of_large_pieces as look; look()"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_it_is_given_back_after_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts of the process drop first what they do not use. Where they had nothing and little
    was done, the heap is not looked through."""
    rounds = iter(
        [(0.2, False), (0.07, False), (0.07, False), (0.0, True), (0.0, False), (9, True)]
    )
    now, dropped, done = 0.0, False, ""

    async def pass_by(seconds: float) -> None:
        nonlocal now, dropped, done
        assert seconds == 3
        done += "."
        worked, dropped = next(rounds, (None, False))
        if worked is None:
            raise asyncio.CancelledError
        now += worked

    def rest() -> bool:
        nonlocal done
        done += "r"
        return dropped

    def give() -> None:
        nonlocal done
        done += "g"

    monkeypatch.setattr("service.operations.heap.asyncio.sleep", pass_by)
    monkeypatch.setattr(heap, "process_time", lambda: now)
    monkeypatch.setattr(heap, "give_back", give)
    with pytest.raises(asyncio.CancelledError):
        await giving_back([rest])
    assert done == ".rg.r.rg.rg.r.rg."
