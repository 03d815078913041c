"""Lists and differences as of earlier revisions, in long histories that go on meanwhile."""

from __future__ import annotations

import tempfile
from itertools import pairwise, product
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import queries
from projections.answers.choices import Order
from projections.queries import Keyset, StatementFilter
from projections.queries.diff import diff
from projections.queries.listing import query_plan
from projections.storage.schema import STILL, TAG
from projections.storage.store import Store
from tests.histories import CODEC, IDENTITY, commit
from tests.searches import examples
from tests.unit.projections.oracle import Oracle
from tests.unit.projections.oracle_filter import filters, in_order, matches
from tests.unit.projections.random_histories import SPELLINGS, long_history

_STEPS = 300
_seeds = st.integers(0, 2**32 - 1)


@given(
    seed=_seeds,
    filters_=st.lists(filters, min_size=6, max_size=6),
    place=st.floats(0.05, 1),
    limit=st.integers(1, 9),
)
@examples(1 / 5, least=8)
def test_pages_as_of_are_what_the_oracle_knew_while_more_is_folded(
    seed: int, filters_: list[StatementFilter], place: float, limit: int
) -> None:
    """Hundreds of events, an earlier revision, every order with a filter of its own, page by page
    while the rest arrives: all pages together are what plain Python finds in the events up to
    then, whole statements with their standing, counts, causes and relations."""
    history = long_history(seed, _STEPS)
    entries = history.entries
    revision = max(1, int(len(entries) * place))
    oracle = Oracle([CODEC.open(stored) for stored in entries[:revision]])
    for order, filter_ in zip(get_args(Order), filters_, strict=True):
        with tempfile.TemporaryDirectory() as folder:
            store = Store.open(Path(folder), IDENTITY)
            commit(store, entries[:revision])
            ref = queries.timeline_at(store.reader, "kursk")
            assert ref is not None
            folded, items = revision, list[bytes]()
            after: Keyset | None = None
            while True:
                page = queries.list_statements(
                    store.reader, ref, filter_, revision, order=order, limit=limit, after=after
                )
                items += page.items
                assert len(items) <= len(oracle.statements)
                if (after := page.next) is None:
                    break
                commit(store, entries[folded : folded + 40])
                folded = min(len(entries), folded + 40)
            store.close()
        found = [msgspec.json.decode(item) for item in items]
        wanted = in_order(oracle, filter_, order)
        assert [item["id"] for item in found] == wanted
        for item in found:
            del item["changed"]
        assert found == [oracle.shown(id_) for id_ in wanted]


@given(seed=_seeds)
@examples(1 / 20, least=2)
def test_spellings_are_joined_and_parted_at_the_very_revision(seed: int) -> None:
    """As of each event about an actor, and of the one before it, asking by any spelling finds the
    statements of whoever owned it then."""
    history = long_history(seed, _STEPS)
    with tempfile.TemporaryDirectory() as folder:
        store = history.store(Path(folder))
        ref = queries.timeline_at(store.reader, "kursk")
        assert ref is not None
        oracle = Oracle([])
        opened = [CODEC.open(stored) for stored in history.entries]
        for event, following in pairwise(opened):
            oracle.apply(event)
            types = event.header.type + following.header.type
            if "alias." not in types and "actor." not in types:
                continue
            for spelling in SPELLINGS:
                filter_ = StatementFilter(actors=(spelling,))
                revision = event.header.revision
                page = queries.list_statements(store.reader, ref, filter_, revision, limit=500)
                found = {msgspec.json.decode(item)["id"] for item in page.items}
                assert found == {i for i in oracle.statements if matches(oracle, i, filter_)}
        store.close()


@pytest.mark.parametrize("few", [-1, 2_000])
def test_terms_begin_and_end_at_the_very_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """As of each revision, a tag finds the statements that had it then, and they are counted:
    looked up or walked."""
    monkeypatch.setattr(query_plan, "_FEW", few)
    monkeypatch.setattr(query_plan, "_MANY", few)
    history = long_history(few, _STEPS)
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    assert store.reader.all("SELECT 1 FROM terms WHERE field = ? AND until < ?", (TAG, STILL))
    oracle = Oracle([])
    for stored, tag in product(history.entries, ("t0", "t1")):
        if tag == "t0":
            oracle.apply(CODEC.open(stored))
        filter_, revision = StatementFilter(tags=(tag,)), stored.position
        page = queries.list_statements(store.reader, ref, filter_, revision, limit=500)
        found = [msgspec.json.decode(item)["id"] for item in page.items]
        assert found == in_order(oracle, filter_, "occurred")
        counted = queries.list_buckets(store.reader, ref, filter_, revision, "year", "recorded")
        assert sum(bucket.count for bucket in counted.items) == len(found)
    store.close()


@given(seed=_seeds, places=st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)))
@examples(1 / 3)
def test_a_diff_is_what_differs_between_two_oracles(seed: int, places: tuple[float, float]) -> None:
    """Recorded, corrected, retracted, related, unrelated and moved: of two states in plain Python
    what the one has and the other has not."""
    entries = long_history(seed, _STEPS).entries
    begin, end = (max(1, int(len(entries) * place)) for place in sorted(places))
    old, new = (Oracle([CODEC.open(e) for e in entries[:upto]]) for upto in (begin, end))
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder), IDENTITY)
        commit(store, entries)
        ref = queries.timeline_at(store.reader, "kursk")
        assert ref is not None
        found = diff(store.reader, ref, begin, end)
        store.close()
    both = list(old.statements)
    recorded = [msgspec.json.decode(item) for item in found.recorded]
    assert [item["id"] for item in recorded] == list(new.statements)[len(both) :]
    assert {c.id for c in found.corrected} == {
        id_ for id_ in both if old.statements[id_] != new.statements[id_]
    }
    assert {id_: (m.before, m.after) for m in found.standing for id_ in (m.id,)} == {
        id_: (before, after)
        for id_ in both
        if (before := old.standing(id_)[0]) != (after := new.standing(id_)[0])
    }
    assert {*found.retracted} == {*both} & (new.retracted.keys() - old.retracted.keys())
    assert {*found.reinstated} == {*both} & (old.retracted.keys() - new.retracted.keys())
    was, is_ = ({(r.source, r.kind, r.target) for r in state.relations} for state in (old, new))
    assert {(r.statement, r.relation, r.target) for r in found.related} == is_ - was
    assert {(r.statement, r.relation, r.target) for r in found.unrelated} == was - is_
