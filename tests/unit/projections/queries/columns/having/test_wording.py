"""Words that are searched for again."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from projections import queries
from projections.queries import StatementFilter
from projections.queries.columns import cached_columns
from projections.queries.columns.cached_columns import matching_in
from projections.queries.columns.having import bitmap_cache, wording
from projections.storage.reader import Reader
from projections.storage.store import Store
from tests.histories import History, commit


def found(store: Store, word: str) -> int:
    return found_by(store.reader, word)


def found_by(reader: Reader, word: str) -> int:
    ref = queries.timeline_at(reader, "kursk")
    assert ref is not None
    matching = matching_in(reader, ref, StatementFilter(q=(word,)), ref.revision)
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


@pytest.mark.parametrize("frequent", [False, True])
def test_what_a_reader_does_not_see_yet_is_searched_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, frequent: bool
) -> None:
    """Columns may be further than the state that a question reads: another thread, or a snapshot,
    has brought them there. Whoever asks next finds what is in them."""
    monkeypatch.setattr(bitmap_cache, "SPARSE", 99 if frequent else 0)
    monkeypatch.setattr(cached_columns, "_FEWEST", 0)
    history = History()
    history.open()
    history.record("a", text="alpha")
    with closing(history.store(tmp_path)) as store, store.file.aside() as other:
        with other.steady():
            assert found_by(other, "gamma") == 0
            history.record("b", text="alpha")
            commit(store, history.entries[2:])
            assert found(store, "gamma") == 0
            assert [found_by(other, word) for word in ("alpha", "alpha -beta")] == [1, 1]
        assert [found(store, word) for word in ("alpha", "alpha -beta")] == [2, 2]
