"""Which rows have which key."""

from __future__ import annotations

from threading import Lock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.queries.columns.having import postings
from projections.queries.columns.having.postings import Postings

KEYS = "abcd"
rows = st.lists(st.lists(st.sampled_from(KEYS), unique=True), min_size=1, max_size=30)


@given(rows=rows, part=st.integers(1, 9), settled=st.sets(st.integers(0, 29)), chosen=st.data())
def test_rows_and_counts_are_those_of_the_pairs(
    rows: list[list[str]], part: int, settled: set[int], chosen: st.DataObject
) -> None:
    """Whatever was sorted and joined so far, each key has its rows, ascending, several together
    each row once, and is counted over the rows that are chosen, also if more were added since."""
    size = chosen.draw(st.integers(0, len(rows)))
    truths = np.array([chosen.draw(st.booleans()) for _ in range(size)], np.bool_)
    found = Postings()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "_PART", part)
        patch.setattr(postings, "_MANY", 2)
        for row, keys in enumerate(rows):
            found.extend([found.number(key) for key in keys], [row] * len(keys))
            if row in settled:
                found.settle(Lock())
    for wanted in ("a", "ab", "dcba", "x", "ax"):
        expected = [row for row, keys in enumerate(rows) if {*wanted} & {*keys}]
        assert found.rows_of(wanted).tolist() == expected
        assert found.count_of(wanted) == sum(len({*wanted} & {*keys}) for keys in rows)
        since = found.rows_of(wanted, size).tolist()
        assert [row for row in since if row >= size] == [row for row in expected if row >= size]
    counts = dict(zip(found.keys, found.counts(truths).tolist(), strict=True))
    expected_counts = {
        key: sum(key in keys for keys, is_chosen in zip(rows, truths, strict=False) if is_chosen)
        for key in found.keys
    }
    assert counts == expected_counts
