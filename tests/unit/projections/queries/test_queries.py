from __future__ import annotations

import itertools
import tempfile
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from events.edtf import dates
from events.event.envelope import statement_subject
from events.statement.statement import AboutActor
from projections import queries
from projections.answers.choices import Match, Order
from projections.queries import Keyset, StatementFilter, TimelineRef, Window
from projections.queries.listing import query_plan
from projections.storage.store import Store
from tests.histories import CODEC, History
from tests.searches import COSTLY
from tests.unit.projections.oracle import Oracle, sort_key
from tests.unit.projections.oracle_filter import filters, in_order, touches
from tests.unit.projections.queries.all_named import actors, named, sources
from tests.unit.projections.random_histories import DATES, histories

pytestmark = pytest.mark.usefixtures("way")

ORDERS: tuple[Order, ...] = get_args(Order)


def whole(
    store: Store,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    order: Order,
    limit: int,
) -> list[bytes]:
    """A list from its first to its last page."""
    items: list[bytes] = []
    after: Keyset | None = None
    while True:
        page = queries.list_statements(
            store.reader, ref, filter_, revision, order=order, limit=limit, after=after, count=True
        )
        assert len(page.items) <= limit
        items += page.items
        if page.next is None:
            assert page.total == len(items)
            return items
        assert len(page.items) == limit
        after = page.next


def answers(store: Store, name: str, revision: int, filter_: StatementFilter) -> list[Any]:
    """Every answer there is to what was true at `revision`."""
    ref = queries.timeline_at(store.reader, name)
    assert ref is not None
    subjects = [statement_subject("a"), "actors/kim"]
    return [
        queries.show_timeline(store.reader, ref, revision),
        [whole(store, ref, filter_, revision, order, 2) for order in ORDERS],
        [whole(store, ref, StatementFilter(), revision, order, 3) for order in ORDERS],
        [queries.show_statement(store.reader, ref, id_, revision) for id_ in "abcdef"],
        actors(store, ref, revision),
        sources(store, ref, revision),
        queries.positions_of(store.reader, ref, subjects=subjects, upto=revision),
        queries.positions_of(store.reader, ref, types=["statement.related"], upto=revision),
        queries.show_facets(store.reader, ref, filter_, revision),
        queries.list_buckets(store.reader, ref, filter_, revision, "month", "said"),
        named(store, ref, filter_, revision),
    ]


@COSTLY
@given(history=histories(), filter_=filters, data=st.data())
def test_as_of_is_what_a_model_of_only_those_events_answers(
    history: History, filter_: StatementFilter, data: st.DataObject
) -> None:
    """Byte for byte, for every answer, all orders and all pages: the whole model asked as of an
    earlier revision, and a model that never saw what came later."""
    place = data.draw(st.integers(0, len(history.entries) - 1))
    header = CODEC.open(history.entries[place]).header
    with tempfile.TemporaryDirectory() as folder:
        full = history.store(Path(folder, "full"))
        later = history.entries[place + 1 :]
        del history.entries[place + 1 :]
        then = history.store(Path(folder, "then"))
        history.entries += later
        name, revision = header.timeline, header.revision
        assert answers(full, name, revision, filter_) == answers(then, name, revision, filter_)
        full.close()
        then.close()


@COSTLY
@given(
    history=histories(timelines=1),
    filter_=filters,
    order=st.sampled_from(ORDERS),
    few=st.sampled_from((-1, 2, 2_000)),
)
def test_lists_hold_what_the_oracle_finds_in_its_order(
    history: History, filter_: StatementFilter, order: Order, few: int
) -> None:
    """A filtered list, put together from pages, holds exactly the statements that plain Python
    picks from the events, in the order that the interface says, whichever way leads there; and
    exactly the names of their extra fields are found."""
    oracle = Oracle([CODEC.open(stored) for stored in history.entries])
    wanted = in_order(oracle, filter_, order)

    with tempfile.TemporaryDirectory() as folder:
        store = history.store(Path(folder))
        ref = queries.timeline_at(store.reader, "kursk")
        assert ref is not None
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(query_plan, "_FEW", few)
            patch.setattr(query_plan, "_MANY", few)
            items = whole(store, ref, filter_, ref.revision, order, 2)
            extra = named(store, ref, filter_, ref.revision)
        found = [msgspec.json.decode(item)["id"] for item in items]
        assert found == wanted
        assert extra == {name for id_ in wanted for name in oracle.statements[id_].extra}
        store.close()


