"""The first rows of a page, beside sorting everything."""

from __future__ import annotations

from typing import get_args

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from projections.answers.choices import Order
from projections.queries.columns.columns import Columns
from projections.queries.columns.orders.pages import first_of, sort_key_of
from projections.storage.schema import OPEN_END, OPEN_START

seconds = st.integers(0, 5)
spans = st.one_of(
    st.none(),
    st.tuples(seconds | st.just(OPEN_START), st.integers(6, 9) | st.just(OPEN_END)),
)


@given(
    dates=st.lists(st.tuples(spans, spans), min_size=1, max_size=40),
    order=st.sampled_from(get_args(Order)),
    limit=st.integers(1, 6),
    data=st.data(),
)
def test_pages_are_the_pieces_of_the_whole_in_its_order(
    dates: list[tuple[tuple[int, int] | None, tuple[int, int] | None]],
    order: Order,
    limit: int,
    data: st.DataObject,
) -> None:
    """Page after page, each row comes once, in the order of start, end and recording, those
    without the date last, however many share a start."""
    columns = Columns(0)
    sts = data.draw(st.permutations(range(1, len(dates) + 1)))
    columns.st.extend(sts)
    for clock, place in (("occurred", 0), ("said", 1)):
        stored = [pair[place] or (OPEN_END, OPEN_START) for pair in dates]
        columns.starts[clock].extend([start for start, _ in stored])
        columns.ends[clock].extend([end for _, end in stored])
    date, turned = order.lstrip("-"), order.startswith("-")
    sign = -1 if turned else 1

    def place_of(row: int) -> tuple[int, ...]:
        span = None if date == "recorded" else dates[row][date == "said"]
        if span is None:
            return (1, sign * sts[row])
        return (0, sign * span[0], sign * span[1], sign * sts[row])

    wanted = [sts[row] for row in sorted(range(len(dates)), key=place_of)]
    found: list[int] = []
    after = None
    while len(page := first_of(columns, np.arange(len(dates)), order, after, limit)):
        found += columns.st.values[page].tolist()
        after = sort_key_of(columns, page[-1], order)
    assert found == wanted
