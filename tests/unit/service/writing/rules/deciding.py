"""What a rule is asked, and what it answers."""

from __future__ import annotations

from events.event.types import (
    Event,
    StatementRelated,
    StatementUnrelated,
)
from service.writing.rules.decision import Record
from service.writing.rules.statement import decide, record
from tests.decided import Decided, said

RELATED = StatementRelated(relation="disputes", target="b")
UNRELATED = StatementUnrelated(relation="disputes", target="b", reason="misread")


def of(*ids: str) -> Decided:
    """A history in which these statements are recorded."""
    history = Decided()
    for id_ in ids:
        history.apply(record(None, said(id=id_), id_))
    return history


def wants(history: Decided, event: Event, id: str = "a") -> Record:  # noqa: A002 - the field's own name
    """What is decided, the target being a known one or not."""
    target = getattr(event, "target", id)
    return decide(history.statement(id), history.statement(target), event, id)