@pytest.mark.parametrize("date", ["occurred", "said"])
@pytest.mark.parametrize("match", ["possible", "certain"])
def test_every_window_holds_what_touches_it_in_every_order(
    tmp_path: Path, date: str, match: Match
) -> None:
    """Open and closed windows over open, closed, vague and missing dates, page by page."""
    history = History()
    history.open()
    texts = DATES * 2
    for number, text in enumerate(texts):
        history.record(f"n{number}", on=text, occurred=text)
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    edges = (None, dates.parse("2024-10").earliest, dates.parse("2025-04").latest)
    for earliest, latest in itertools.product(edges, edges):
        window = Window(earliest, latest)
        filter_ = structs.replace(StatementFilter(match=match), **{date: window})
        for order in ORDERS:
            items = whole(store, ref, filter_, ref.revision, order, 3)
            found = [int(msgspec.json.decode(item)["id"][1:]) for item in items]
            turned = order.startswith("-")
            places = {
                n: sort_key(None if order.endswith("recorded") else text, n, turned=turned)
                for n, text in enumerate(texts)
                if touches(text, window, match)
            }
            assert found == sorted(places, key=places.__getitem__)
    store.close()


def test_a_role_is_of_who_has_it(tmp_path: Path) -> None:
    """Asked for with an actor, it is the actor's in the statement; alone, it is anybody's."""
    history = History()
    history.open()
    history.record("a", about=(AboutActor(actor="Kim", role="target"), AboutActor(actor="Lee")))
    history.record("b", about=(AboutActor(actor="Kim"), AboutActor(actor="Lee", role="target")))
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    for actors_, ids in (((), "ab"), (("Kim",), "a"), (("Lee",), "b"), (("Kim", "Lee"), "ab")):
        asked = StatementFilter(actors=actors_, roles=("target",))
        items = whole(store, ref, asked, ref.revision, "recorded", 2)
        assert [msgspec.json.decode(item)["id"] for item in items] == [*ids]
    store.close()


_MOVED: list[tuple[dict[str, Any], StatementFilter]] = [
    ({"sources": [{"id": "s1", "title": "A source"}]}, StatementFilter(unsourced=False)),
    ({"sources": [{"id": "s1", "title": "A source"}]}, StatementFilter(sources=("s1",))),
    ({"kind": "denial"}, StatementFilter(kinds=("denial",))),
    ({"tags": ["t1"]}, StatementFilter(tags=("t1",))),
    ({"about": ["Kim"]}, StatementFilter(actors=("Kim",))),
    ({"origin": {"dataset": "d1", "id": "o1"}}, StatementFilter(datasets=("d1",))),
    ({"places": [{"name": "Kursk"}]}, StatementFilter(places=("Kursk",))),
]


@pytest.mark.parametrize(("changes", "filter_"), _MOVED)
def test_a_statement_is_found_by_what_it_was_corrected_to(
    tmp_path: Path, changes: dict[str, Any], filter_: StatementFilter
) -> None:
    """A correction moves it into the answer to a filter; as of an earlier revision it is not
    there."""
    history = History()
    history.open()
    before = history.record("a")
    history.correct("a", **changes)
    store = history.store(tmp_path)
    ref = queries.timeline_at(store.reader, "kursk")
    assert ref is not None
    assert whole(store, ref, filter_, before, "recorded", 2) == []
    assert len(whole(store, ref, filter_, ref.revision, "recorded", 2)) == 1
    store.close()
