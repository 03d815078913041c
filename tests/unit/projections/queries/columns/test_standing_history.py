"""Standings as of any revision, beside a plain list of what happened."""

from __future__ import annotations

from threading import Lock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.queries.columns import standing_history
from projections.queries.columns.standing_history import StandingHistory
from projections.storage.schema import STANDINGS

_moved = st.tuples(st.integers(0, 5), st.integers(0, len(STANDINGS) - 1))
_batches = st.lists(st.tuples(st.lists(_moved, max_size=8), st.booleans()), max_size=8)


@given(batches=_batches)
def test_a_standing_is_the_last_one_up_to_the_revision(
    batches: list[tuple[list[tuple[int, int]], bool]],
) -> None:
    """While rows and moves are added, and some are sorted: of all rows and of some, as of every
    revision there was."""
    of, rows, revision = StandingHistory(), 1, 0
    happened: list[tuple[int, int, int]] = []
    changed = np.zeros(len(batches) + 1, np.uint32)
    of.add_rows(1)
    for batch, is_settled in batches:
        made = [(row % rows, revision + n, to) for n, (row, to) in enumerate(batch, 1)]
        revision += len(batch)
        for row, at, _ in made:
            changed[row] = at
        of.add([row for row, *_ in made], [at for _, at, _ in made], [to for *_, to in made])
        happened += made
        if is_settled:
            of.compact(Lock())
        rows += 1
        of.add_rows(1)
        for asked in range(revision + 1):
            wanted = [0] * rows
            for row, at, to in happened:
                if at <= asked:
                    wanted[row] = to
            assert of.all_at(rows, asked).tolist() == wanted
            some = np.array([rows - 1, 0, rows // 2], np.intp)
            assert of.of_rows(some, changed, asked).tolist() == [wanted[row] for row in some]


def test_moves_are_sorted_once_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as make it worth while, beside those that are sorted already."""
    monkeypatch.setattr(standing_history, "_MANY", 2)
    of, seen = StandingHistory(), []
    of.add_rows(1)
    for revision in range(1, 31):
        of.add([0], [revision], [revision % 2])
        seen.append(of.is_stale)
        if of.is_stale:
            of.compact(Lock())
    assert [n for n, stale in enumerate(seen, 1) if stale] == [3, 6, 9, 12, 15, 18, 21, 24, 28]
