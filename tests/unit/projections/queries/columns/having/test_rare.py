"""Rows that have all of what is rare."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from projections.queries.columns.having.rare import Among, Rare

_rows = st.sets(st.integers(0, 300), max_size=300)


def _found(rows: NDArray[Any], _: int) -> NDArray[Any]:
    return rows


@given(
    sets=st.lists(_rows, min_size=1, max_size=3),
    since=st.integers(0, 301),
    end=st.integers(0, 301),
)
def test_the_rows_are_those_of_all_sets(sets: list[set[int]], since: int, end: int) -> None:
    """From one row to another, ascending, however differently many the sets have."""
    rare = [
        Rare(number, len(rows), partial(_found, np.array(sorted(rows), np.uint32)))
        for number, rows in enumerate(sets)
    ]
    found = Among(rare, 301).rows(since, end).tolist()
    assert found == sorted(row for row in set.intersection(*sets) if since <= row < end)
    assert Among(rare, 301).key == Among(rare[::-1], 301).key
