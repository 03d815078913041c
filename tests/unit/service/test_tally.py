"""Numbers that several processes share."""

from __future__ import annotations

import multiprocessing
import os
from typing import Any

import pytest

from service.tally import COLUMNS, GAUGES, PARTITIONS, Tally


def _count(tally: Tally, number: int) -> None:
    row = tally.row(number)
    for _ in range(1_000):
        row.add(0, 1)
        row.add(GAUGES, 1)
        row.observe(7, 3, 0.5)
    tally.commits[PARTITIONS - 1 - number] = 2**64 - 1
    os._exit(9)  # without a word, as one that is killed


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_what_a_process_counted_is_there_after_it(method: str) -> None:
    """Processes that are forked or spawned write rows of their own, and the sums are exact, though
    they ended without a word."""
    tally = Tally(3)
    context: Any = multiprocessing.get_context(method)
    processes = [context.Process(target=_count, args=(tally, number)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [9, 9, 9]
    assert tally.total(GAUGES) == 3_000
    assert tally.series() == {7: [0, 0, 0, 3_000, *[0] * 11, 1_500.0]}
    assert tally.commits.tolist() == [0] * (PARTITIONS - 3) + [2**64 - 1] * 3


def test_a_row_that_is_left_holds_nothing_and_keeps_its_counts() -> None:
    """What a process held is free when it has ended; what it counted goes on from there."""
    tally = Tally(2)
    row = tally.row(1)
    row.set(0, 5)
    row.add(GAUGES, 2)
    row.leave()
    tally.row(1).add(GAUGES, 3)
    assert (tally.total(0), tally.total(GAUGES)) == (0, 5)


def test_the_greatest_number_of_a_column_is_found() -> None:
    """The greatest of the rows is returned, of the last column too."""
    tally = Tally(3)
    tally.row(1).set(COLUMNS - 1, 4)
    tally.row(2).set(COLUMNS - 1, 2)
    assert tally.most(COLUMNS - 1) == 4
