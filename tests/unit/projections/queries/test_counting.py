"""Buckets and facets beside the oracle, and at their limits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.edtf.calendar import DAY, day_number
from events.errors import Rejected
from events.statement.wording import spelling_key
from projections import queries
from projections.answers.choices import Every, StatementClock
from projections.answers.facets import Facet, Facets
from projections.queries import StatementFilter, Window
from projections.queries.listing import query_plan
from tests.histories import CODEC, History
from tests.searches import examples
from tests.unit.projections import counting
from tests.unit.projections.oracle import Oracle
from tests.unit.projections.oracle_filter import filters, matches
from tests.unit.projections.random_histories import long_history

CLOCKS = get_args(StatementClock)

pytestmark = pytest.mark.usefixtures("way")


@given(
    seed=st.integers(0, 2**32 - 1),
    asked=st.lists(filters, min_size=4, max_size=4),
    every=st.sampled_from(get_args(Every)),
    place=st.floats(0.05, 1),
)
@examples(1 / 4)
def test_what_is_counted_is_what_the_oracle_counts(
    seed: int, asked: list[StatementFilter], every: Every, place: float
) -> None:
    """As of any revision, under any filter and by each clock, looked up or walked: each statement
    in one bucket or in none, no bucket left out, and beside them where it may begin later; each
    value of each facet with the statements that have it."""
    history = long_history(seed, 120)
    revision = max(1, int(len(history.entries) * place))
    oracle = Oracle([CODEC.open(stored) for stored in history.entries[:revision]])
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        store = history.store(Path(folder))
        ref = queries.timeline_at(store.reader, "kursk")
        assert ref is not None
        for filter_ in (StatementFilter(), *asked):
            ids = [id_ for id_ in oracle.statements if matches(oracle, id_, filter_)]
            windows = {"occurred": filter_.occurred, "said": filter_.said}
            expected = [counting.buckets(oracle, ids, every, on, windows.get(on)) for on in CLOCKS]
            values = counting.facets(oracle, ids)
            for many in (-1, 30_000):
                patch.setattr(query_plan, "_MANY", many)
                found = [
                    queries.list_buckets(
                        store.reader, ref, filter_, revision, every, on, vague=True
                    )
                    for on in CLOCKS
                ]
                assert msgspec.to_builtins(found) == expected
                facets = queries.show_facets(store.reader, ref, filter_, revision)
                assert _told(oracle, facets) == values
                for listed in msgspec.structs.astuple(facets):
                    assert listed == sorted(listed, key=lambda f: (-f.count, f.value))
        store.close()


def _told(oracle: Oracle, facets: Facets) -> dict[str, list[tuple[str, int]]]:
    """Values that are one of several spellings are identified by what is the same for all of
    them."""
    told = {
        "actors": [(oracle.identity(f.value), f.count) for f in facets.actors],
        "places": [(spelling_key(f.value), f.count) for f in facets.places],
    }
    for name in ("kinds", "tags", "standings", "sources"):
        told[name] = [(f.value, f.count) for f in getattr(facets, name)]
    return {name: sorted(pairs) for name, pairs in told.items()}


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
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    with pytest.raises(Rejected, match="1,001 buckets"):
        queries.list_buckets(store.reader, ref, StatementFilter(), 4, "year")


@pytest.mark.parametrize("on", ["occurred", "said"])
def test_a_window_clips_the_buckets(tmp_path: Path, on: StatementClock) -> None:
    """What began centuries before the window and reaches into it makes no buckets, but is counted
    before it, as is what began in the window's first bucket, though not in the window."""
    dates = ["1066-10-14/..", "2024-06-01/..", "2024-06-05", "2024-06-12/2030", "../2030"]
    history = History()
    history.open()
    for number, date in enumerate(dates):
        history.record(f"s{number}", **{"occurred" if on == "occurred" else "on": date})
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    window = Window(day_number(2024, 6, 5) * DAY, day_number(2024, 7, 1) * DAY - 1)
    is_said = on == "said"
    filter_ = StatementFilter(said=window) if is_said else StatementFilter(occurred=window)
    found = queries.list_buckets(store.reader, ref, filter_, ref.revision, "day", on)
    assert [found.items[0].start, found.items[-1].end] == [
        "2024-06-05T00:00:00Z",
        "2024-06-13T00:00:00Z",
    ]
    assert [bucket.count for bucket in found.items] == [1, 0, 0, 0, 0, 0, 0, 1]
    assert (found.before.count, found.undated.count) == (2, 1)
    found = queries.list_buckets(store.reader, ref, filter_, ref.revision, "year", on)
    assert [(bucket.start[:4], bucket.count) for bucket in found.items] == [("2024", 2)]
    assert (found.before.count, found.undated.count) == (2, 1)
    store.close()


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
