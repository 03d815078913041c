"""Words that are searched for again."""

from __future__ import annotations

from pathlib import Path

import pytest

from projections import queries
from projections.queries import StatementFilter
from projections.queries.columns import cached_columns
from projections.queries.columns.cached_columns import matching_in
from projections.queries.columns.having import bitmap_cache, wording
from projections.storage.store import Store
from tests.histories import History, commit


def found(store: Store, word: str) -> int:
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    matching = matching_in(store.reader, ref, StatementFilter(q=(word,)), ref.revision)
    assert matching is not None
    return matching.total


@pytest.mark.parametrize("frequent", [False, True])
def test_the_same_words_again_find_what_came_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, frequent: bool
) -> None:
    """A search that is kept, as rows or as truth values, is continued where it ended, and no more
    rows are kept than there is room for."""
    monkeypatch.setattr(bitmap_cache, "SPARSE", 99 if frequent else 0)
    monkeypatch.setattr(cached_columns, "_FEWEST", 0)
    monkeypatch.setattr(wording, "_MOST_CACHED", 2_005)
    history = History()
    history.open()
    history.record("a", text="alpha beta")
    store = history.store(tmp_path)
    assert [found(store, "alpha"), found(store, "b*"), found(store, "gamma")] == [1, 1, 0]
    history.record("b", text="alpha gamma")
    history.correct("a", text="gamma")
    commit(store, history.entries[2:])
    assert [found(store, word) for word in ("alpha", "b*", "gamma", "-beta")] == [1, 0, 2, 2]
    (columns,) = store.reader.memory.columns.values()
    assert [*columns.searches] == ([] if frequent else ['"gamma"', '"beta"'])
    store.close()
