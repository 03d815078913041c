"""How many events are asked for at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from events.log.fetch_size import FetchSize

WEIGHT = 1_000


def test_small_events_come_in_more_and_more_up_to_a_limit() -> None:
    """Fourfold each time, and never more than 256."""
    fetch_size = FetchSize(WEIGHT)
    asked = []
    for _ in range(5):
        asked.append(fetch_size.events)
        fetch_size.learn(fetch_size.events, fetch_size.events)
    assert asked == [8, 32, 128, 256, 256]


def test_large_events_come_one_by_one() -> None:
    """One is always asked for, however large those before it were."""
    fetch_size = FetchSize(WEIGHT, first=32)
    assert fetch_size.events == 32
    fetch_size.learn(32, 32 * 5 * WEIGHT)
    assert fetch_size.events == 1
    fetch_size.learn(1, WEIGHT // 3)
    assert fetch_size.events == 3


def test_what_weighs_nothing_makes_the_portion_grow() -> None:
    """Events of which the caller kept none say nothing of a weight."""
    fetch_size = FetchSize(WEIGHT)
    fetch_size.learn(8, 0)
    assert fetch_size.events == 32


@given(sizes=st.lists(st.integers(1, 3 * WEIGHT), min_size=1))
def test_events_of_one_size_fit_the_weight(sizes: list[int]) -> None:
    """What is asked for next weighs no more than it should, if it is like what came, or is one
    event."""
    fetch_size = FetchSize(WEIGHT)
    for size in sizes:
        fetch_size.learn(fetch_size.events, fetch_size.events * size)
        assert fetch_size.events == 1 or fetch_size.events * size <= WEIGHT
