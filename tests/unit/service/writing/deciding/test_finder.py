"""What commands are decided on, found in the log by way of the read model."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from events.errors import Lagging, LogReplaced, RevisionConflict
from events.event.envelope import Header, StoredEvent, Subject, statement_subject
from events.event.types import (
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    Event,
    StatementCorrected,
    StatementGraded,
    StatementRedacted,
    StatementRelated,
    StatementRetracted,
    TimelineOpened,
    touches,
)
from service.writing.deciding.command import Command
from service.writing.deciding.finder import Finder
from service.writing.deciding.known import Facts, Known
from service.writing.deciding.past import Pasts
from service.writing.deciding.recent import Recent
from tests.decided import Decided
from tests.histories import History
from tests.unit.projections.random_histories import SPELLINGS, long_history
from tests.unit.projections.scripted import Scripted, projecting_all
from tests.writers import CODEC, Writer, open_writer, said


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    async with open_writer(tmp_path) as opened:
        await opened.open()
        yield opened


@pytest.fixture
def pasts(writer: Writer) -> Pasts:
    return Pasts(writer.log, CODEC, writer.read_model, writer.projector.progress)


@pytest.fixture
def finder(writer: Writer, pasts: Pasts) -> Finder:
    return Finder(pasts, Recent(writer.projector.progress))


async def found(finder: Finder, id_: str, event: Event) -> Facts:
    """What is known for the command."""
    return await finder.find("kursk", [Command(id_, event)])


@pytest.fixture
def fetched(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The positions that have been fetched from the log."""
    positions: list[int] = []
    fetch = writer.log.fetch

    async def count(partition: int, wanted: Sequence[int]) -> object:
        positions.extend(wanted)
        return await fetch(partition, wanted)

    monkeypatch.setattr(writer.log, "fetch", count)
    return positions


async def test_of_the_actors_only_the_one_is_read_and_what_the_command_names(
    writer: Writer, finder: Finder, fetched: list[int]
) -> None:
    """However many aliases an actor has had, a command about one reads the event that describes the
    actor, and the one that added the alias."""
    await writer.do("kim", ActorRegistered(id="kim", name="Kim", type="person"))
    for alias in ("Un", "Marshal"):
        await writer.do("kim", AliasAdded(alias=alias))
    await writer.do("kim", AliasRemoved(alias="un"))
    await writer.do("lee", ActorRegistered(id="lee", name="Lee", type="person"))
    fetched.clear()
    wanted = AliasAdded(alias="MARSHAL")
    facts = await found(finder, "KIM", wanted)
    directory = Known(facts).directory(wanted, "KIM")
    assert facts.expected == {"actors": 6}
    assert directory.actor is not None
    assert (directory.actor.id, directory.actor.made.revision) == ("kim", 2)
    assert [alias.made.revision for alias in directory.actor.aliases.values()] == [4]
    assert directory.owners == {"marshal": "kim"}
    assert fetched == [2, 4]


async def test_of_a_timeline_only_its_last_description_is_read(
    writer: Writer, finder: Finder, fetched: list[int]
) -> None:
    """A timeline that was described again and again is read from one event."""
    for title in ("One", "Two", "Three"):
        await writer.do("kursk", TimelineOpened(title=title))
    fetched.clear()
    facts = await found(finder, "kursk", TimelineOpened(title="x"))
    past = facts.timeline
    assert past is not None
    assert (past.shown.title, past.made.revision) == ("Three", 4)
    assert facts.expected == {"timeline": 4}
    assert fetched == [4]


async def test_of_a_statement_only_its_recording_is_read(
    writer: Writer, finder: Finder, fetched: list[int]
) -> None:
    """However often a statement was corrected, graded and related, the log is asked for the event
    that recorded it; what has become of it is folded already."""
    await writer.record(said("a"), said("b"))
    await writer.do("b", StatementRelated(relation="supports", target="a"))
    await writer.do("a", StatementGraded(credibility=1))
    await writer.do("a", StatementCorrected(changes={"text": "x"}, reason="r"))
    await writer.do("a", StatementRetracted(reason="r"))
    fetched.clear()
    facts = await found(finder, "a", CORRECTED)
    assert facts.expected == {"statements/a": 7}
    assert fetched == [2]
    past = facts.statements["a"]
    assert (past.first, past.retracted) == (said("a"), 7)
    assert past.current == said("a", "x")


async def test_of_relations_only_the_one_is_asked_for(
    writer: Writer, finder: Finder, fetched: list[int]
) -> None:
    """A statement with many relations is asked about one without looking at the others."""
    await writer.record(said("a"), said("b"), said("c"))
    await writer.do("a", StatementRelated(relation="supports", target="c"))
    await writer.do("a", StatementRelated(relation="supports", target="b"))
    await writer.do("b", StatementRelated(relation="disputes", target="a"))
    fetched.clear()
    for relation, stands in (("supports", True), ("disputes", False)):
        facts = await found(finder, "a", related(relation, "b"))
        assert [*facts.relations] == ([("a", relation, "b")] if stands else [])
        assert [*facts.statements] == ["a", "b"]
    assert fetched == [2, 3, 2, 3]


