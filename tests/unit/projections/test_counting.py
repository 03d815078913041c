"""Buckets and facets beside the oracle, and at their limits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import Rejected
from events.wording import spelling_key
from projections import queries
from projections.queries import Clock, Every, Facet, StatementFilter
from tests.histories import CODEC, History
from tests.unit.projections import counting
from tests.unit.projections.oracle import Oracle
from tests.unit.projections.oracle_filter import filters, matches
from tests.unit.projections.random_histories import histories


@given(
    history=histories(timelines=1),
    filter_=filters,
    every=st.sampled_from(get_args(Every)),
    on=st.sampled_from(get_args(Clock)),
    data=st.data(),
)
def test_what_is_counted_is_what_the_oracle_counts(
    history: History, filter_: StatementFilter, every: Every, on: Clock, data: st.DataObject
) -> None:
    """As of any revision and under any filter: each statement in one bucket or in none, no bucket
    left out; each value of each facet with the statements that have it."""
    revision = data.draw(st.integers(1, len(history.entries)))
    oracle = Oracle([CODEC.open(stored) for stored in history.entries[:revision]])
    ids = [id_ for id_ in oracle.statements if matches(oracle, id_, filter_)]
    with tempfile.TemporaryDirectory() as folder:
        store = history.store(Path(folder))
        ref = queries.timeline_at(store.reader, "kursk")
        assert ref is not None
        found = queries.list_buckets(store.reader, ref, filter_, revision, every, on)
        assert msgspec.to_builtins(found) == counting.buckets(oracle, ids, every, on)
        facets = queries.show_facets(store.reader, ref, filter_, revision)
        told = {
            "actors": [(oracle.identity(f.value), f.count) for f in facets.actors],
            "places": [(spelling_key(f.value), f.count) for f in facets.places],
        }
        for name in ("kinds", "tags", "standings", "sources"):
            told[name] = [(f.value, f.count) for f in getattr(facets, name)]
        assert {name: sorted(pairs) for name, pairs in told.items()} == counting.facets(oracle, ids)
        for values in msgspec.structs.astuple(facets):
            assert values == sorted(values, key=lambda f: (-f.count, f.value))
        store.close()


def test_buckets_end_at_a_thousand(tmp_path: Path) -> None:
    """A thousand buckets are shown, one more is refused with what to do; years of any size and
    before the first count like others."""
    history = History()
    history.open()
    history.record("a", occurred="-0044-03-15")
    history.record("b", occurred="0955")
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    found = queries.list_buckets(store.reader, ref, StatementFilter(), 3, "year")
    assert len(found.items) == 1_000
    assert found.items[0].start.endswith("0044-01-01T00:00:00Z")
    assert [bucket.count for bucket in found.items[1:-1]] == [0] * 998
    assert found.items[-1].end == "0956-01-01T00:00:00Z"
    history.record("c", occurred="0956")
    store = history.store(tmp_path / "more")
    with pytest.raises(Rejected, match="1,001 buckets"):
        queries.list_buckets(store.reader, ref, StatementFilter(), 4, "year")


def test_a_week_begins_on_monday(tmp_path: Path) -> None:
    """A Sunday is the end of the one week, the day after it the beginning of the next."""
    history = History()
    history.open()
    history.record("a", occurred="2024-10-06")
    history.record("b", occurred="2024-10-07")
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    found = queries.list_buckets(store.reader, ref, StatementFilter(), 3, "week")
    assert [(bucket.start[:10], bucket.count) for bucket in found.items] == [
        ("2024-09-30", 1),
        ("2024-10-07", 1),
    ]
    store.close()


def test_values_are_shown_as_they_are_written(tmp_path: Path) -> None:
    """A registered actor by its name, whoever is not by the first spelling, a place as it was
    first written; statements that name an actor twice count once."""
    history = History()
    history.open()
    history.record("a", "kim", about=("Kim Jong Un", "KCNA"))
    history.record("b", "Kcna")
    history.register("kim", "Kim Jong Un")
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    facets = queries.show_facets(store.reader, ref, StatementFilter(), ref.revision)
    assert facets.actors == [Facet("KCNA", 2), Facet("Kim Jong Un", 1)]
    store.close()
