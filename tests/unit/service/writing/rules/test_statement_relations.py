"""The rules of relations between statements."""

from __future__ import annotations

import pytest

from events.errors import (
    Rejected,
    RelationExists,
    StatementGone,
    Unknown,
)
from events.event.types import (
    StatementRelated,
)
from service.writing.rules.statement import redact
from tests.unit.service.writing.rules.deciding import RELATED, UNRELATED, of, wants


def test_a_relation_stands_until_it_is_taken_back() -> None:
    """It is refused while it stands, and can be set again after it was taken back."""
    history = of("a", "b")
    with pytest.raises(Unknown) as missing:
        wants(history, UNRELATED)
    assert (missing.value.kind, missing.value.id) == ("relation", "disputes/b")
    for _ in range(2):
        history.apply(wants(history, RELATED))
        with pytest.raises(RelationExists) as refusal:
            wants(history, RELATED)
        assert refusal.value.id == "disputes/b"
        history.apply(wants(history, UNRELATED))
    with pytest.raises(Unknown):
        wants(history, UNRELATED)


def test_relations_differ_by_name_target_and_direction() -> None:
    """Another relation, another target and the way back are relations of their own."""
    history = of("a", "b", "c")
    history.apply(wants(history, RELATED))
    for event, id_ in (
        (StatementRelated(relation="supports", target="b"), "a"),
        (StatementRelated(relation="disputes", target="c"), "a"),
        (StatementRelated(relation="disputes", target="a"), "b"),
    ):
        assert wants(history, event, id_).event == event


@pytest.mark.parametrize("target", ["a", "nowhere"])
def test_a_relation_needs_another_known_statement(target: str) -> None:
    """A relation to itself or to what is not there is refused at the body's `target`."""
    with pytest.raises(Rejected) as refusal:
        wants(of("a"), StatementRelated(relation="supports", target=target))
    assert [fault.path for fault in refusal.value.faults] == ["/target"]


def test_a_relation_to_a_redacted_statement_finds_it_gone() -> None:
    """The refusal names the target."""
    history = of("a", "b")
    history.apply(redact(history.statement("b"), [2], "court order", "b"))
    with pytest.raises(StatementGone) as refusal:
        wants(history, RELATED)
    assert refusal.value.id == "b"
