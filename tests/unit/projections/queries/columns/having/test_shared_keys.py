"""Keys in arrays: each has the number that it was given, and no other key has one."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.queries.columns.having import shared_keys
from projections.queries.columns.having.postings import Postings
from projections.queries.columns.having.shared_keys import SharedKeys, packed_keys

KEYS = st.lists(st.text(max_size=4), unique=True, max_size=30)


@given(
    KEYS,
    st.integers(0, 30),
    st.integers(1, 30),
    st.sampled_from([None, 1, 3]),
    st.sampled_from([1, 7, 50_000]),
)
def test_a_key_is_found_by_its_number_and_a_number_by_its_key(
    keys: list[str], packed: int, again: int, hashes: int | None, at_once: int
) -> None:
    """Those that were packed, however many at a time, those that were appended, and those that were
    packed with the ones before; also where hashes meet. What is appended later is not in a copy."""
    whole = shared_keys._hash_of
    with (
        patch.object(shared_keys, "_hash_of", lambda text: whole(text) % (hashes or 2**64)),
        patch.object(shared_keys, "_AT_ONCE", at_once),
    ):
        known = SharedKeys.of(packed_keys(keys[:packed]))
        for key in keys[packed : packed + again]:
            known.append(key)
        copy, size = known[:], len(known)
        known.append("later")
        assert [*copy] == keys[:size]
        one = SharedKeys.of(packed_keys(copy))
        assert [*one] == [one[number] for number in range(size)] == keys[:size]
        for number, key in enumerate(keys):
            assert one.find(key) == (number if number < size else None)


@pytest.mark.parametrize("shared", [False, True])
def test_numbers_go_on_behind_those_that_are_shared(shared: bool) -> None:
    """A key that has a number keeps it; a new one gets the next; both are found with their rows."""
    before = Postings()
    before.extend([before.number(key) for key in ("a", "b", "c")], [0, 0, 1])
    parts = before.parts()
    if shared:
        parts["keys"] = packed_keys(parts["keys"])
    after = Postings.of(parts)
    assert [after.number(key) for key in ("c", "d", "a", "d", "c")] == [2, 3, 0, 3, 2]
    after.extend([3, 0], [2, 2])
    assert [after.number_of(key) for key in "abcde"] == [0, 1, 2, 3, None]
    assert after.rows_of(["a", "d", "e"]).tolist() == [0, 2]
    assert [*after.keys] == ["a", "b", "c", "d"]
    assert [*before.keys] == ["a", "b", "c"]
