"""The rules of actors and their spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidInput, OnrecordError, SpellingTaken, Unknown
from events.event.envelope import actor_subject
from events.event.types import (
    ActorDescribed,
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    Event,
    TimelineOpened,
)
from service.writing.rules.actors import Directory, decide
from service.writing.rules.decision import AlreadyRecorded, Decision, EventRef, Record
from tests.decided import Decided, spellings
from tests.rows import each_row


def actor(id: str, name: str) -> ActorRegistered:  # noqa: A002 - the field's own name
    return ActorRegistered(id=id, name=name, type="person")


def wants(history: Decided, id: str, event: Event) -> Decision:  # noqa: A002 - the field's own name
    return decide(history.directory(event, id), event, id)


def put(history: Decided, id: str, name: str) -> Decision:  # noqa: A002 - the field's own name
    return wants(history, id, actor(id, name))


def of(*actors: tuple[str, str], **aliases: str) -> Decided:
    """A history in which actors are registered and given an alias each."""
    history = Decided()
    for id_, name in actors:
        history.apply(put(history, id_, name))
    for id_, alias in aliases.items():
        history.apply(wants(history, id_, AliasAdded(alias=alias)))
    return history


def test_an_actor_is_registered_then_described() -> None:
    """The first PUT registers, a different one describes, the same one is a duplicate of what
    made it so."""
    history = of(("kim", "Kim Jong Un"))
    assert put(history, "kim", "Kim Jong Un") == AlreadyRecorded("kim", EventRef(1, "e1"))
    described = put(history, "kim", "Kim Jong-Un")
    assert isinstance(described, Record)
    assert described.event == ActorDescribed(id="kim", name="Kim Jong-Un", type="person")
    history.apply(described)
    assert put(history, "kim", "Kim Jong-Un") == AlreadyRecorded("kim", EventRef(2, "e2"))


@each_row("written", ["KIM", "Kim", "kim"])
def test_any_case_of_an_id_is_the_actor_that_was_recorded_first(written: str) -> None:
    """The id that was recorded first is the one that is answered and recorded."""
    history = of(("kim", "Kim Jong Un"))
    decision = put(history, written, "Marshal Kim")
    assert isinstance(decision, Record)
    assert (decision.id, decision.subject) == ("kim", "actors/kim")
    assert decision.event == ActorDescribed(id="kim", name="Marshal Kim", type="person")
    alias = wants(history, written, AliasAdded(alias="Kim Jon Un"))
    assert alias == Record("kim", decision.subject, AliasAdded(alias="Kim Jon Un"))


def test_composed_and_decomposed_spellings_are_one() -> None:
    """Spellings are compared in NFC: however an accent is written, it is the same spelling."""
    history = of(("josé", "José"))
    with pytest.raises(SpellingTaken):
        put(history, "other", "JOSE\u0301")


@each_row("taken", ["kim", "KIM JONG UN", "kim jon un"])
def test_a_spelling_belongs_to_one_actor(taken: str) -> None:
    """Neither id, name nor alias of another actor can be claimed, in whatever case."""
    history = of(("kim", "Kim Jong Un"), ("putin", "Vladimir Putin"), kim="Kim Jon Un")
    for id_, event in (
        ("new", actor("new", taken)),
        ("putin", actor("putin", taken)),
        ("putin", AliasAdded(alias=taken)),
    ):
        with pytest.raises(SpellingTaken) as refusal:
            wants(history, id_, event)
        assert refusal.value.id == "kim"


@pytest.mark.parametrize("taken", ["Kim-Jong-Un", "KIM-JON-UN"])
def test_an_id_that_is_another_actors_spelling_is_refused(taken: str) -> None:
    """A name or an alias of a registered actor cannot become the id of a new one."""
    history = of(("kim", "Kim-Jong-Un"), kim="Kim-Jon-Un")
    with pytest.raises(SpellingTaken):
        put(history, taken, "Somebody Else")


def test_an_id_of_before_stays_and_no_new_one_is_like_it() -> None:
    """What has a space may not be registered any more; an actor that is can be described."""
    history, id_ = Decided(), "Kim Jong Un"
    with pytest.raises(InvalidInput) as refusal:
        put(history, id_, "Kim")
    assert refusal.value.faults[0].message.startswith("An actor's id is")
    history.add(actor_subject(id_), actor(id_, "Kim"))
    event = ActorDescribed(id=id_, name="Un", type="person")
    assert put(history, "kim jong un", "Un") == Record(id_, actor_subject(id_), event)


def test_renaming_frees_the_old_name_unless_it_is_an_alias() -> None:
    """After a rename another actor may take the name that was, but for one that stays an alias."""
    history = of(("kim", "Kim Jong Un"), ("un", "The Nations"))
    history.apply(put(history, "kim", "Marshal Kim"))
    assert isinstance(put(history, "un", "Kim Jong Un"), Record)
    history.apply(wants(history, "kim", AliasAdded(alias="Kim Jong Un")))
    with pytest.raises(SpellingTaken):
        put(history, "un", "Kim Jong Un")


def test_an_actor_may_be_named_like_its_id_or_alias() -> None:
    """Its own spellings are not another actor's."""
    history = of(("Ukraine", "Ukraine"), Ukraine="UKRAINE")
    assert isinstance(put(history, "Ukraine", "ukraine"), Record)


