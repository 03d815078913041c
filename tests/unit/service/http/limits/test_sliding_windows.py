"""SlidingWindows of time in memory that several processes share."""

from __future__ import annotations

import multiprocessing
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate, count
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.http.limits.sliding_windows import SlidingWindows
from service.settings.rate import Rate
from service.tally import Tally
from tests.rows import each_row

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
    windows, allowed = SlidingWindows(Tally().row(0)), list[float]()
    for now in moments:
        things, _, wait = windows.admit(windows.key_of("a"), Rate(limit, 1), now)
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
    windows, allowed = SlidingWindows(Tally().row(0)), list[float]()
    for n, burst in enumerate(bursts):
        now = 1_000 + n / 7
        for _ in range(burst):
            counted = within(allowed, now, 1)
            if windows.admit(windows.key_of("a"), Rate(limit, 1), now)[2] is not None:
                assert counted > limit * 0.9
                break
            assert counted < limit
            allowed.append(now)


def test_callers_do_not_hold_each_other_up() -> None:
    """Thousands that come in turns each have all that is theirs, and no more."""
    windows, rate = SlidingWindows(Tally().row(0)), Rate(2, 60)
    for turn in range(3):
        refused = [
            windows.admit(windows.key_of(f"caller {n}"), rate, 1_000)[2] is not None
            for n in range(2_000)
        ]
        assert refused == [turn == 2] * 2_000


def test_memory_is_used_again() -> None:
    """More callers than there is room for, one after the other, each find it empty."""
    windows, rate = SlidingWindows(Tally().row(0)), Rate(1, 1)
    for n in range(40_000):
        now = 1_000 + n / 1_000
        assert not windows.admit(windows.key_of(f"caller {n}"), rate, now)[2] is not None
        assert windows.admit(windows.key_of(f"caller {n}"), rate, now)[2] is not None


def taken(tally: Tally, number: int, rate: Rate, now: float) -> int:
    """How many things all of us are allowed at that time, in the process of that row."""
    windows = SlidingWindows(tally.row(number))
    key = windows.key_of("all of us")
    return next(n for n in count() if windows.admit(key, rate, now)[2] is not None)


class Halt:
    """Stops a process once, before it reads or writes its `left`-th number; meanwhile `others` go
    on, who are allowed so many things."""

    def __init__(self, left: int, others: Callable[[], int]) -> None:
        self.left = left
        self.allowed = 0
        self._others = others

    def pass_by(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.allowed = self._others()


class Halting:
    """Numbers of a process that a halt stops."""

    def __init__(self, numbers: Any, halt: Halt) -> None:
        self._numbers = numbers
        self._halt = halt

    def __getitem__(self, at: Any) -> Any:
        self._halt.pass_by()
        return self._numbers[at]

    def __setitem__(self, at: int, number: Any) -> None:
        self._halt.pass_by()
        self._numbers[at] = number


def stopped(
    rate: Rate, before: Callable[[Tally], object], others: Callable[[Tally], int]
) -> Iterator[tuple[Tally, int, int]]:
    """A process that decides at 1,000, stopped in every way while `others` go on: the numbers
    after that, and how many things it and the others were allowed."""
    for steps in count(1):
        tally = Tally(3)
        before(tally)
        halt = Halt(steps, partial(others, tally))
        windows = SlidingWindows(tally.row(0))
        for name in ("_counts", "_times", "_keys"):
            setattr(windows, name, Halting(getattr(windows, name), halt))
        is_refused = windows.admit(windows.key_of("all of us"), rate, 1_000)[2] is not None
        if halt.left > 0:
            return  # it has read and written no more numbers than that
        yield tally, int(not is_refused), halt.allowed


@each_row("limit", [1, 3, 20, 100])
@each_row("before", [None, 900, 1_000])
@each_row("later", [1_000, 1_040])
def test_what_others_count_is_not_lost_by_one_that_was_stopped(
    limit: int, before: int | None, later: int
) -> None:
    """Wherever a process is stopped while the others use up the limit of a caller whom nobody
    knows, who was there earlier, or who has begun: it lets its one thing through at most, and
    forgets none of theirs, but for one note if its own time is long over."""
    rate, note = Rate(limit, 60), -(-limit // 58)

    def once(tally: Tally) -> None:
        windows = SlidingWindows(tally.row(2))
        if before is not None:
            windows.admit(windows.key_of("all of us"), rate, before)

    for tally, own, others in stopped(rate, once, lambda tally: taken(tally, 1, rate, later)):
        assert limit <= (before == 1_000) + own + others <= limit + 1
        counting = others if later > 1_000 else (before == 1_000) + own + others
        more = sum(taken(tally, n, rate, later + 59) for n in range(3))
        assert counting + more <= limit + 1 + note * (later > 1_000)
        assert taken(tally, 0, rate, later + 120) == limit


def test_a_place_in_the_ring_that_comes_late_keeps_nobody_out() -> None:
    """A process that passes over what counts no longer, and notes how far when the others are
    further and have filled the ring: what is left is true all the same."""
    rate = Rate(58, 60)

    def begin(tally: Tally) -> None:
        windows = SlidingWindows(tally.row(2))
        for now in (939, 950):
            windows.admit(windows.key_of("all of us"), rate, now)

    def go_on(tally: Tally) -> int:
        windows = SlidingWindows(tally.row(1))
        allowed = taken(tally, 1, rate, 1_040)
        for _ in range(5):
            assert windows.admit(windows.key_of("all of us"), rate, 1_101)[2] is None
        return allowed

    for tally, _, allowed in stopped(rate, begin, go_on):
        assert allowed in {57, 58}
        assert taken(tally, 2, rate, 1_102) in {52, 53}


def _take_all(tally: Tally, number: int, rate: Rate, allowed: Any, begin: Any) -> None:
    windows, refused = SlidingWindows(tally.row(number)), 0
    begin.wait()
    while refused < 500:
        if windows.admit(windows.key_of("all of us"), rate, monotonic())[2] is not None:
            refused += 1
            continue
        with allowed.get_lock():
            allowed.value += 1


@pytest.mark.parametrize("limit", [20, 2_000])
def test_processes_count_together(limit: int) -> None:
    """Four processes that begin together, and each take until they are refused again and again,
    have what one would have, but for one of each that was under way."""
    context: Any = multiprocessing.get_context("forkserver")
    tally, allowed, begin = Tally(4), context.Value("l", 0), context.Barrier(4)
    processes = [
        context.Process(target=_take_all, args=(tally, number, Rate(limit, 3_600), allowed, begin))
        for number in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert limit <= allowed.value <= limit + 3
