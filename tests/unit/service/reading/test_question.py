"""What a query asks of statements, and the same question carried by a cursor."""

from __future__ import annotations

import pytest

from events.errors import InvalidInput
from service.http.declared.query import DeclaredQuery, Query
from service.reading.question import (
    FILTERS,
    ORDERS,
    StatementQuestion,
    statement_question,
    windows_in_order,
)
from tests.rows import each_row


def _query(text: bytes) -> Query:
    return DeclaredQuery((*FILTERS, *ORDERS)).parse(text)


def test_a_cursor_carries_the_whole_question() -> None:
    """Filters, order and count come back as they were asked; what is not asked has its default."""
    asked = statement_question(_query(b"tag=a&tag=b&from=2024-10&unsourced=false&order=-said&q=x"))
    assert StatementQuestion.carried(asked.asked) == asked
    assert asked.filter.tags == ("a", "b")
    assert (asked.filter.unsourced, asked.filter.match) == (False, "possible")
    assert (asked.order, asked.counted) == ("-said", False)


def test_a_cursor_says_whether_a_moment_was_asked_for() -> None:
    """The next pages keep to the moment, and their cursors say so too."""
    asked = statement_question(_query(b"tag=a")).as_of_a_moment()
    carried = StatementQuestion.carried(asked.asked)
    assert carried.pinned
    assert StatementQuestion.carried(carried.asked) == carried


@each_row(
    "asked",
    [
        [("tag", "No Tag")],
        [("order", "sideways")],
        [("tag", "a")] * 51,
        [("odd", "1")],
        [("from", "2025"), ("to", "2024")],
    ],
)
def test_a_cursor_cannot_ask_more_than_a_query(asked: list[tuple[str, str]]) -> None:
    """A cursor that somebody made up is held to the rules of a query."""
    with pytest.raises(InvalidInput):
        StatementQuestion.carried(asked)


@each_row("text", [b"unknown", b"n.d.", b"-"])
def test_a_window_without_a_date_is_to_be_left_out(text: bytes) -> None:
    """Who has no date for a window is told to give none, and not what a body would have."""
    query = _query(b"said_to=" + text)
    statement_question(query)
    with pytest.raises(InvalidInput) as refused:
        query.done()
    assert refused.value.faults[0].message.endswith("or leave this out.")


def test_a_window_that_ends_before_it_begins_is_a_fault_of_its_end() -> None:
    """Both windows are checked, each by its own names."""
    query = _query(b"from=2025&to=2024&said_from=2025&said_to=2024")
    windows_in_order(query)
    with pytest.raises(InvalidInput) as raised:
        query.done()
    assert [fault.path for fault in raised.value.faults] == ["?said_to", "?to"]
    assert {fault.message for fault in raised.value.faults} == {
        "The window ends before it begins: 2024 is over before 2025."
        " Write a later end or an earlier start."
    }


def test_what_may_be_recorded_is_not_remembered() -> None:
    """Of the filters, only dates and listed words stay in memory: other texts may be redacted."""
    closed = {each.name for each in FILTERS if each.type_.closed}
    dates = {"from", "to", "said_from", "said_to"}
    assert closed == dates | {"match", "kind", "standing", "unsourced", "corrected"}
