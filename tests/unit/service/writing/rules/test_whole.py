"""The rule of a statement that is put whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from events.errors import AlreadyRetracted, StatementGone
from events.event.envelope import statement_subject
from events.event.types import StatementCorrected, StatementRecorded, StatementRetracted
from events.statement.correction import corrected
from events.statement.statement import (
    AboutActor,
    Origin,
    Place,
    Rating,
    Said,
    Source,
    Statement,
    Via,
)
from service.writing.rules.decision import AlreadyRecorded, EventRef, Record
from service.writing.rules.statement import redact
from service.writing.rules.whole import changes_between, put
from tests.decided import Decided

NAMES = st.sampled_from(["KCNA", "Kim"])
DATES = st.sampled_from([None, "2024", "2024-10~"])


def several(items: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(items, max_size=2).map(tuple)


STATEMENTS = st.builds(
    Statement,
    id=st.just("a"),
    kind=st.sampled_from(["claim", "report"]),
    text=st.sampled_from(["It rained.", "It snowed."]),
    language=st.sampled_from(["en", "uk"]),
    said=st.builds(
        Said,
        by=st.none() | NAMES,
        on=DATES,
        with_=several(NAMES),
        via=several(st.builds(Via, actor=NAMES, role=st.just("agency"), on=DATES)),
    ),
    occurred=DATES,
    about=several(st.builds(AboutActor, actor=NAMES, role=st.sampled_from([None, "target"]))),
    places=several(st.builds(Place, name=NAMES)),
    sources=several(st.builds(Source, id=NAMES, title=NAMES, published=DATES)),
    rating=st.none() | st.builds(Rating, label=NAMES, value=st.sampled_from([None, "1", "2"])),
    tags=several(st.sampled_from(["war", "rain"])),
    origin=st.none()
    | st.builds(Origin, dataset=st.none() | NAMES, id=st.sampled_from([None, "1", "2"])),
    extra=st.dictionaries(NAMES, st.sampled_from(["", "x"]), max_size=2),
)
MADE = EventRef(9, "e9")


@given(before=STATEMENTS, after=STATEMENTS)
def test_a_statement_that_is_put_is_as_it_was_put(before: Statement, after: Statement) -> None:
    """Where anything differs there is one correction, which names only what differs and makes the
    one statement the other; where nothing does, there is none."""
    history = Decided()
    first = put(None, MADE, before, "r", "a")
    assert isinstance(first, Record)
    assert first.event == StatementRecorded(statement=before)
    history.apply(first)
    decision = put(history.statement("a"), MADE, after, "r", "a")
    if before == after:
        assert decision == AlreadyRecorded("a", MADE)
        return
    assert isinstance(decision, Record)
    assert isinstance(decision.event, StatementCorrected)
    assert corrected(before, decision.event.changes) == after
    differing = {
        name for name in structs.asdict(before) if getattr(before, name) != getattr(after, name)
    }
    assert decision.event.changes.keys() == differing


def test_a_patch_names_only_the_members_that_differ() -> None:
    """Also within an object; a member that goes is null."""
    before = Statement(
        kind="claim",
        text="x",
        said=Said(by="A", on="2024"),
        extra={"a": "1", "b": "2"},
        origin=Origin(id="7", dataset="d"),
    )
    after = structs.replace(
        before, said=Said(by="A", on=None), extra={"b": "3"}, origin=Origin(id="7")
    )
    assert changes_between(before, after) == {
        "said": {"on": None},
        "extra": {"a": None, "b": "3"},
        "origin": {"dataset": None},
    }
    assert corrected(before, changes_between(before, after)) == after


def test_what_was_taken_back_stays_as_it_is() -> None:
    """A retracted statement is not corrected by a put, but the same again is a duplicate; a
    redacted one is gone."""
    history = Decided()
    one = Statement(id="a", kind="claim", text="x", said=Said(by="A", on=None))
    history.apply(put(None, MADE, one, "r", "a"))
    history.add(statement_subject("a"), StatementRetracted(reason="r"))
    assert put(history.statement("a"), MADE, one, "r", "a") == AlreadyRecorded("a", MADE)
    with pytest.raises(AlreadyRetracted, match="reinstate it first"):
        put(history.statement("a"), MADE, structs.replace(one, text="y"), "r", "a")
    history.apply(redact(history.statement("a"), [1, 2], "court", "a"))
    with pytest.raises(StatementGone):
        put(history.statement("a"), MADE, one, "r", "a")