CORRECTED = StatementCorrected(changes={"text": "x"}, reason="r")


def related(relation: str, target: str) -> StatementRelated:
    name: Any = relation
    return StatementRelated(relation=name, target=target)


class Told(Scripted):
    """A log of given entries that knows the revisions of their subjects."""

    def __init__(self, history: History) -> None:
        super().__init__(history)
        self.last: dict[str, int] = {}
        for header, event in map(opened, history.entries):
            own = Subject(header.subject)
            self.last |= dict.fromkeys(touches(own, event) if event else (own,), header.revision)

    async def revisions(self, timeline: str, subjects: Sequence[Subject]) -> list[int]:
        return [self.last.get(subject, 0) for subject in subjects]


def opened(entry: StoredEvent) -> tuple[Header, Event | None]:
    """The entry's header and event."""
    recorded = CODEC.open(entry)
    return recorded.header, recorded.event


def redacted(history: History, id: str, *, removed: bool) -> None:  # noqa: A002 - the field's own name
    """Redact the statement, whose text may be removed from the log already."""
    own = [e for e in history.entries if CODEC.open(e).header.subject == statement_subject(id)]
    event = StatementRedacted(revisions=tuple(e.position for e in own), reason="court")
    revision = history.add(statement_subject(id), event)
    for entry in own if removed else ():
        gone = entry._replace(salt=None, data=None, redacted=revision)
        history.entries[entry.position - 1] = gone


@given(
    seed=st.integers(0, 2**32 - 1),
    victim=st.sampled_from(["s0", "s1", None]),
    removed=st.booleans(),
)
@settings(max_examples=25)
async def test_a_past_is_what_the_events_come_to(
    seed: int, victim: str | None, removed: bool
) -> None:
    """After whatever history, redactions included, what a rule knows of a statement, a relation and
    an actor is what comes of their events one by one."""
    history, plain = long_history(seed, 120), Decided()
    events = [*map(opened, history.entries)]
    if victim is not None and statement_subject(victim) in {h.subject for h, _ in events}:
        redacted(history, victim, removed=removed)
        events.append(opened(history.entries[-1]))
    plain.events = [(header, event) for header, event in events if event is not None]
    ids = [f"s{n}" for n in range(6)]
    log = Told(history)
    with tempfile.TemporaryDirectory() as folder:
        async with projecting_all(log, Path(folder)) as (running, stores):
            finder = Finder(
                Pasts(log, CODEC, stores.read_model, running.progress), Recent(running.progress)
            )
            for id_ in ids:
                facts = await found(finder, id_, CORRECTED)
                wanted = plain.statement(id_)
                past = facts.statements.get(id_)
                if wanted is None or wanted.redacted:
                    assert (past and past.redacted) == (wanted and wanted.redacted)
                    continue
                assert past == structs.replace(wanted, relations=frozenset())
                for name, other in product(("supports", "disputes", "supersedes"), ids):
                    if other not in (id_, victim) and plain.statement(other):
                        facts = await found(finder, id_, related(name, other))
                        stands = (id_, name, other) in facts.relations
                        assert stands == ((name, other) in wanted.relations)
            for id_, spelling in product(("kim", "LEE", "kim jong un"), SPELLINGS):
                for event in (
                    ActorRegistered(id=id_, name=spelling, type="person"),
                    AliasAdded(alias=spelling),
                ):
                    facts = await found(finder, id_, event)
                    assert Known(facts).directory(event, id_) == plain.directory(event, id_)


async def test_a_past_is_waited_for_as_long_as_the_projector_says(
    writer: Writer, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the read model does not come to the subject's revision, nothing is decided."""

    async def late(timeline: str, revision: int) -> None:
        raise Lagging(1, revision)

    await writer.record(said("a"))
    monkeypatch.setattr(writer.projector.progress, "wait_for", late)
    with pytest.raises(Lagging):
        await found(finder, "a", CORRECTED)


async def test_actors_that_the_read_model_does_not_know_are_another_history(
    writer: Writer, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the log has moved `actors` by events that the read model never saw, nothing is
    decided by the directory of before."""

    async def moved(timeline: str, subjects: Sequence[str]) -> list[int]:
        return [2]

    await writer.record(said("a"))
    monkeypatch.setattr(writer.log, "revisions", moved)
    with pytest.raises(LogReplaced):
        await found(finder, "kim", AliasAdded(alias="Un"))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [(("9" * 5_000,), None), (("x", "\u00b2"), None), ((), None), (("1", "x"), 1)],
)
async def test_tags_that_name_no_revision_are_a_conflict(
    writer: Writer, pasts: Pasts, tags: tuple[str, ...], expected: int | None
) -> None:
    """Whatever stands in a tag, the answer is what is there; and what was named, if anything."""
    await writer.record(said("a"))
    with pytest.raises(RevisionConflict) as caught:
        await pasts.check_tags("kursk", "a", tags)
    assert (caught.value.expected, caught.value.actual) == (expected, 2)
