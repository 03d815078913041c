"""Windows of time in memory that several processes share."""

from __future__ import annotations

import multiprocessing
from bisect import bisect_right
from itertools import accumulate
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.http.limits.windows import Windows
from service.settings.rate import Rate
from service.tally import Tally

MOMENTS = st.lists(st.floats(0, 0.4), max_size=120).map(
    lambda steps: [1_000 + passed for passed in accumulate(steps)]
)
"""Times that do not go back."""


def within(times: list[float], now: float, seconds: float) -> int:
    """How many of the times, which do not go back, lie in the seconds before now."""
    return len(times) - bisect_right(times, now - seconds)


@given(st.integers(1, 55), MOMENTS)
def test_no_span_has_more_than_the_limit_and_none_is_refused_before(
    limit: int, moments: list[float]
) -> None:
    """As a list of all times says: one more is allowed exactly if fewer than the limit count, and
    what is left and how long to wait are true."""
    windows, allowed = Windows(Tally()), list[float]()
    for now in moments:
        things, _, wait = windows.take(windows.key_of("a"), Rate(limit, 1), now)
        assert (wait is not None) == (within(allowed, now, 1) >= limit)
        if wait is not None:
            assert within(allowed, now + wait + 1e-6, 1) < limit
            assert within(allowed, now + wait - 1e-6, 1) >= limit
        else:
            allowed.append(now)
            assert things == limit - within(allowed, now, 1)


@given(st.integers(60, 3_000), st.lists(st.integers(1, 400), min_size=5, max_size=40))
def test_a_large_limit_is_kept_within_a_tenth(limit: int, bursts: list[int]) -> None:
    """No span has more than the limit, and what is refused would have been more than nine tenths
    of it."""
    windows, allowed = Windows(Tally()), list[float]()
    for n, burst in enumerate(bursts):
        now = 1_000 + n / 7
        for _ in range(burst):
            counted = within(allowed, now, 1)
            if windows.take(windows.key_of("a"), Rate(limit, 1), now)[2] is not None:
                assert counted > limit * 0.9
                break
            assert counted < limit
            allowed.append(now)


def test_callers_do_not_hold_each_other_up() -> None:
    """Thousands that come in turns each have all that is theirs, and no more."""
    windows, rate = Windows(Tally()), Rate(2, 60)
    for turn in range(3):
        refused = [
            windows.take(windows.key_of(f"caller {n}"), rate, 1_000)[2] is not None
            for n in range(2_000)
        ]
        assert refused == [turn == 2] * 2_000


def test_memory_is_used_again() -> None:
    """More callers than there is room for, one after the other, each find it empty."""
    windows, rate = Windows(Tally()), Rate(1, 1)
    for n in range(40_000):
        now = 1_000 + n / 1_000
        assert not windows.take(windows.key_of(f"caller {n}"), rate, now)[2] is not None
        assert windows.take(windows.key_of(f"caller {n}"), rate, now)[2] is not None


def _take_all(tally: Tally, rate: Rate, allowed: Any, begin: Any) -> None:
    windows, refused = Windows(tally), 0
    begin.wait()
    while refused < 500:
        if windows.take(windows.key_of("all of us"), rate, monotonic())[2] is not None:
            refused += 1
            continue
        with allowed.get_lock():
            allowed.value += 1


@pytest.mark.parametrize("limit", [20, 2_000])
def test_processes_count_together(limit: int) -> None:
    """Four processes that begin together, and each take until they are refused again and again,
    have, within a tenth, what one would have."""
    context: Any = multiprocessing.get_context("forkserver")
    tally, allowed, begin = Tally(4), context.Value("l", 0), context.Barrier(4)
    arguments = (tally, Rate(limit, 3_600), allowed, begin)
    processes = [context.Process(target=_take_all, args=arguments) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert limit * 0.9 <= allowed.value <= limit * 1.1
