"""What the rules answer with: whom a refusal is about, what it says, what a record is called."""

from __future__ import annotations

import pytest

from events.errors import Refused, StatementExists, StatementGone, Unknown
from events.event.types import (
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    Event,
    SourceGraded,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
    TimelineOpened,
)
from events.statement.statement import Statement
from service.writing.rules import actors, source, statement, timeline
from service.writing.rules.decision import AlreadyRecorded, EventRef, Record
from tests.decided import Decided, said
from tests.rows import each_row

KIM = ActorRegistered(id="kim", name="Kim Jong Un", type="person")
UN = ActorRegistered(id="un", name="The Nations", type="organisation")
GRADE = SourceGraded(reliability="B")
RETRACTED = StatementRetracted(reason="never said")
RELATED = StatementRelated(relation="disputes", target="b")


def of_statements(*events: Event) -> Decided:
    """A history in which the statements a and b are recorded, and these things happened to a."""
    history = Decided()
    for id_ in "ab":
        history.apply(statement.record(None, said(id=id_), id_))
    for event in events:
        history.apply(wanted_of(history, event))
    return history


def wanted_of(history: Decided, event: Event) -> Record:
    target = history.statement(getattr(event, "target", "a"))
    return statement.decide(history.statement("a"), target, event, "a")


def of_actors() -> Decided:
    history = Decided()
    for actor in (KIM, UN):
        history.apply(actors.decide(history.directory(actor, actor.id), actor, actor.id))
    return history


@each_row(
    ("before", "event", "id_", "message"),
    [
        ([RETRACTED], RETRACTED, "a", "Statement 'a' was retracted at revision 3."),
        ([], StatementReinstated(reason="r"), "a", "Statement 'a' is not retracted."),
        ([RELATED], RELATED, "disputes/b", "'a' disputes 'b' already."),
        (
            [],
            StatementUnrelated(relation="repeats", target="b", reason="r"),
            "repeats/b",
            "Statement 'a' has no relation 'repeats' to 'b'.",
        ),
        (
            [],
            StatementRelated(relation="disputes", target="a"),
            "a",
            "/target: A statement has no relation to itself.",
        ),
        (
            [],
            StatementRelated(relation="disputes", target="z"),
            "z",
            "/target: There is no statement 'z' here. Record it first.",
        ),
    ],
)
def test_a_rule_of_statements_says_what_is_in_the_way(
    before: list[Event], event: Event, id_: str, message: str
) -> None:
    """The refusal names what it is about, and its sentence is the whole reason."""
    history = of_statements(*before)
    with pytest.raises(Refused) as refusal:
        wanted_of(history, event)
    assert (refusal.value.id, str(refusal.value)) == (id_, message)


@each_row(
    ("id_", "event", "about", "message"),
    [
        ("xi", AliasAdded(alias="x"), "xi", "No actor 'xi' is registered here. Register it first."),
        ("kim", AliasRemoved(alias="x"), "x", "Actor 'kim' has no alias 'x'."),
        (
            "kim",
            AliasAdded(alias="the nations"),
            "un",
            "'the nations' is a spelling of the actor 'un'.",
        ),
    ],
)
def test_a_rule_of_actors_says_what_is_in_the_way(
    id_: str, event: Event, about: str, message: str
) -> None:
    """The refusal names what it is about, and its sentence is the whole reason."""
    with pytest.raises(Refused) as refusal:
        actors.decide(of_actors().directory(event, id_), event, id_)
    assert (refusal.value.id, str(refusal.value)) == (about, message)


def test_a_source_that_nobody_names_says_so() -> None:
    """The sentence says what is missing, not only that the source is not there."""
    with pytest.raises(Unknown, match=r"^No statement here names a source 'article'\.$"):
        source.decide(GRADE, "article", named=False)


def test_a_redaction_of_an_unknown_statement_names_it() -> None:
    """The refusal is about the statement that was asked for."""
    with pytest.raises(Unknown) as refusal:
        statement.redact(None, [], "court order", "a")
    assert (refusal.value.kind, refusal.value.id) == ("statement", "a")


def test_what_is_recorded_is_called_by_its_id() -> None:
    """The answer to a command names the statement, actor or timeline that it is about."""
    history = of_statements()
    assert wanted_of(history, RETRACTED).id == "a"
    assert statement.redact(history.statement("a"), [1], "court order", "a").id == "a"
    everyone = of_actors()
    alias = AliasAdded(alias="Kim Jon Un")
    assert actors.decide(Decided().directory(KIM, "kim"), KIM, "kim").id == "kim"
    everyone.apply(actors.decide(everyone.directory(alias, "kim"), alias, "kim"))
    removed = AliasRemoved(alias="Kim Jon Un")
    assert actors.decide(everyone.directory(removed, "kim"), removed, "kim").id == "kim"
    opened = TimelineOpened(title="Kursk")
    assert timeline.decide(None, opened, "kursk").id == "kursk"
    past = timeline.TimelinePast(opened, EventRef(1, "e1"))
    assert timeline.decide(past, TimelineOpened(title="Kherson"), "kursk").id == "kursk"


def named(*pairs: tuple[str, str]) -> list[tuple[str, Statement]]:
    return [(id_, said(text, id=id_)) for id_, text in pairs]


def test_several_statements_are_each_held_against_their_own_past() -> None:
    """Of statements given together one that was recorded is a duplicate, one that was recorded with
    other content is refused, and so is one that is gone."""
    history = of_statements()
    pasts = {id_: history.statement(id_) for id_ in "ab"}
    known = {id_: past for id_, past in pasts.items() if past is not None}
    decisions = statement.record_all(known, named(("a", "Kursk is free."), ("c", "Rain.")))
    assert decisions["a"] == AlreadyRecorded("a", EventRef(1, "e1"))
    assert isinstance(decisions["c"], Record)
    with pytest.raises(StatementExists) as refusal:
        statement.record_all(known, named(("b", "Rain."), ("c", "Rain."), ("a", "Snow.")))
    assert refusal.value.ids == ("b", "a")
    history.apply(statement.redact(known["a"], [1], "court order", "a"))
    gone = history.statement("a", gone=[1])
    assert gone is not None
    with pytest.raises(StatementGone):
        statement.record_all({"a": gone}, named(("a", "Kursk is free.")))
