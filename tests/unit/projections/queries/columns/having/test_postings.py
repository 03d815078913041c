"""Which rows have which key."""

from __future__ import annotations

from contextlib import AbstractContextManager
from itertools import pairwise
from threading import Lock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.queries.columns.having import postings
from projections.queries.columns.having.postings import Postings
from tests.peaks import peak_of

KEYS = "abcd"
rows = st.lists(st.lists(st.sampled_from(KEYS), unique=True), min_size=1, max_size=30)


@given(
    rows=rows,
    part=st.integers(1, 9),
    few=st.integers(0, 9),
    settled=st.sets(st.integers(0, 29)),
    chosen=st.data(),
)
def test_rows_and_counts_are_those_of_the_pairs(
    rows: list[list[str]], part: int, few: int, settled: set[int], chosen: st.DataObject
) -> None:
    """Whatever was sorted and joined so far, each key has its rows, ascending, several together
    each row once, and is counted over the rows that are chosen, also if more were added since."""
    size = chosen.draw(st.integers(0, len(rows)))
    mask = np.array([chosen.draw(st.booleans()) for _ in range(size)], np.bool_)
    found = Postings()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "_PART", part)
        patch.setattr(postings, "_FEW", few)
        for row, keys in enumerate(rows):
            found.extend([found.number(key) for key in keys], [row] * len(keys))
            if row in settled:
                found.compact(Lock())
    for wanted in ("a", "ab", "dcba", "x", "ax"):
        expected = [row for row, keys in enumerate(rows) if {*wanted} & {*keys}]
        assert found.rows_of(wanted).tolist() == expected
        assert found.count_of(wanted) == sum(len({*wanted} & {*keys}) for keys in rows)
        since = found.rows_of(wanted, size).tolist()
        assert [row for row in since if row >= size] == [row for row in expected if row >= size]
    counts = dict(zip(found.keys, found.counts(mask).tolist(), strict=True))
    expected_counts = {
        key: sum(key in keys for keys, is_chosen in zip(rows, mask, strict=False) if is_chosen)
        for key in found.keys
    }
    assert counts == expected_counts


def test_however_much_is_added_few_parts_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is many times as large as the next one, so that pairs are sorted few times."""
    monkeypatch.setattr(postings, "_PART", 64)
    monkeypatch.setattr(postings, "_FEW", 8)
    found, seen = Postings(), []
    for row in range(4_000):
        found.extend([found.number(str(row % 90))], [row])
        if row % 20 == 0:
            found.compact(Lock())
            seen.append([len(part.rows) for part in found._pairs.parts])
    assert max(map(len, seen)) <= 4
    assert all(larger >= 8 * smaller for sizes in seen for larger, smaller in pairwise(sizes))
    changes = sum(before[:1] != after[:1] for before, after in pairwise(seen))
    assert changes < 60


@pytest.mark.parametrize("more", [1, 4, 9])
def test_pairs_may_be_added_while_others_are_settled(
    monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    """None is lost, and none is there twice, also if so many come meanwhile that they are sorted
    together with those that are being settled."""
    monkeypatch.setattr(postings, "_PART", 10)
    monkeypatch.setattr(postings, "_FEW", 3)
    found, rows = Postings(), iter(range(100))

    def add(count: int) -> None:
        for row in [next(rows) for _ in range(count)]:
            found.extend([found.number("ab"[row % 2])], [row])

    class Meanwhile(AbstractContextManager[None]):
        """A lock; after it was held for the first time, more are added."""

        def __enter__(self) -> None:
            pass

        def __exit__(self, *_: object) -> None:
            if not came:
                came.append(more)
                add(more)

    came: list[int] = []
    add(25)
    found.compact(Meanwhile())
    size = 25 + more
    assert found.rows_of("a").tolist() == [*range(0, size, 2)]
    assert found.count_of("b") == size // 2


def test_pairs_are_joined_in_little_more_than_their_own_memory() -> None:
    """Half a million pairs, four bytes each: there is room for the joined ones beside those before,
    and for no order of all of them."""
    found, pairs = Postings(), 500_000
    numbers = [found.number(str(key)) for key in range(1_000)]
    for row in range(0, pairs, 1_000):
        found.extend(numbers, [row] * 1_000)
    assert peak_of(lambda: found.compact(Lock())) < 3 * 4 * pairs
