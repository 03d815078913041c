"""The rules of a statement."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from events.errors import (
    AlreadyRetracted,
    NotRetracted,
    OnrecordError,
    Rejected,
    StatementExists,
    StatementGone,
    Unknown,
)
from events.event import types
from events.event.envelope import statement_subject
from events.event.types import (
    Event,
    StatementCorrected,
    StatementGraded,
    StatementReinstated,
    StatementRetracted,
)
from events.statement.statement import Statement
from service.writing.rules.decision import AlreadyRecorded, EventRef, Record
from service.writing.rules.statement import decide, record, record_all, redact
from tests.decided import said
from tests.rows import each_row
from tests.unit.service.writing.rules.deciding import RELATED, UNRELATED, of, wants

CORRECTED = StatementCorrected(changes={"text": "Kursk is not free."}, reason="misheard")
RETRACTED = StatementRetracted(reason="never said")
REINSTATED = StatementReinstated(reason="it was said")
GRADED = StatementGraded(credibility=2)
EVERY = [CORRECTED, RETRACTED, REINSTATED, RELATED, UNRELATED, GRADED]


def test_a_new_statement_is_recorded() -> None:
    """What nothing has touched is recorded whole, under its own subject."""
    decision = record(None, said(id="a"), "a")
    assert decision == Record(
        "a", statement_subject("a"), types.StatementRecorded(statement=said(id="a"))
    )


def test_the_same_as_recorded_first_is_a_duplicate_whatever_came_since() -> None:
    """Corrections, retractions and relations do not change what a recording is compared with."""
    history = of("a", "b")
    for event in (CORRECTED, RELATED, GRADED, RETRACTED):
        history.apply(wants(history, event))
        assert record(history.statement("a"), said(id="a"), "a") == AlreadyRecorded(
            "a", EventRef(1, "e1")
        )


def test_other_content_under_a_taken_id_is_refused() -> None:
    """Even what the statement says now, after a correction, is not what was recorded."""
    history = of("a")
    history.apply(wants(history, CORRECTED))
    with pytest.raises(StatementExists) as refusal:
        record(history.statement("a"), said("Kursk is not free.", id="a"), "a")
    assert refusal.value.id == "a"


def test_a_default_spelled_out_makes_no_other_statement() -> None:
    """Leaving a field out and giving its default are the same statement."""
    history = of("a")
    spelled = structs.replace(said(id="a"), language="en", occurred=None, about=())
    assert isinstance(record(history.statement("a"), spelled, "a"), AlreadyRecorded)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["one", "two"])), max_size=8))
def test_of_equal_ids_in_one_call_only_equal_statements_pass(pairs: list[tuple[str, str]]) -> None:
    """A call with two statements of one id is refused, and the same statement twice is one."""
    named: list[tuple[str, Statement]] = [(id_, said(text, id=id_)) for id_, text in pairs]
    if len(set(pairs)) == len(dict(pairs)):
        decisions = record_all({}, named)
        assert list(decisions) == list(dict.fromkeys(id_ for id_, _ in pairs))
        assert all(isinstance(decision, Record) for decision in decisions.values())
    else:
        with pytest.raises(StatementExists):
            record_all({}, named)


@each_row("event", EVERY)
def test_nothing_happens_to_an_unknown_statement(event: Event) -> None:
    """Whatever is wanted of a statement that was never recorded, it is not found."""
    with pytest.raises(Unknown) as refusal:
        wants(of("b"), event)
    assert (refusal.value.kind, refusal.value.id) == ("statement", "a")


@each_row("event", EVERY)
def test_nothing_happens_to_a_redacted_statement(event: Event) -> None:
    """Whatever is wanted of a redacted statement, it is gone, since the redaction's revision."""
    history = of("a", "b")
    redacted = history.apply(redact(history.statement("a"), [1], "court order", "a"))
    past = history.statement("a", gone=[1])
    with pytest.raises(StatementGone) as refusal:
        decide(past, history.statement("b"), event, "a")
    assert (refusal.value.id, refusal.value.revision) == ("a", redacted)
    with pytest.raises(StatementGone):
        record(past, said(id="a"), "a")
    with pytest.raises(StatementGone):
        redact(past, [1], "court order", "a")


