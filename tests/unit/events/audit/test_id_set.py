"""A set of ids in little memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from events.audit.id_set import IdSet
from tests.searches import examples


@examples(1 / 2)
@given(st.lists(st.integers(0, 2_000), max_size=50), st.integers(0, 2_000))
def test_an_id_is_new_once(twice: list[int], count: int) -> None:
    """However many ids there are, and whichever of them comes again."""
    ids, seen = IdSet(), set[int]()
    for number in [*range(count), *twice]:
        assert ids.add(f"id-{number}") == (number not in seen)
        seen.add(number)


def test_no_addition_takes_long() -> None:
    """With a hundred thousand ids no bucket has more than a few hundred hashes, so that neither a
    search nor a division of a bucket grows with their number. Buckets are made many at a time."""
    ids = IdSet()
    for number in range(100_000):
        ids.add(f"id-{number}")
    sizes = [len(bucket) // 16 for bucket in ids._buckets]
    assert sum(sizes) == 100_000
    assert max(sizes) < 300
    assert len(sizes).bit_count() == 1, "they are doubled"
