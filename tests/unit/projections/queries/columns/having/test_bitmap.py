"""Truth values, beside a plain list."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from projections.queries.columns.having.bitmap import Bitmap


@given(batches=st.lists(st.lists(st.booleans(), max_size=20), max_size=6), data=st.data())
def test_each_row_has_the_value_it_came_with(
    batches: list[list[bool]], data: st.DataObject
) -> None:
    """However many come at a time: any stretch of them, and any rows in any order."""
    bits, all_ = Bitmap(0), list[bool]()
    for batch in batches:
        rows = np.flatnonzero(np.array(all_ + batch, np.bool_)).astype(np.uint32)
        before, all_ = all_, all_ + batch
        known = bits.extended(len(all_), rows)
        assert bits.at(slice(0, len(before))).tolist() == before
        bits = known
    begin = data.draw(st.integers(0, len(all_)))
    end = data.draw(st.integers(begin, len(all_)))
    assert bits.size == len(all_)
    assert len(bits) == -(-len(all_) // 8)
    assert bits.at(slice(begin, end)).tolist() == all_[begin:end]
    asked = data.draw(st.permutations(range(len(all_))))
    assert bits.at(np.array(asked, np.intp)).tolist() == [all_[row] for row in asked]


@given(
    sets=st.lists(st.tuples(st.sets(st.integers(0, 29)), st.booleans()), min_size=1, max_size=4),
    size=st.integers(0, 30),
)
def test_all_that_is_wanted_and_nothing_that_is_not(
    sets: list[tuple[set[int], bool]], size: int
) -> None:
    """Of the rows that are asked for, however many more each of the parts knows."""
    made = [
        Bitmap(n).extended(30, np.array(sorted(rows), np.uint32))
        for n, (rows, _) in enumerate(sets)
    ]
    wanted = [bits for bits, (_, is_wanted) in zip(made, sets, strict=True) if is_wanted]
    unwanted = [bits for bits in made if bits not in wanted]
    found = Bitmap.of_all(0, wanted, unwanted, size)
    rows = [row for row in range(size) if all((row in has) == is_ for has, is_ in sets)]
    assert found.rows().tolist() == rows
    assert (found.count, found.size) == (len(rows), size)
