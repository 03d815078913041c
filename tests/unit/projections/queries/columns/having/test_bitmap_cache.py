"""Truth values of a term that are kept for the next question."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.queries.columns.columns import Columns
from projections.queries.columns.having import bitmap_cache, postings
from projections.queries.columns.having.bitmap_cache import bitmap_of
from projections.storage.schema import TAG

KEYS = "abc"


@given(
    batches=st.lists(
        st.lists(st.lists(st.sampled_from(KEYS), unique=True), max_size=6), min_size=1, max_size=8
    ),
    part=st.integers(1, 9),
    most=st.integers(0, 9),
)
def test_what_is_kept_of_a_term_grows_with_the_rows(
    batches: list[list[list[str]]], part: int, most: int
) -> None:
    """While rows are added, each term is asked again and again, with more or less room to keep it:
    the rows are those that have it."""
    columns, rows = Columns(0), list[list[str]]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "_PART", part)
        patch.setattr(bitmap_cache, "_MOST_BYTES", most)
        for batch in batches:
            for keys in batch:
                numbers = [columns.terms[TAG].number(key) for key in keys]
                columns.terms[TAG].extend(numbers, [len(rows)] * len(keys))
                rows.append(keys)
            columns.revisions.extend(range(len(columns) + 1, len(rows) + 1))
            for wanted in (("a",), ("b", "c"), ("x",)):
                find = partial(columns.terms[TAG].rows_of, wanted)
                bits = bitmap_of(columns, (TAG, wanted), len(rows), find)
                mask = [bool({*wanted} & {*keys}) for keys in rows]
                assert bits.at(slice(0, len(rows))).tolist() == mask
                assert bits.count == sum(mask)
            assert sum(len(bits) for bits in columns.bitmaps.values()) <= most
