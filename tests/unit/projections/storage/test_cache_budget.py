"""The memory for pages, shared by the connections of a process."""

from __future__ import annotations

import apsw

from projections.storage.cache_budget import CacheBudget

_MIB = 1 << 20


def sizes(connections: list[apsw.Connection]) -> list[int]:
    """How many bytes of pages each may keep."""
    return [-1024 * int(str(each.pragma("cache_size"))) for each in connections]


def test_those_that_are_used_share_all_of_it() -> None:
    """One that is used alone has everything; each further one takes its part at once, and what was
    not used for a while gives its part back."""
    now = 0.0
    budget = CacheBudget(16 * _MIB, lambda: now)
    connections = [apsw.Connection(":memory:") for _ in range(3)]
    a, b, c = connections
    budget.use(a)
    assert sizes([a]) == [16 * _MIB]
    budget.use(b)
    budget.use(a)
    assert sizes([a, b]) == [8 * _MIB, 8 * _MIB]
    now = 1.0
    budget.use(b)
    assert sizes([a, b]) == [8 * _MIB, 8 * _MIB]
    now = 2.0
    budget.use(b)
    assert sizes([a, b]) == [_MIB // 4, 16 * _MIB]
    budget.use(c)
    budget.leave(b)
    now = 4.0
    budget.use(c)
    assert sizes([a, c])[0] == _MIB // 4
    now = 6.0
    budget.use(c)
    assert sum(sizes([a, c])) <= 16 * _MIB + _MIB // 4
    for each in connections:
        each.close()


def test_however_many_are_used_the_sum_is_bounded() -> None:
    """A round over many of them leaves each a small part, and no more than all of it together."""
    budget = CacheBudget(16 * _MIB, lambda: 0.0)
    connections = [apsw.Connection(":memory:") for _ in range(16)]
    for _ in range(2):
        for each in connections:
            budget.use(each)
            assert sum(sizes(connections[: connections.index(each) + 1])) <= 16 * _MIB
    assert sizes(connections) == [_MIB] * 16
    for each in connections:
        each.close()


def test_what_nobody_uses_is_given_up() -> None:
    """Those that were not used between two calls keep next to nothing, and have their share again
    when they are used. It is told once that something was given up."""
    budget = CacheBudget(16 * _MIB, lambda: 0.0)
    connections = [apsw.Connection(":memory:") for _ in range(2)]
    for each in connections:
        budget.use(each)
    assert not budget.release_idle()
    budget.use(connections[0])
    assert not budget.release_idle()
    assert sizes(connections) == [8 * _MIB] * 2
    assert budget.release_idle()
    assert sizes(connections) == [_MIB // 4] * 2
    assert not budget.release_idle()
    budget.use(connections[1])
    assert sizes(connections) == [_MIB // 4, 16 * _MIB]
    for each in connections:
        each.close()
