"""The terms as of a revision: those of postings, of spans and of both."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from projections.fold.fold import Fold
from projections.fold.indexing import terms
from projections.queries.listing.terms_at import FIRST_STATEMENT, terms_at
from projections.storage.schema import BY, PLACE, SOURCE, TAG
from projections.storage.store import Store
from tests.histories import CODEC, IDENTITY, History, commit
from tests.searches import COSTLY
from tests.unit.projections.random_histories import long_history

_HELD = """
SELECT field, key, st, since FROM terms WHERE tl = 0 AND since <= ?1 AND until > ?1
"""


def singly(history: History, folder: Path) -> Store:
    """A read model whose terms are spans alone, since each event was a batch of its own."""
    store = Store.open(folder, IDENTITY)
    fold = Fold(store.writer, CODEC, 1)
    with store.transaction():
        for entry in history.entries:
            fold.fold(0, (entry,))
        store.save_checkpoint(len(history.entries), history.entries[-1].header)
    return store


@COSTLY
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.sampled_from((7, 40, 200)),
    longest=st.sampled_from((2, 3, 64)),
    place=st.floats(0, 1),
)
def test_postings_hold_what_spans_hold(seed: int, size: int, longest: int, place: float) -> None:
    """However many statements a posting has, and whatever is corrected in the same batch or a
    later one: at any revision there are the terms that a fold of single events has, by field and
    by key, and each term's first statement is the same."""
    history = long_history(seed, 120)
    revision = max(1, int(place * len(history.entries)))
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(terms, "_LONGEST", longest):
        alone = singly(history, Path(folder, "alone"))
        held = alone.reader.all(_HELD, (revision,))
        alone.close()
        store = Store.open(Path(folder, "together"), IDENTITY)
        for start in range(0, len(history.entries), size):
            commit(store, history.entries[start : start + size])
        for fields in ((BY,), (TAG,), (PLACE, SOURCE)):
            wanted = [row for row in held if row[0] in fields]
            middle = sorted(row[1] for row in wanted)[len(wanted) // 2] if wanted else ""
            asked = (
                (terms_at(0, fields, revision), wanted),
                (
                    terms_at(0, fields, revision, keys=[middle, "nobody"]),
                    [row for row in wanted if row[1] == middle],
                ),
            )
            for table, rows in asked:
                found = store.reader.all(f"SELECT * FROM {table.sql}", table.values)
                assert sorted(found) == sorted(row[1:] for row in rows)
        for field, key in {row[:2] for row in held}:
            first = min(row[2] for row in held if row[:2] == (field, key))
            row = store.reader.one(f"SELECT st FROM {FIRST_STATEMENT}", (0, field, key, revision))
            assert row == (first,)
        store.close()


def test_a_key_that_nobody_has_is_in_no_row(tmp_path: Path) -> None:
    """Neither among the terms nor as a first statement, so that nothing is shown of it."""
    store = long_history(1, 60).store(tmp_path)
    table = terms_at(0, (TAG,), 60, keys=["nobody"])
    assert store.reader.all(f"SELECT * FROM {table.sql}", table.values) == []
    found = f"SELECT s.id FROM {FIRST_STATEMENT} t JOIN statements s ON s.st = t.st"
    assert store.reader.all(found, (0, TAG, "nobody", 60)) == []
    store.close()
