"""A walk through sorted rows: what it keeps for the next page."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from projections.queries.columns.columns import Columns
from projections.queries.columns.having.rare import Among, Rare
from projections.queries.columns.orders.sorting import Sorting
from projections.queries.columns.orders.walk import Walk


def _found(rows: NDArray[Any], _: int) -> NDArray[Any]:
    return rows


def _all(at: NDArray[Any]) -> NDArray[np.bool_]:
    return np.ones(len(at), np.bool_)


@pytest.mark.parametrize("complete", [5, 6])
def test_what_is_not_known_of_all_rows_is_not_cached(complete: int) -> None:
    """Rows may be sorted that came after the search for what is rare. What is cached of it is of
    all sorted rows, so that the next page misses none."""
    columns = Columns(0)
    columns.revisions.extend(range(1, 7))
    columns.st.extend(range(1, 7))
    for dates in (*columns.starts.values(), *columns.ends.values()):
        dates.extend(range(6))
    sorting = Sorting.of(columns, "recorded", 0, 6)
    rare = Rare("rare", 2, partial(_found, np.array([1, 3], np.uint32)))
    walk = Walk(
        columns,
        5,
        None,
        9,
        turned=True,
        edges={},
        among=Among([rare], complete),
        conditions=[_all],
        mask=partial(_all, columns.st.values),
    )
    rows = walk.through(sorting)
    assert rows is not None
    assert rows.tolist() == [3, 1]
    assert (sorting.rank_cache.find(frozenset(["rare"])) is not None) == (complete == 6)
