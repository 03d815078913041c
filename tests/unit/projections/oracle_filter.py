"""Random filters, and in plain Python which statements pass them."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import strategies as st

from events.edtf import dates
from events.statement.statement import Kind
from projections.answers.choices import Order
from projections.queries import StatementFilter, Window
from tests.unit.projections.oracle import Oracle, sort_key
from tests.unit.projections.questions import QUESTIONS, finds
from tests.unit.projections.random_histories import SPELLINGS

__all__ = ["filters", "matches", "touches"]

windows = st.builds(
    lambda a, b: Window(min(a, b), max(a, b)),
    st.integers(1_700_000_000, 1_760_000_000),
    st.integers(1_700_000_000, 1_760_000_000),
) | st.builds(Window, st.none() | st.integers(1_700_000_000, 1_760_000_000), st.none())

_ASKED: dict[str, st.SearchStrategy[Any]] = {
    "occurred": windows,
    "said": windows,
    "actors": st.sampled_from(SPELLINGS).map(lambda s: (s,)),
    "by": st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=2).map(tuple),
    "roles": st.sampled_from((("r0",), ("r0", "r1"), ("r2",))),
    "datasets": st.sampled_from((("d0",), ("d0", "d1"))),
    "origin_ids": st.sampled_from((("o0",), ("o1", "none"))),
    "kinds": st.lists(st.sampled_from(get_args(Kind)), min_size=1, max_size=5).map(tuple),
    "places": st.sampled_from((("kursk",), ("Kiev", "Kursk"))),
    "tags": st.lists(st.sampled_from(("t0", "t1", "t2")), min_size=1, max_size=2).map(tuple),
    "sources": st.sampled_from((("s0",), ("s1",), ("s1", "s2"))),
    "standings": st.sampled_from((("asserted",), ("disputed", "corroborated"))),
    "unsourced": st.booleans(),
    "corrected": st.booleans(),
    "q": st.lists(st.sampled_from(sorted(QUESTIONS)), min_size=1, max_size=2).map(tuple),
}


@st.composite
def some_filters(draw: st.DrawFn) -> StatementFilter:
    """A filter of at most two fields, so that most leave something."""
    names = draw(st.lists(st.sampled_from(sorted(_ASKED)), max_size=2, unique=True))
    asked = {name: draw(_ASKED[name]) for name in names}
    return StatementFilter(match=draw(st.sampled_from(("possible", "certain"))), **asked)


filters = some_filters()


def matches(oracle: Oracle, id_: str, filter_: StatementFilter) -> bool:
    """Whether a statement passes a filter that is given in words of the interface."""
    statement = oracle.statements[id_]
    named = {oracle.identity(spelling) for spelling in filter_.actors}
    spoken = {oracle.identity(spelling) for spelling in filter_.by}
    origin = statement.origin
    places = {place.name.lower() for place in statement.places}
    return all(
        (
            touches(statement.occurred, filter_.occurred, filter_.match),
            touches(statement.said.on, filter_.said, filter_.match),
            not filter_.actors or bool(oracle.names(id_) & named),
            not filter_.by or bool(oracle.speakers(id_) & spoken),
            not filter_.roles or bool(oracle.roles(id_, named) & {*filter_.roles}),
            not filter_.datasets or bool(origin and origin.dataset in filter_.datasets),
            not filter_.origin_ids or bool(origin and origin.id in filter_.origin_ids),
            not filter_.kinds or statement.kind in filter_.kinds,
            not filter_.places or bool(places & {p.lower() for p in filter_.places}),
            not filter_.tags or bool({*statement.tags} & {*filter_.tags}),
            not filter_.sources or bool({s.id for s in statement.sources} & {*filter_.sources}),
            not filter_.standings or oracle.standing(id_)[0] in filter_.standings,
            filter_.unsourced is None or filter_.unsourced != bool(statement.sources),
            filter_.corrected is None or filter_.corrected == (id_ in oracle.corrected),
            finds(statement, filter_.q),
        )
    )


def touches(text: str | None, window: Window | None, match: str) -> bool:
    """Whether a date is in a window, by the two ways to ask."""
    if window is None:
        return True
    if text is None:
        return False
    date = dates.parse(text)
    far = 10**18
    start = -far if date.earliest is None else date.earliest
    end = far if date.latest is None else date.latest
    first = -far if window.earliest is None else window.earliest
    last = far if window.latest is None else window.latest
    if match == "certain":
        return first <= start and end <= last
    return start <= last and end >= first


def in_order(oracle: Oracle, filter_: StatementFilter, order: Order) -> list[str]:
    """The ids that pass the filter, in the order."""
    date, turned = order.lstrip("-"), order.startswith("-")

    def place(id_: str) -> tuple[float, ...]:
        statement, recorded = oracle.statements[id_], oracle.recorded[id_][0]
        if date == "recorded":
            return (-recorded if turned else recorded,)
        text = statement.occurred if date == "occurred" else statement.said.on
        return sort_key(text, recorded, turned=turned)

    return sorted((id_ for id_ in oracle.statements if matches(oracle, id_, filter_)), key=place)