def test_an_alias_is_added_once_and_removed_as_it_was_written() -> None:
    """Another case of an alias that is there is a duplicate, and takes it back too."""
    history = of(("kim", "Kim Jong Un"), kim="Kim Jon Un")
    assert wants(history, "kim", AliasAdded(alias="KIM JON UN")) == AlreadyRecorded(
        "kim", EventRef(2, "e2")
    )
    removed = wants(history, "kim", AliasRemoved(alias="KIM JON UN"))
    assert isinstance(removed, Record)
    assert removed.event == AliasRemoved(alias="Kim Jon Un")
    history.apply(removed)
    with pytest.raises(Unknown) as refusal:
        wants(history, "kim", AliasRemoved(alias="Kim Jon Un"))
    assert (refusal.value.kind, refusal.value.id) == ("alias", "Kim Jon Un")


@pytest.mark.parametrize("event", [AliasAdded(alias="x"), AliasRemoved(alias="x")])
def test_only_a_registered_actor_has_aliases(event: Event) -> None:
    """A mere mention owns no spelling, so there is nothing to join one to."""
    with pytest.raises(Unknown) as refusal:
        wants(of(), "kim", event)
    assert (refusal.value.kind, refusal.value.id) == ("actor", "kim")


IDS = st.sampled_from(["a", "A", "b", "c", "é", "E\u0301"])
NAMES = IDS | st.sampled_from(["B b", "b B", "a/b"])


@given(st.lists(st.tuples(st.sampled_from(["put", "add", "remove"]), IDS, NAMES), max_size=25))
def test_no_spelling_is_ever_two_actors(steps: list[tuple[str, str, str]]) -> None:
    """Whatever is tried in whatever order, each spelling has one owner."""
    history = Decided()
    for step, id_, text in steps:
        event = {
            "put": actor(id_, text),
            "add": AliasAdded(alias=text),
            "remove": AliasRemoved(alias=text),
        }[step]
        try:
            history.apply(wants(history, id_, event))
        except OnrecordError:
            continue
    claimed = [spelling for one in history.actors().values() for spelling in spellings(one)]
    assert len(claimed) == len(set(claimed))


@given(st.lists(st.tuples(IDS, NAMES), max_size=8), IDS, NAMES)
def test_removing_an_alias_restores_what_was_before(
    puts: list[tuple[str, str]],
    id: str,  # noqa: A002 - the field's own name
    alias: str,
) -> None:
    """An alias that is added and taken back leaves all actors as they were."""
    history = Decided()
    for id_, name in puts:
        try:
            history.apply(put(history, id_, name))
        except SpellingTaken:
            continue
    before = history.actors()
    try:
        history.apply(wants(history, id, AliasAdded(alias=alias)))
    except OnrecordError:
        return
    history.apply(wants(history, id, AliasRemoved(alias=alias)))
    assert history.actors() == before


def test_an_event_of_another_kind_is_no_command() -> None:
    """The rules say so rather than pass what they do not know."""
    with pytest.raises(TypeError, match=r"timeline\.opened"):
        wants(of(), "kim", TimelineOpened(title="x"))
    with pytest.raises(TypeError, match=r"timeline\.opened"):
        decide(Directory(), TimelineOpened(title="x"), "kim")
