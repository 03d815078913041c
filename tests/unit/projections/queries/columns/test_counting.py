"""What is counted of many rows, in little memory."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.edtf.calendar import DAY
from projections.queries.columns import counting
from projections.queries.columns.counting import days_of, starting_between
from tests.peaks import peak_of

ROWS = 200_000
rows = st.lists(st.tuples(st.integers(-(10**7), 10**7), st.integers(0, 7)), max_size=30)


@given(rows=rows, short=st.integers(0, 300))
def test_each_row_is_counted_on_its_day(rows: list[tuple[int, int]], short: int) -> None:
    """By its standing, however many days there are from the first to the last."""
    starts, standings = (np.array([row[n] for row in rows], np.int64) for n in (0, 1))
    found: Counter[tuple[int, int]] = Counter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_SHORT", short)
        for second, counts in days_of(starts, standings.astype(np.uint8)):
            found.update({(second, standing): count for standing, count in counts.items()})
    assert found == Counter((start // DAY * DAY, standing) for start, standing in rows)


def test_days_that_are_far_apart_take_no_more_than_rows() -> None:
    """A single statement about a day thousands of years before all others does not make a table of
    all days between."""
    starts = np.array([-3_000_000 * DAY, *range(9)], np.int64)
    assert peak_of(lambda: [*days_of(starts, np.zeros(10, np.uint8))]) < 1_000_000


def test_many_rows_are_counted_in_one_number_each() -> None:
    """Beside the rows themselves there is one array of them at a time."""
    starts = np.arange(ROWS, dtype=np.int64) * 100
    standings = np.zeros(ROWS, np.uint8)
    assert peak_of(lambda: [*days_of(starts, standings)]) < 8 * ROWS * 1.3
    sts = np.arange(ROWS, dtype=np.uint32)
    assert peak_of(lambda: starting_between(sts, standings, [0, 9])) < 8 * ROWS * 1.3