def test_only_a_known_statement_is_redacted() -> None:
    """A redaction names the revisions that it was given, and refuses an unknown statement."""
    with pytest.raises(Unknown):
        redact(None, [], "court order", "a")
    history = of("a")
    decision = redact(history.statement("a"), [1, 4], "court order", "a")
    assert decision.event == types.StatementRedacted(revisions=(1, 4), reason="court order")


def test_only_a_retracted_statement_is_reinstated() -> None:
    """A retraction is taken back once; then the statement is corrected, and retracted, again."""
    history = of("a", "b")
    with pytest.raises(NotRetracted) as refusal:
        wants(history, REINSTATED)
    assert refusal.value.id == "a"
    history.apply(wants(history, RETRACTED))
    history.apply(wants(history, REINSTATED))
    with pytest.raises(NotRetracted):
        wants(history, REINSTATED)
    assert history.apply(wants(history, CORRECTED))
    assert history.apply(wants(history, RETRACTED))


@pytest.mark.parametrize("event", [CORRECTED, RETRACTED], ids=lambda event: event.event_type)
def test_a_retracted_statement_is_neither_corrected_nor_retracted(event: Event) -> None:
    """After a retraction the text stays as it is."""
    history = of("a")
    history.apply(wants(history, RETRACTED))
    with pytest.raises(AlreadyRetracted) as refusal:
        wants(history, event)
    assert refusal.value.id == "a"


@pytest.mark.parametrize("event", [RELATED, GRADED], ids=lambda event: event.event_type)
def test_a_retracted_statement_can_still_be_related_and_graded(event: Event) -> None:
    """It stays on the timeline, and others may still speak of it."""
    history = of("a", "b")
    history.apply(wants(history, RETRACTED))
    assert wants(history, event).event == event


@each_row(
    ("changes", "path"),
    [
        ({"text": "Kursk is free."}, "/changes"),
        ({}, "/changes"),
        ({"id": "z"}, "/changes/id"),
        ({"mood": "grim"}, "/changes/mood"),
        ({"occurred": "2024-13"}, "/changes/occurred"),
        ({"kind": "rumour"}, "/changes/kind"),
    ],
)
def test_a_correction_that_the_rules_refuse(changes: dict[str, Any], path: str) -> None:
    """A correction that changes nothing or makes no statement is refused where it is wrong."""
    with pytest.raises(Rejected) as refusal:
        wants(of("a"), StatementCorrected(changes=changes, reason="r"))
    assert [fault.path for fault in refusal.value.faults] == [path]


def test_a_correction_is_held_against_the_statement_of_now() -> None:
    """The same correction twice is refused, and the way back is one again."""
    history = of("a")
    history.apply(wants(history, CORRECTED))
    with pytest.raises(Rejected):
        wants(history, CORRECTED)
    history.apply(
        wants(history, StatementCorrected(changes={"text": "Kursk is free."}, reason="r"))
    )
    assert wants(history, CORRECTED).event == CORRECTED


def test_a_correction_is_recorded_in_one_form() -> None:
    """Whom it is about as objects, tags folded, however the caller wrote them: who reads the events
    finds one form only."""
    changes = {"about": ["KCNA"], "tags": ["\u00c4"], "text": "y", "places": None}
    event = wants(of("a"), StatementCorrected(changes=changes, reason="r")).event
    assert isinstance(event, StatementCorrected)
    about = [{"actor": "KCNA", "role": None}]
    assert event.changes == changes | {"about": about, "tags": ["\u00e4"]}


@given(st.lists(st.sampled_from(EVERY), max_size=12))
def test_what_is_decided_can_always_be_folded(wanted: list[Event]) -> None:
    """Whatever is wanted in whatever order, what passes gives a past that decides the next, and
    the statement's first recording never changes."""
    history = of("a", "b")
    for event in wanted:
        try:
            history.apply(wants(history, event))
        except OnrecordError:
            continue
    past = history.statement("a")
    assert past is not None
    assert past.first == said(id="a")
    assert past.recorded == EventRef(1, "e1")
    assert past.retracted is None or RETRACTED in wanted


def test_what_only_touches_a_statement_changes_nothing_of_it() -> None:
    """A relation from another statement is no past of its target."""
    history = of("a", "b")
    before = history.statement("b")
    history.apply(wants(history, RELATED))
    assert history.statement("b") == before


def test_an_event_of_another_kind_is_no_command() -> None:
    """The rules say so rather than pass what they do not know."""
    with pytest.raises(TypeError, match=r"timeline\.opened"):
        wants(of("a"), types.TimelineOpened(title="x"))
