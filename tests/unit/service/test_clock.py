"""The clock and the maker of ids."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from service.clock import IdMaker, RandomPool, now

MOST = 2**48 * 1_000 - 1


@given(st.lists(st.tuples(st.integers(0, MOST - 10**6), st.integers(0, 50)), max_size=20))
def test_ids_ascend_whatever_the_clock_does(ticks: list[tuple[int, int]]) -> None:
    """Each id is a UUIDv7 greater than all before it, even where the clock stands or goes back."""
    times = iter([time for time, _ in ticks])
    make = IdMaker(lambda: next(times), RandomPool())
    ids = [id_ for _, count in ticks for id_ in make.many(count)]
    assert ids == sorted(set(ids))
    for id_ in ids:
        parsed = UUID(id_)
        assert (str(parsed), parsed.version, parsed.variant) == (id_, 7, "specified in RFC 4122")


@given(st.integers(0, MOST))
def test_an_id_tells_the_millisecond_and_its_chance(time: int) -> None:
    """48 bits of milliseconds come first; every bit of chance that fits is kept."""
    value = UUID(IdMaker(lambda: time, lambda count: b"\xff" * count)()).int
    assert value >> 80 == time // 1_000
    assert value & (2**62 - 1) == 2**62 - 1
    assert (value >> 64 & 0xFFF) == (time % 1_000 << 12) // 1_000


def test_the_system_is_asked() -> None:
    """The clock is in microseconds and goes on."""
    assert 1.7e15 < now() <= now()


@given(sizes=st.lists(st.integers(0, 9_000), min_size=1, max_size=30))
def test_no_chance_is_given_twice(sizes: list[int]) -> None:
    """Pieces are of the length that was asked for, and none shares eight bytes with another."""
    pool = RandomPool()
    pieces = [pool(size) for size in sizes]
    assert [len(piece) for piece in pieces] == sizes
    words = [p[n : n + 8] for p in pieces for n in range(0, len(p) - 7, 8)]
    assert len({*words}) == len(words)
