"""Which rows a filter selects: what is kept of terms for the next question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.queries.columns import choosing, postings
from projections.queries.columns.choosing import term_mask
from projections.queries.columns.columns import Columns
from projections.storage.schema import TAG

KEYS = "abc"


@given(
    batches=st.lists(
        st.lists(st.lists(st.sampled_from(KEYS), unique=True), max_size=6), min_size=1, max_size=8
    ),
    part=st.integers(1, 9),
    most=st.integers(0, 60),
)
def test_what_is_kept_of_a_term_grows_with_the_rows(
    batches: list[list[list[str]]], part: int, most: int
) -> None:
    """While rows are added, each term is asked again and again, with more or less room to keep it:
    the rows are those that have it."""
    columns, rows = Columns(0), list[list[str]]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "_PART", part)
        patch.setattr(choosing, "_MOST_KEPT", most)
        for batch in batches:
            for keys in batch:
                numbers = [columns.terms[TAG].number(key) for key in keys]
                columns.terms[TAG].extend(numbers, [len(rows)] * len(keys))
                rows.append(keys)
            columns.revisions.extend(range(len(columns) + 1, len(rows) + 1))
            for wanted in (("a",), ("b", "c"), ("x",)):
                mask = term_mask(columns, TAG, wanted)
                assert mask.tolist() == [bool({*wanted} & {*keys}) for keys in rows]
            assert sum(map(len, columns.masks.values())) <= max(most, 0)
