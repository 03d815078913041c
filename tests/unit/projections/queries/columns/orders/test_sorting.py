"""Rows in the order of a clock, while more are added."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.queries.columns.columns import Columns
from projections.queries.columns.orders import sorting
from projections.queries.columns.orders.pages import sort_key_of
from projections.queries.columns.orders.sorting import CLOCKS, is_stale, sort_further
from projections.storage.schema import OPEN_END, OPEN_START
from tests.peaks import peak_of

_spans = st.one_of(st.none(), st.tuples(st.integers(0, 5), st.integers(6, 9)))


def _add(columns: Columns, spans: list[Any]) -> None:
    first = len(columns)
    columns.revisions.extend(range(first + 1, first + len(spans) + 1))
    columns.st.extend(range(first + 1, first + len(spans) + 1))
    for clock in ("occurred", "said"):
        columns.starts[clock].extend([span[0] if span else OPEN_END for span in spans])
        columns.ends[clock].extend([span[1] if span else OPEN_START for span in spans])


@given(
    batches=st.lists(st.lists(_spans, min_size=1, max_size=9), min_size=1, max_size=9),
    clock=st.sampled_from(CLOCKS),
)
def test_sortings_follow_each_other_and_are_few(batches: list[list[Any]], clock: str) -> None:
    """Each row is in one of them, and in each they are in their order; each has several times as
    many as the next one."""
    columns = Columns(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_TIMES", 3)
        patch.setattr(sorting, "_FEWEST", 2)
        for batch in batches:
            _add(columns, batch)
            if is_stale(columns, clock):
                columns.sortings[clock] = sort_further(columns, clock)
        known = columns.sortings.get(clock, ())
    end = 0
    for one in known:
        assert one.least == end
        end = one.end
        rows = one.rows.tolist()
        assert sorted(rows) == [*range(one.least, one.end)]
        assert (one.ranks[one.rows - one.least] == np.arange(len(rows))).all()
        keys = [sort_key_of(columns, row, clock) for row in rows]
        assert [key[0] is not None or clock == "recorded" for key in keys] == (
            [True] * one.dated + [False] * (len(rows) - one.dated)
        )
        assert keys[: one.dated] == sorted(keys[: one.dated])
        assert keys[one.dated :] == sorted(keys[one.dated :])
    assert len(columns) - end <= 2
    sizes = [len(one.rows) for one in known]
    assert all(size >= 3 * after for size, after in pairwise(sizes))


@given(corrected=st.lists(st.one_of(st.none(), st.integers(0, 99)), min_size=2, max_size=30))
def test_as_of_an_earlier_revision_the_statements_recorded_since_are_left_out(
    corrected: list[int | None],
) -> None:
    """Sorted by recording, all rows of those recorded until then come first, of which a later one
    may be a correction; no row of those that were there is left out."""
    columns, sts = Columns(0), list[int]()
    for revision, of in enumerate(corrected, 10):
        sts.append(revision if of is None or not sts else sts[of % len(sts)])
    _add(columns, [None] * len(sts))
    columns.revisions.values[:] = range(10, 10 + len(sts))
    columns.st.values[:] = sts
    whole = sorting.Sorting.of(columns, "recorded", 0, len(sts))
    for size in range(1, len(sts)):
        low, high = whole.within(columns, None, size)
        found = whole.rows[low:high].tolist()
        assert {*range(size)} <= {*found}
        assert {sts[row] for row in found} == {*sts[:size]}
    assert whole.within(columns, None, len(sts)) == (0, len(sts))


def test_rows_are_sorted_in_little_more_than_their_own_memory() -> None:
    """Of each row there are its rank in the order, twice, and what NumPy sorts it with: its dates
    are looked at a few at a time."""
    columns, rows = Columns(0), 200_000
    _add(columns, [(row % 1_000, row) for row in range(rows)])
    assert peak_of(lambda: sorting.Sorting.of(columns, "said", 0, rows)) < 30 * rows


@given(
    spans=st.lists(_spans, min_size=1, max_size=40), zone=st.integers(1, 5), many=st.integers(1, 4)
)
def test_zones_have_what_is_least_and_most_in_them(spans: list[Any], zone: int, many: int) -> None:
    """However many of them are looked at together."""
    columns = Columns(0)
    _add(columns, spans)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_ZONE", zone)
        patch.setattr(sorting, "_AT_ONCE", many)
        found = sorting.Sorting.of(columns, "said", 0, len(spans))
    said, zones = found.zones.spans["said"], found.zones
    for number, (begin, end) in enumerate(zip(zones.begins, zones.ends, strict=True)):
        rows = found.rows[begin:end]
        starts, ends = columns.starts["said"].values[rows], columns.ends["said"].values[rows]
        assert zones.first[number] == rows.min()
        assert (said.low[number], said.reach[number]) == (starts.min(), ends.max())
        assert said.high[number] == (starts.max() if starts.max() < OPEN_END else OPEN_START)
    assert [0, *zones.ends.tolist()] == [*zones.begins.tolist(), len(spans)]
